// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Trust
import XML

@testable import XMLSignature

@Suite("Core validation: manifests, methods and keys")
struct CoreValidationTests {
    private typealias Template = SignatureTemplate

    private func object(_ content: String, id: String) -> String {
        "<ds:Object Id=\"\(id)\">\(content)</ds:Object>"
    }

    @Test("references of a manifest are validated and reported apart")
    func manifests() throws {
        let manifest = """
            <ds:Manifest Id="M">\(Template.reference("#o", "{M0}"))\
            \(Template.reference("gone", "AA=="))</ds:Manifest>
            """
        let template = Template(
            text: Template.signature(
                references: Template.reference("#M", "{D0}", type: manifestType),
                objects: object(manifest, id: "h") + object("x", id: "o")))
        let text = try template.signed(by: Signer())
        let core = try template.first(in: text).validateCore()
        #expect(core.areReferencesIntact && core.manifests.count == 1)
        #expect(core.manifests[0].referenceIndex == 0)
        #expect(
            core.manifests[0].references.map(\.outcome) == [
                .intact, .notFound(reason: "the data outside this document was not given"),
            ])
        let broken = try template.first(in: text.replacing(">x<", with: ">y<")).validateCore()
        #expect(broken.areReferencesIntact)
        #expect(broken.manifests[0].references[0].outcome == .changed)
    }

    @Test("a digest method that is not known is not computed")
    func digestMethod() throws {
        let reference = Template.reference("#o", "AA==").replacing(
            "http://www.w3.org/2001/04/xmlenc#sha256", with: "urn:digest")
        let template = Template(
            text: Template.signature(references: reference, objects: object("x", id: "o"))
                .replacing("{V}", with: "AA=="))
        #expect(
            outcomes(try template.first(in: template.text))
                == [.notComputed(reason: "digest method urn:digest")])
    }

    private func hmac(_ length: String) -> String {
        """
        <ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#hmac-sha256">\
        \(length)</ds:SignatureMethod>
        """
    }

    @Test(
        "HMAC verifies with its secret; an output below half the digest is invalid",
        arguments: [
            (nil, SignatureCheck.valid), (128, .valid), (120, .invalid), (80, .invalid),
        ])
    func hmac(_ bits: Int?, _ expected: SignatureCheck) throws {
        let secret = Array("secret".utf8)
        let length = bits.map { "<ds:HMACOutputLength>\($0)</ds:HMACOutputLength>" } ?? ""
        let template = Template(
            text: Template.signature(
                references: Template.reference("#o", "{D0}"), method: hmac(length),
                objects: object("x", id: "o")))
        let text = try template.signed { bytes in
            Array(code(secret, bytes).prefix((bits ?? 256) / 8))
        }
        let signature = try template.first(in: text)
        #expect(signature.verifySignatureValue(with: .secret(secret)) == expected)
        #expect(signature.verifySignatureValue(with: .secret([1])) == .invalid)
        if bits == 80 {
            #expect(
                signature.verifySignatureValue(with: .secret(secret), minimumHMACLengthInBits: 80)
                    == .valid)
        }
    }

    /// HMAC-SHA-256 by its definition (RFC 2104).
    private func code(_ secret: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
        let key = secret + [UInt8](repeating: 0, count: 64 - secret.count)
        let inner = DigestAlgorithm.sha256.digest(key.map { $0 ^ 0x36 } + bytes).bytes
        return DigestAlgorithm.sha256.digest(key.map { $0 ^ 0x5C } + inner).bytes
    }

    @Test("a public key makes no HMAC, a secret no signature")
    func keyKinds() throws {
        let signer = try Signer()
        let template = Template(
            text: Template.signature(
                references: Template.reference("#o", "{D0}"), objects: object("x", id: "o")))
        let signature = try template.first(in: try template.signed(by: signer))
        #expect(signature.verifySignatureValue(with: .secret([1])) == .invalid)
        #expect(
            signature.verifySignatureValue(with: .publicKey(signer.certificate.publicKey)) == .valid
        )
    }

    @Test("an unknown signature method is not computed, an unknown canonicalisation not supported")
    func methods() throws {
        let signer = try Signer()
        let text = Template.signature(references: Template.reference("#o", "AA=="))
            .replacing("{V}", with: "AA==")
        let other = text.replacing("#ecdsa-sha256", with: "#other")
        let signature = try Template(text: other).first(in: other)
        let identifier = "http://www.w3.org/2001/04/xmldsig-more#other"
        #expect(signature.method == .other(identifier: identifier))
        #expect(
            signature.verifySignatureValue(with: .publicKey(signer.certificate.publicKey))
                == .unsupported(identifier))
        let canonical = text.replacing(Template.exclusive, with: "urn:c14n")
        #expect(throws: SignatureFormatError.unsupported("canonicalisation urn:c14n")) {
            try Template(text: canonical).first(in: canonical)
        }
    }

    @Test("parameters of RSASSA-PSS are read")
    func pss() throws {
        let namespace = "http://www.w3.org/2007/05/xmldsig-more#"
        let parameters = """
            <ds:SignatureMethod Algorithm="\(namespace)rsa-pss"><p:RSAPSSParams \
            xmlns:p="\(namespace)"><ds:DigestMethod \
            Algorithm="http://www.w3.org/2001/04/xmlenc#sha512"/><p:SaltLength>20</p:SaltLength>\
            </p:RSAPSSParams></ds:SignatureMethod>
            """
        let text = Template.signature(
            references: Template.reference("#o", "AA=="), method: parameters
        ).replacing("{V}", with: "AA==")
        #expect(
            try Template(text: text).first(in: text).method
                == .asymmetric(.rsaPSS(.sha512, saltLength: 20)))
    }

    @Test("more references than allowed are refused")
    func tooMany() throws {
        let references = String(repeating: Template.reference("#o", "AA=="), count: 1_001)
        let text = Template.signature(references: references).replacing("{V}", with: "AA==")
        #expect(throws: SignatureFormatError.tooMany("Reference", limit: 1_000)) {
            try Template(text: text).first(in: text)
        }
    }

    @Test("the same nodes are canonicalised once, however many references lead there")
    func memo() throws {
        let content = String(repeating: "x", count: 1 << 20)
        let references = String(repeating: Template.reference("#o", "AA=="), count: 1_000)
        let text = Template.signature(references: references, objects: object(content, id: "o"))
            .replacing("{V}", with: "AA==")
        let signature = try Template(text: text).first(in: text)
        #expect(outcomes(signature).allSatisfy { $0 == .changed })
    }

    @Test("a file may not make us try keys for ever")
    func verifications() throws {
        let key = VerificationKey.publicKey(try Signer().certificate.publicKey)
        let text = Template.signature(references: Template.reference("", "AA=="))
            .replacing("{V}", with: "AA==")
        let signature = try Template(text: text).first(in: text)
        for _ in 0..<1_000 {
            #expect(signature.verifySignatureValue(with: key) == .invalid)
        }
        #expect(
            signature.verifySignatureValue(with: key)
                == .unsupported("more signature values than one file may cost"))
    }

    @Test("all expressions of a file share their steps")
    func steps() throws {
        let transform = """
            <ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116">\
            <ds:XPath>count(//*) > 0</ds:XPath></ds:Transform>
            """
        let references = (0..<200).map { number in
            Template.reference("#o", "AA==", transforms: [transform], id: "r\(number)")
        }
        let content = String(repeating: "<b/>", count: 200)
        let text = Template.signature(
            references: references.joined(), objects: object(content, id: "o")
        ).replacing("{V}", with: "AA==")
        let found = outcomes(try Template(text: text).first(in: text))
        #expect(found.first == .changed)
        let reason = "XPath transform: the expressions of the file take too many steps"
        #expect(found.last == .notComputed(reason: reason))
    }

    @Test("what all references of a file may cost is bounded")
    func budget() throws {
        let content = String(repeating: "x", count: 1 << 20)
        let references = (0..<400).map { number in
            Template.reference(
                "#o", "AA==",
                transforms: [
                    """
                    <ds:Transform Algorithm="\(Template.exclusive)"><e:InclusiveNamespaces \
                    xmlns:e="\(Template.exclusive)" PrefixList="p\(number)"/></ds:Transform>
                    """
                ])
        }
        let text = Template.signature(
            references: references.joined(), objects: object(content, id: "o")
        ).replacing("{V}", with: "AA==")
        let found = outcomes(try Template(text: text).first(in: text))
        #expect(found.first == .changed)
        guard case .notComputed(let reason)? = found.last else {
            Issue.record("the last reference was computed")
            return
        }
        #expect(reason.contains("octets of canonical forms"))
    }
}
