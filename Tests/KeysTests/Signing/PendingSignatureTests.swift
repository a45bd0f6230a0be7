// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import Keys
import PAdES
import TestSupport
import Testing
import Trust
import XAdES
import XML
import XMLSignature

@Suite("A signature whose value comes later (RS-01)")
struct PendingSignatureTests {
    private let pki = TestPKI.shared

    /// One empty page.
    private static let pdf: [UInt8] = {
        var text = "%PDF-1.7\n"
        var offsets: [Int] = []
        for (index, body) in [
            "<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Kids [3 0 R] /Count 1>>",
            "<</Type /Page /Parent 2 0 R /MediaBox [0 0 100 100]>>",
        ].enumerated() {
            offsets.append(text.utf8.count)
            text += "\(index + 1) 0 obj\n\(body)\nendobj\n"
        }
        let start = text.utf8.count
        text += "xref\n0 4\n0000000000 65535 f \n"
        for offset in offsets {
            let digits = String(offset)
            text += String(repeating: "0", count: 10 - digits.count) + digits + " 00000 n \n"
        }
        text += "trailer\n<</Size 4 /Root 1 0 R>>\nstartxref\n\(start)\n%%EOF\n"
        return Array(text.utf8)
    }()

    private func preparedPDF(by identity: TestIdentity) throws -> PreparedPDFSignature {
        try PAdES.prepare(
            pdf: Self.pdf, field: nil, signer: identity.certificate,
            intermediates: identity.intermediates, algorithm: identity.key.algorithm,
            time: TestPKI.clock)
    }

    private func preparedXML(_ text: String = "<a> <b/>é</a>") throws -> PreparedSignature {
        try PreparedSignature(
            enveloping: Array(text.utf8), seat: nil,
            parameters: SignatureParameters(
                identifier: "id-1", signingTime: TestPKI.clock,
                certificates: [pki.signer.certificate, pki.issuing.certificate],
                algorithm: pki.signer.key.algorithm))
    }

    private func pending(
        _ toBeSigned: [UInt8], _ prepared: [UInt8], by identity: TestIdentity
    ) throws -> PendingSignature {
        try PendingSignature(
            toBeSigned: toBeSigned, algorithm: identity.key.algorithm,
            certificateChain: identity.chain, prepared: prepared)
    }

    @Test("a PDF is prepared, stored, resumed and completed", arguments: [true, false])
    func pdf(isRSA: Bool) throws {
        let identity = isRSA ? pki.rsaSigner : pki.signer
        let prepared = try preparedPDF(by: identity)
        let stored = try pending(prepared.toBeSigned, prepared.suspended, by: identity).bytes

        // Elsewhere, later: a service signs the digest, of which the value is all that returns.
        let resumed = try PendingSignature(parsing: stored)
        #expect(resumed.digest.bytes == DigestAlgorithm.sha256.digest(prepared.toBeSigned).bytes)
        let value = try resumed.verified(identity.key.sign(resumed.toBeSigned))
        let document = try PreparedPDFSignature(resuming: resumed.prepared)
        #expect(document.bytes == prepared.bytes && document.toBeSigned == prepared.toBeSigned)
        let signed = try document.signed(with: value).bytes

        let signature = try #require(try PAdES.signatures(in: signed).signatures.first)
        #expect(signature.check(by: identity.certificate) == .valid)
        #expect(signature.coverage == .entire && !signature.modifiedAfterSigning)
        #expect(try prepared.signed(with: value).bytes == signed)
    }

    @Test("an XML document is prepared, stored, resumed and completed with r || s")
    func xml() throws {
        let prepared = try preparedXML()
        let stored = try pending(prepared.toBeSigned, prepared.suspended, by: pki.signer).bytes

        let resumed = try PendingSignature(parsing: stored)
        let der = try pki.signer.key.sign(resumed.toBeSigned)
        let raw = try #require(try ECDSASignature(der: der).raw(for: .p256))
        let value = try resumed.verified(raw)
        let document = try PreparedSignature(resuming: resumed.prepared)
        #expect(document.toBeSigned == prepared.toBeSigned)
        let signed = try document.signed(with: value)

        let found = AdvancedSignature.all(in: try XMLDocument(parsing: signed))
        let signature = try #require(try found.first?.get())
        #expect(signature.core.validateCore().areReferencesIntact)
        #expect(
            signature.core.verifySignatureValue(
                with: .publicKey(pki.signer.certificate.publicKey)) == .valid)
        #expect(try prepared.signed(with: value) == signed)
    }

    @Test("a value of another key, or over other bytes, is thrown away (RS-03)")
    func foreignValue() throws {
        let prepared = try preparedPDF(by: pki.signer)
        let pending = try pending(prepared.toBeSigned, prepared.suspended, by: pki.signer)
        #expect(throws: Keys.SigningError.doesNotVerify(.invalid)) {
            try pending.verified(pki.issuing.key.sign(pending.toBeSigned))
        }
        #expect(throws: Keys.SigningError.doesNotVerify(.invalid)) {
            try pending.verified(pki.signer.key.sign([1]))
        }
    }

    @Test("what was changed in between is not resumed")
    func changed() throws {
        let prepared = try preparedPDF(by: pki.signer)
        let stored = try pending(prepared.toBeSigned, prepared.suspended, by: pki.signer).bytes
        let other = try pending([1], prepared.suspended, by: pki.signer).bytes
        for bytes in [Array(stored.dropLast()), [], try mixed(stored, "toBeSigned", of: other)] {
            #expect(throws: Keys.SigningError.notResumable) {
                try PendingSignature(parsing: bytes)
            }
        }
    }

    @Test("a document that no longer fits what is to be signed is not resumed")
    func changedDocument() throws {
        let prepared = try preparedPDF(by: pki.signer)
        let bytes = try mixed(
            prepared.suspended, "attributes", of: preparedPDF(by: pki.rsaSigner).suspended)
        #expect(throws: PAdES.SigningError.notResumable) {
            try PreparedPDFSignature(resuming: bytes)
        }
        let xml = try mixed(
            preparedXML().suspended, "head", of: preparedXML("<a>other</a>").suspended)
        #expect(throws: XAdES.SigningError.notResumable) { try PreparedSignature(resuming: xml) }
        #expect(throws: XAdES.SigningError.notResumable) { try PreparedSignature(resuming: []) }
        #expect(throws: PAdES.SigningError.notResumable) {
            try PreparedPDFSignature(resuming: Array("{}".utf8))
        }
    }

    /// A JSON object with one member of another.
    private func mixed(
        _ bytes: [UInt8], _ name: String, of other: [UInt8]
    ) throws -> [UInt8] {
        let foreign = try #require(try JSONDocument(parsing: other).root[name])
        let members = try #require(try JSONDocument(parsing: bytes).root.object)
        return JSONValue.object(members.map { $0.name == name ? JSONMember(name, foreign) : $0 })
            .serialized()
    }
}
