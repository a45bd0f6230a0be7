// SPDX-License-Identifier: Apache-2.0
import PAdES
import PDF
import TestSupport
import Testing
import Trust

@Suite("Signing refuses")
struct SigningRefusalTests {
    private let pki = SampleForm.pki

    @Test("a value that is not the signer's")
    func refusesWrongValue() throws {
        let prepared = try SampleForm.prepared()
        let value = try pki.tsa.key.sign(prepared.toBeSigned)

        #expect(throws: SigningError.wrongSignatureValue) { try prepared.signed(with: value) }
    }

    @Test("a time-stamp over something else")
    func refusesForeignTimestamp() throws {
        let signed = try SampleForm.signed()
        let token = try pki.timestamp(over: DigestAlgorithm.sha256.digest([1]))

        #expect {
            try signed.adding(timestamp: token)
        } throws: { error in
            if case .timestamp(.imprintMismatch)? = error as? SigningError { true } else { false }
        }
    }

    @Test("a time-stamp for which no room was kept")
    func refusesWithoutRoom() throws {
        let prepared = try SampleForm.prepared(timestampRoom: 0)
        let signed = try prepared.signed(with: pki.signer.key.sign(prepared.toBeSigned))
        let token = try pki.timestamp(over: DigestAlgorithm.sha256.digest(signed.signatureValue))

        #expect {
            try signed.adding(timestamp: token)
        } throws: { error in
            if case .noRoom? = error as? SigningError { true } else { false }
        }
    }

    @Test("more room than a string may have in PDF/A")
    func refusesTooMuchRoom() {
        #expect {
            try SampleForm.prepared(timestampRoom: 40_000)
        } throws: { error in
            if case .noRoom(_, reserved: 32_767)? = error as? SigningError { true } else { false }
        }
    }

    @Test("to stamp a signature that something was added to")
    func refusesReopening() throws {
        let read = try signatures(in: SampleForm.longTerm())

        #expect(throws: SigningError.notExtensible) {
            try SignedPDF(reopening: read.signatures[0], of: read.file)
        }
    }

    @Test("a field that is not there, or is taken")
    func refusesFields() throws {
        #expect(throws: SigningError.noSuchField("Autre")) {
            try SampleForm.prepared(field: "Autre")
        }
        let signed = try SampleForm.signed().bytes
        #expect(throws: SigningError.alreadySigned(field: "Signature1")) {
            try SampleForm.prepared(signed)
        }
    }

    @Test("what is no PDF")
    func refusesOthers() {
        #expect(throws: SigningError.unreadable(.notPDF)) { try SampleForm.prepared([1, 2, 3]) }
    }

    @Test("a further signature after a certification that forbids it, and only then")
    func obeysCertification() throws {
        let closed = try SampleForm.signed(certification: .p1).bytes
        #expect(throws: SigningError.forbiddenByCertification) {
            try SampleForm.prepared(closed, field: nil)
        }
        let open = try SampleForm.signed(certification: .p2).bytes
        _ = try SampleForm.signed(open, field: nil)
    }

    @Test("a certification that is not the first signature")
    func refusesLateCertification() throws {
        let signed = try SampleForm.signed().bytes

        #expect(throws: SigningError.certificationNotFirst) {
            try SampleForm.prepared(signed, field: nil, certification: .p1)
        }
    }

    @Test("a field that a signature locks")
    func refusesLockedField() throws {
        var update = IncrementalUpdate(of: try PDFFile(SampleForm.signed().bytes))
        let view = try PDFFile(SampleForm.signed().bytes).current
        let field = try #require(try FormField.all(in: view).first)
        let place = try #require(field.dictionary["V"]?.referenceValue)
        var dictionary = try #require(try view.object(place).dictionaryValue)
        dictionary["Reference"] = .array([
            .dictionary([
                "TransformMethod": .name("FieldMDP"),
                "TransformParams": .dictionary([
                    "Action": .name("Include"), "Fields": .array([.text("Autre")]),
                ]),
            ])
        ])
        update.set(place, .dictionary(dictionary))
        let locked = update.finish().bytes

        _ = try SampleForm.prepared(locked, field: nil)
        dictionary["Reference"] = .array([
            .dictionary([
                "TransformMethod": .name("FieldMDP"),
                "TransformParams": .dictionary(["Action": .name("All")]),
            ])
        ])
        update.set(place, .dictionary(dictionary))
        #expect(throws: SigningError.lockedField("")) {
            try SampleForm.prepared(update.finish().bytes, field: nil)
        }
    }
}
