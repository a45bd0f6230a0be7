// SPDX-License-Identifier: Apache-2.0
import PAdES
import PDF
import TestSupport
import Testing
import Trust

@Suite("Changes after signing (PD-03)")
struct DocumentChangeTests {
    /// A form with a text field, an annotation, two pages and spare objects, signed.
    private static func base(_ certification: Certification? = nil) throws -> [UInt8] {
        let bytes = ForeignFileTests.file(
            page: "/Contents 5 0 R /Annots [4 0 R 6 0 R]",
            catalog: "/AcroForm <</Fields [4 0 R]>> /Spare 7 0 R /Metadata 8 0 R",
            more: [
                "<</Type /Annot /Subtype /Widget /FT /Tx /T (nom) /Rect [0 0 9 9] /P 3 0 R>>",
                "<</Length 2>>\nstream\nq \nendstream",
                "<</Type /Annot /Subtype /Text /Rect [0 0 9 9]>>",
                "<</Extension 9 0 R>>", "<</Length 1>>\nstream\nx\nendstream", "<</a 1>>",
            ])
        return try SampleForm.signed(bytes, field: nil, certification: certification).bytes
    }

    private func changes(
        _ certification: Certification? = nil,
        _ change: (inout IncrementalUpdate, DocumentView) throws -> Void
    ) throws -> PDFSignature {
        let file = try PDFFile(Self.base(certification))
        var update = IncrementalUpdate(of: file)
        try change(&update, file.current)
        return try onlySignature(in: update.finish().bytes)
    }

    private func object(_ number: Int) -> ObjectReference { ObjectReference(number: number) }

    private func changed(
        _ number: Int, of view: DocumentView, _ change: (inout PDFDictionary) -> Void
    ) throws -> PDFObject {
        var dictionary = try #require(try view.object(object(number)).dictionaryValue)
        change(&dictionary)
        return .dictionary(dictionary)
    }

    @Test("none, when nothing follows or the same is written again")
    func findsNone() throws {
        #expect(try onlySignature(in: Self.base()).changes == [])
        let repeated = try changes { update, view in
            update.set(object(6), try view.object(object(6)))
        }
        #expect(repeated.changes == [])
        #expect(repeated.coverage == .entire)
    }

    @Test(
        "of what stands on a page are forbidden and named",
        arguments: [
            (5, "Root/Pages/Kids/0/Contents"), (6, "Root/Pages/Kids/0/Annots/1"),
            (7, "Root/Spare"), (9, "Root/Spare/Extension"),
        ])
    func findsReplacedObject(number: Int, path: String) throws {
        let signature = try changes { update, _ in
            update.set(object(number), .dictionary(["Autre": .integer(1)]))
        }

        #expect(signature.modifiedAfterSigning)
        #expect(signature.coverage == .partial)
        #expect(
            signature.changes.contains { $0.object == object(number) && $0.path.hasPrefix(path) })
        #expect(signature.check(by: SampleForm.pki.signer.certificate) == .valid)
    }

    @Test("of page attributes, annotations or the catalog are forbidden")
    func findsChangedDictionaries() throws {
        #expect(
            try changes {
                $0.set(object(3), try changed(3, of: $1) { $0["Rotate"] = .integer(90) })
            }
            .changes.map(\.path) == ["Root/Pages/Kids/0/Rotate"])
        let annotated = try changes { update, view in
            let note = update.add(.dictionary(["Subtype": .name("FreeText")]))
            let page = try changed(3, of: view) {
                $0["Annots"] = .array(($0["Annots"]?.arrayValue ?? []) + [.reference(note)])
            }
            update.set(object(3), page)
        }
        #expect(annotated.modifiedAfterSigning)
        let opened = try changes {
            $0.set(object(1), try changed(1, of: $1) { $0["OpenAction"] = .array([]) })
        }
        #expect(opened.changes.map(\.path) == ["Root/OpenAction"])
    }

    @Test("that lead nowhere are named")
    func findsUnused() throws {
        let signature = try changes { update, _ in _ = update.add(.text("réserve")) }

        #expect(signature.changes.map(\.kind) == [.unused])
        #expect(!signature.modifiedAfterSigning)
    }

    @Test("that a still later revision takes back were made all the same")
    func findsRevertedChange() throws {
        let file = try PDFFile(Self.base())
        var update = IncrementalUpdate(of: file)
        update.set(object(6), .dictionary([:]))
        let changed = try PDFFile(update.finish().bytes)
        update = IncrementalUpdate(of: changed)
        update.set(object(6), try file.current.object(object(6)))

        #expect(try onlySignature(in: update.finish().bytes).modifiedAfterSigning)
    }

    @Test("of form fields are form filling, unless the certification forbids it")
    func findsFormFilling() throws {
        func fill(_ certification: Certification?) throws -> PDFSignature {
            try changes(certification) {
                $0.set(object(4), try changed(4, of: $1) { $0["V"] = .text("Exemple") })
            }
        }
        #expect(try fill(nil).changes.map(\.kind) == [.formFilling])
        #expect(try fill(nil).coverage == .entire)
        #expect(try fill(.p2).changes.map(\.kind) == [.formFilling])
        #expect(try fill(.p1).modifiedAfterSigning)
    }

    @Test("of a field's name or place are no form filling")
    func findsMovedField() throws {
        for key in ["T", "Rect", "FT"] {
            let signature = try changes {
                $0.set(object(4), try changed(4, of: $1) { $0[key] = .integer(1) })
            }
            #expect(signature.modifiedAfterSigning, "\(key)")
        }
    }

    @Test("of the metadata are named as such")
    func findsMetadata() throws {
        let signature = try changes { update, _ in
            update.set(object(8), .stream(PDFStream([:], data: [1])))
        }

        #expect(signature.changes.map(\.kind) == [.metadata])
        #expect(!signature.modifiedAfterSigning)
    }

    @Test("of an object that a store shares with something else are forbidden")
    func findsSharedObject() throws {
        let signature = try changes { update, view in
            update.set(object(9), .dictionary(["a": .integer(2)]))
            update.set(
                object(1), try changed(1, of: view) { $0["Extensions"] = .reference(object(9)) })
        }

        #expect(signature.modifiedAfterSigning)
    }

    @Test("by validation data and time-stamps are allowed after any certification")
    func allowsValidationData() throws {
        for certification in [nil, Certification.p1, .p2] {
            let stored = try addingValidationMaterial(
                SampleForm.pki.material(), to: Self.base(certification))
            let prepared = try prepareDocumentTimestamp(pdf: stored)
            let bytes = try prepared.stamped(with: SampleForm.pki.timestamp(over: prepared.imprint))
            let more = try addingValidationMaterial(
                SampleForm.pki.material(for: [SampleForm.pki.tsa], at: SampleForm.later), to: bytes)

            let signature = try onlySignature(in: more)

            #expect(!signature.modifiedAfterSigning)
            #expect(Set(signature.changes.map(\.kind)) == [.validationData, .documentTimestamp])
        }
    }

    @Test("by a further signature are allowed, and forbidden after p1")
    func judgesFurtherSignature() throws {
        let twice = try SampleForm.signed(Self.base(.p2), field: nil).bytes
        let first = try #require(try signatures(in: twice).signatures.first)
        #expect(Set(first.changes.map(\.kind)) == [.signature])

        // Our own signer refuses this; another program might not.
        let closed = try PDFFile(Self.base(.p1))
        var update = IncrementalUpdate(of: closed)
        let field = update.add(
            .dictionary(["FT": .name("Sig"), "T": .text("b"), "V": .dictionary(["M": .text("")])]))
        let form = try #require(try closed.current.catalog()["AcroForm"]?.dictionaryValue)
        update.set(
            object(1),
            try changed(1, of: closed.current) {
                var form = form
                form["Fields"] = .array((form["Fields"]?.arrayValue ?? []) + [.reference(field)])
                $0["AcroForm"] = .dictionary(form)
            })
        let signature = try #require(try signatures(in: update.finish().bytes).signatures.first)
        #expect(signature.changes.map(\.kind) == [.forbidden])
    }
}
