// SPDX-License-Identifier: Apache-2.0
import Testing
import Trust
import XAdES
import XML

@testable import XMLSignature

@Suite("Wrapping: what is moved, doubled or faked is never taken for what was signed")
struct WrappingTests {
    private typealias Template = SignatureTemplate

    private func signed(_ signer: Signer) throws -> String {
        let signature = Template.signature(
            references: Template.reference("#p", "{D0}", transforms: [Template.exclusive]))
        return try Template(text: "<a><p Id='p'>pay 1</p>\(signature)</a>").signed(by: signer)
    }

    private func only(_ text: String) throws -> SignatureElement {
        try Template(text: text).first(in: text)
    }

    @Test("a signature over one element is intact and says that it is not the whole document")
    func intact() throws {
        let signer = try Signer()
        let signature = try only(try signed(signer))
        let validation = signature.validateReferences()[0]
        #expect(validation.outcome == .intact)
        #expect(!validation.coversDocument(except: signature.node))
        #expect(validation.wholeElement?.localName == "p")
        #expect(
            signature.verifySignatureValue(with: .publicKey(signer.certificate.publicKey)) == .valid
        )
    }

    @Test("moved content stays what the reference leads to, at its new place")
    func moved() throws {
        let text = try signed(Signer()).replacing("<p Id='p'>pay 1</p>", with: "<p>pay 9</p>")
            .replacing(
                "</ds:Signature>", with: "<ds:Object><p Id='p'>pay 1</p></ds:Object></ds:Signature>"
            )
        let validation = try only(text).validateReferences()[0]
        #expect(validation.outcome == .intact)
        #expect(String(decoding: validation.bytes, as: UTF8.self) == "<p Id=\"p\">pay 1</p>")
        #expect(validation.wholeElement?.parent?.localName == "Object")
    }

    @Test(
        "two elements with the identifier: nothing is found",
        arguments: ["<q Id='p'/>", "<q ID='p'/>", "<q id='p'/>", "<q xml:id='p'/>"])
    func doubled(_ second: String) throws {
        let text = try signed(Signer()).replacing("<a>", with: "<a>\(second)")
        #expect(
            outcomes(try only(text))
                == [.notFound(reason: "the identifier occurs more than once")])
    }

    @Test("the identifier is gone: nothing is found")
    func removed() throws {
        let text = try signed(Signer()).replacing("<p Id='p'>", with: "<p>")
        #expect(outcomes(try only(text)) == [.notFound(reason: "no element has the identifier")])
    }

    @Test("changed content is changed")
    func changed() throws {
        let text = try signed(Signer()).replacing("pay 1", with: "pay 9")
        #expect(outcomes(try only(text)) == [.changed])
    }

    @Test("content inside the signature is taken away by enveloped-signature with it")
    func inside() throws {
        let signature = Template.signature(
            references: Template.reference(
                "#p", "{D0}", transforms: [Template.enveloped, Template.exclusive]))
        let text = try Template(text: "<a Id='p'>pay 1\(signature)</a>").signed(by: Signer())
        #expect(outcomes(try only(text)) == [.intact])
        let start = try #require(text.firstRange(of: "<ds:Signature ")).lowerBound
        let inner = String(text[start...].dropLast("</a>".count))
        let wrapped = inner.replacing(
            "</ds:Signature>",
            with: "<ds:Object><a Id='p'>pay 1</a></ds:Object></ds:Signature>")
        #expect(outcomes(try only("<evil>pay 9\(wrapped)</evil>")) == [.changed])
    }

    @Test(
        "what must stand once must stand once",
        arguments: ["SignedInfo", "SignatureValue", "CanonicalizationMethod", "SignatureMethod"])
    func twice(_ name: String) throws {
        let text = try signed(Signer())
        let start = try #require(text.firstRange(of: "<ds:\(name)")).lowerBound
        let copy = "<ds:\(name)/>"
        let changed = text[..<start] + copy + text[start...]
        #expect(throws: SignatureFormatError.tooMany(name, limit: 1)) {
            try only(String(changed))
        }
    }

    @Test("a signature without references is none")
    func noReferences() throws {
        let text = Template.signature(references: "").replacing("{V}", with: "AA==")
        #expect(throws: SignatureFormatError.missing("Reference", in: "SignedInfo")) {
            try only(text)
        }
    }

    @Test("faked SignedProperties beside the signed ones are not the signature's own")
    func fakedProperties() throws {
        let bytes = try Signer().signed("<a/>")
        let signature = try onlySignature(in: bytes)
        let core = signature.core.validateCore()
        #expect(signature.signedPropertiesReference(in: core) == 1)
        let text = String(decoding: bytes, as: UTF8.self)
        let start = try #require(text.firstRange(of: "<xades:SignedProperties")).lowerBound
        let end = try #require(text.firstRange(of: "</xades:SignedProperties>")).upperBound
        let properties = String(text[start..<end])
        let faked = text.replacing(
            properties, with: properties.replacing("id-1-signed-properties", with: "faked")
        ).replacing(
            "</ds:Signature>",
            with: """
                <ds:Object><w xmlns:xades="http://uri.etsi.org/01903/v1.3.2#">\(properties)</w>\
                </ds:Object></ds:Signature>
                """)
        let other = try onlySignature(in: Array(faked.utf8))
        #expect(other.signedPropertiesReference(in: other.core.validateCore()) == nil)
    }

    @Test("two QualifyingProperties, or two SignedProperties, are refused")
    func twoProperties() throws {
        let text = String(decoding: try Signer().signed("<a/>"), as: UTF8.self)
        let start = try #require(text.firstRange(of: "<ds:Object>")).lowerBound
        let end = try #require(text.firstRange(of: "</ds:Object>")).upperBound
        let doubled = text.replacing(
            "</ds:Signature>", with: "\(text[start..<end])</ds:Signature>")
        #expect(throws: SignatureFormatError.tooMany("QualifyingProperties", limit: 1)) {
            try onlySignature(in: Array(doubled.utf8))
        }
    }
}
