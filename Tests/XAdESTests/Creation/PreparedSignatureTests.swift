// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation
import Testing
import Trust
import XML
import XMLSignature

@testable import XAdES

@Suite("XAdES baseline B-B: EN 319 132-1, 6.3, line by line")
struct PreparedSignatureTests {
    private let text = "<n:a xmlns:n='urn:n'><b>é</b><signature></signature><c/></n:a>"

    @Test("every reference is intact and the value verifies")
    func verifies() throws {
        let signer = try Signer()
        let signature = try onlySignature(in: signer.signed(text, seat: "signature"))
        #expect(signature.core.validateReferences().allSatisfy { $0.outcome == .intact })
        #expect(
            try signature.core.verifySignatureValue(with: signer.certificate.publicKey) == .valid)
    }

    @Test("a changed character is found")
    func changed() throws {
        let signer = try Signer()
        let bytes = try signer.signed(text, seat: "signature")
        let other = String(decoding: bytes, as: UTF8.self).replacing("é", with: "è")
        let outcomes = try onlySignature(in: Array(other.utf8)).core.validateReferences()
        #expect(outcomes.map(\.outcome) == [.changed, .intact])
    }

    @Test("ds:Signature has an Id and KeyInfo holds the certificate")
    func keyInfo() throws {
        let signer = try Signer()
        let core = try onlySignature(in: signer.signed(text, seat: "signature")).core
        #expect(core.id == "id-1-signature")
        #expect(core.certificates == [signer.certificate.der])
    }

    @Test("the document reference has an Id, an empty URI and the two transforms")
    func documentReference() throws {
        let signer = try Signer()
        let reference = try onlySignature(in: signer.signed(text, seat: "signature"))
            .core.signedInfo.references[0]
        #expect(reference.id == "id-1-reference" && reference.uri == "")
        #expect(reference.transforms == [.envelopedSignature, .canonicalization(.exclusive)])
    }

    @Test("the SignedProperties reference has its Type")
    func propertiesReference() throws {
        let signer = try Signer()
        let signature = try onlySignature(in: signer.signed(text, seat: "signature"))
        let reference = signature.core.signedInfo.references[1]
        #expect(reference.type == signedPropertiesType)
        #expect(reference.uri == "#\(signature.signedProperties?.attribute("Id") ?? "")")
    }

    @Test("SigningTime is UTC; one Cert with SHA-256 and no URI; never version 1 properties")
    func signedProperties() throws {
        let signer = try Signer()
        let bytes = try signer.signed(text, seat: "signature")
        let signature = try onlySignature(in: bytes)
        #expect(
            String(decoding: bytes, as: UTF8.self).contains("SigningTime>2026-09-21T14:13:20Z<"))
        #expect(signature.signingCertificates.count == 1)
        #expect(signature.signingCertificates[0].hasURI == false)
        #expect(signature.signingCertificates[0].matches(signer.certificate.der) == true)
        for name in ["SigningCertificate>", "SignerRole>", "RefsV2", "CompleteCertificateRefs"] {
            #expect(!String(decoding: bytes, as: UTF8.self).contains(name))
        }
    }

    @Test("one DataObjectFormat names the document reference and text/xml")
    func dataObjectFormat() throws {
        let signer = try Signer()
        let signature = try onlySignature(in: signer.signed(text, seat: "signature"))
        #expect(
            signature.dataObjectFormats == [
                .init(objectReference: "#id-1-reference", mimeType: "text/xml")
            ])
    }

    @Test("a seat that is missing or filled is refused", arguments: ["x", "b"])
    func seats(_ seat: String) throws {
        let signer = try Signer()
        #expect(throws: SigningError.seat(seat)) { try signer.signed(text, seat: seat) }
    }

    @Test("the signature survives being cut out of another document")
    func cut() throws {
        let signer = try Signer()
        let inner = try XMLDocument(parsing: signer.signed(text, seat: "signature"))
        let outer = try XMLDocument(
            parsing: Array("<x xmlns='urn:foreign' xmlns:n='urn:other'><y/></x>".utf8))
        let y = try #require(outer.root.firstChild)
        try y.append(copying: inner.root)
        let again = try XMLDocument(parsing: outer.serialized())
        let place = try #require(again.root.firstChild?.firstChild)
        let signature = try onlySignature(in: XMLDocument(copying: place).serialized())
        #expect(signature.core.validateReferences().allSatisfy { $0.outcome == .intact })
    }
}

@Suite("XAdES baseline B-T and B-LT: what is added")
struct SignedDocumentTests {
    @Test("the stamp's input is the canonical SignatureValue, named with exclusive C14N")
    func timestamp() throws {
        let signer = try Signer()
        let document = SignedDocument(try signer.signed("<a/>"))
        let input = try document.signatureTimestampInput()
        let stamped = try document.adding(timestamp: [1, 2, 3])
        let signature = try onlySignature(in: stamped.bytes)
        #expect(signature.signatureTimestamps.map(\.tokens) == [[[1, 2, 3]]])
        #expect(signature.signatureTimestamps.map(\.input) == [input])
        #expect(signature.core.validateReferences().allSatisfy { $0.outcome == .intact })
    }

    @Test("TimeStampValidationData follows its stamp, nothing is written twice, nothing empty")
    func values() throws {
        let signer = try Signer()
        let own = signer.certificate.der
        let document = try SignedDocument(signer.signed("<a/>")).adding(timestamp: [1])
            .adding(
                signerValues: .init(certificates: [own, [7]], ocspResponses: [[8]]),
                timestampValues: .init(certificates: [[7], [9]], crls: [[5]]))
        let signature = try onlySignature(in: document.bytes)
        #expect(
            signature.unsignedPropertyNames == [
                "SignatureTimeStamp", "TimeStampValidationData", "CertificateValues",
                "RevocationValues",
            ])
        #expect(
            signature.values
                == .init(certificates: [[9], [7]], crls: [[5]], ocspResponses: [[8]]))
        let bare = try SignedDocument(signer.signed("<a/>")).adding(timestamp: [1])
            .adding(signerValues: .init(certificates: [own]), timestampValues: .init())
        #expect(
            try onlySignature(in: bare.bytes).unsignedPropertyNames == ["SignatureTimeStamp"])
    }
}
