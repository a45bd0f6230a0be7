// SPDX-License-Identifier: Apache-2.0
import PAdES
import PDF
import TestSupport
import Testing
import Trust

/// A signed file with everything an attacker could want to exchange.
enum Victim {
    static let font = 5
    static let content = 6
    static let image = 7
    static let field = 8
    static let appearance = 9
    static let note = 10
    static let length = 11
    static let layers = 12
    static let resources = 13

    static func bytes(
        _ certification: Certification? = nil, lock: String? = nil
    ) throws -> [UInt8] {
        let page = "/Contents 6 0 R /Resources 13 0 R /Annots [8 0 R 10 0 R]"
        let catalog =
            "/AcroForm <</Fields [4 0 R 8 0 R] /DR <</Font <</F1 5 0 R>>>>>> /OCProperties 12 0 R"
        let lockEntry = lock.map { "/Lock \($0)" } ?? ""
        let bytes = ForeignFileTests.file(
            page: page, catalog: catalog,
            more: [
                "<</Type /Annot /Subtype /Widget /FT /Sig /T (sig) /Rect [0 0 0 0] \(lockEntry)>>",
                "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
                "<</Length 11 0 R>>\nstream\nq Q\nendstream",
                "<</Type /XObject /Subtype /Image /Length 1>>\nstream\n0\nendstream",
                "<</Type /Annot /Subtype /Widget /FT /Tx /T (montant) /V (1) /Rect [0 0 9 9] /AP <</N 9 0 R>>>>",
                "<</Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 1>>\nstream\n1\nendstream",
                "<</Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (note)>>",
                "3", "<</OCGs [] /D <</ON []>>>>",
                "<</Font <</F1 5 0 R>> /XObject <</I1 7 0 R>>>>",
            ])
        return try SampleForm.signed(bytes, field: "sig", certification: certification).bytes
    }

    static func attacked(
        _ certification: Certification? = nil, lock: String? = nil,
        _ change: (inout IncrementalUpdate, DocumentView) throws -> Void
    ) throws -> PDFSignature {
        let file = try PDFFile(bytes(certification, lock: lock))
        var update = IncrementalUpdate(of: file)
        try change(&update, file.current)
        let found = try signatures(in: update.finish().bytes).signatures
        return try #require(found.first { $0.fields == ["sig"] } ?? found.first)
    }

    static func reference(_ number: Int) -> ObjectReference { ObjectReference(number: number) }

    /// The object with some entries changed.
    static func object(
        _ number: Int, in view: DocumentView, _ change: (inout PDFDictionary) -> Void
    ) throws -> PDFObject {
        var dictionary = try #require(try view.object(reference(number)).dictionaryValue)
        change(&dictionary)
        return .dictionary(dictionary)
    }
}

@Suite("Attacks on a signed file")
struct AttackTests {
    @Test("the file itself is whole")
    func isWhole() throws {
        let signature = try Victim.attacked { _, _ in }

        #expect(signature.coverageFaults == [])
        #expect(signature.changes == [])
    }

    @Test(
        "exchanged content is found and named for what it is",
        arguments: [
            (Victim.content, DocumentChange.Subject.pageContent), (Victim.font, .font),
            (Victim.image, .image), (Victim.resources, .resources),
            (Victim.layers, .optionalContent), (Victim.length, .pageContent),
            (Victim.appearance, .appearance),
        ])
    func findsExchange(number: Int, subject: DocumentChange.Subject) throws {
        let signature = try Victim.attacked { update, view in
            let before = try view.object(Victim.reference(number))
            if case .integer = before {
                update.set(Victim.reference(number), .integer(1))
            } else {
                update.set(
                    Victim.reference(number),
                    .stream(PDFStream(before.dictionaryValue ?? [:], data: [0x58])))
            }
        }

        #expect(signature.modifiedAfterSigning)
        #expect(signature.coverage == .partial)
        let found = signature.changes.filter { $0.kind == .forbidden }
        #expect(found.map(\.object?.number) == [number])
        #expect(found.map(\.subject) == [subject])
    }

    @Test("freed content is missed")
    func findsFreed() throws {
        let signature = try Victim.attacked { update, _ in
            update.set(Victim.reference(Victim.content), .null)
        }

        #expect(signature.modifiedAfterSigning)
    }

    @Test("a comment passes only where the certification lets others comment")
    func judgesAnnotations() throws {
        func comment(_ certification: Certification?) throws -> PDFSignature {
            try Victim.attacked(certification) { update, view in
                let note = update.add(
                    .dictionary([
                        "Type": .name("Annot"), "Subtype": .name("FreeText"),
                        "Rect": .array([.integer(0), .integer(0), .integer(9), .integer(9)]),
                    ]))
                update.set(
                    Victim.reference(3),
                    try Victim.object(3, in: view) {
                        $0["Annots"] = .array(($0["Annots"]?.arrayValue ?? []) + [.reference(note)])
                    })
            }
        }
        #expect(try comment(.p3).changes.map(\.kind) == [.annotation])
        #expect(try comment(.p3).coverage == .entire)
        for certification in [nil, Certification.p1, .p2] {
            #expect(try comment(certification).modifiedAfterSigning)
        }
    }

    @Test("an old comment may change under p3 alone, its order never")
    func judgesOldAnnotations() throws {
        func edit(_ certification: Certification?) throws -> PDFSignature {
            try Victim.attacked(certification) { update, view in
                update.set(
                    Victim.reference(Victim.note),
                    try Victim.object(Victim.note, in: view) { $0["Contents"] = .text("autre") })
            }
        }
        #expect(try edit(.p3).changes.map(\.kind) == [.annotation])
        #expect(try edit(.p2).modifiedAfterSigning)
        let swapped = try Victim.attacked(.p3) { update, view in
            update.set(
                Victim.reference(3),
                try Victim.object(3, in: view) {
                    $0["Annots"] = .array(($0["Annots"]?.arrayValue ?? []).reversed())
                })
        }
        #expect(swapped.modifiedAfterSigning)
    }

    @Test("a signature field that only pretends is an overlay")
    func findsSneakyField() throws {
        func sneak(_ field: PDFDictionary) throws -> PDFSignature {
            try Victim.attacked(.p2) { update, view in
                let picture = update.add(
                    .stream(PDFStream(["Subtype": .name("Form")], data: [0x58])))
                var field = field
                field["AP"] = .dictionary(["N": .reference(picture)])
                let added = update.add(.dictionary(field))
                update.set(
                    Victim.reference(1),
                    try Victim.object(1, in: view) {
                        var form = $0["AcroForm"]?.dictionaryValue ?? [:]
                        form["Fields"] = .array(
                            (form["Fields"]?.arrayValue ?? []) + [.reference(added)])
                        $0["AcroForm"] = .dictionary(form)
                    })
                update.set(
                    Victim.reference(3),
                    try Victim.object(3, in: view) {
                        $0["Annots"] = .array(
                            ($0["Annots"]?.arrayValue ?? []) + [.reference(added)])
                    })
            }
        }
        let rectangle = PDFObject.array([.integer(0), .integer(0), .integer(90), .integer(90)])
        let empty: PDFDictionary = [
            "Subtype": .name("Widget"), "FT": .name("Sig"), "T": .text("b"), "Rect": rectangle,
        ]
        #expect(try sneak(empty).modifiedAfterSigning)
        var pretended = empty
        pretended["V"] = .dictionary([
            "Type": .name("Sig"), "SubFilter": .name("adbe.pkcs7.detached"),
            "ByteRange": .array([.integer(0), .integer(1), .integer(2), .integer(3)]),
        ])
        #expect(try sneak(pretended).modifiedAfterSigning)
        var other = empty
        other["Subtype"] = .name("FreeText")
        #expect(try sneak(other).modifiedAfterSigning)
        var invisible = empty
        invisible["Rect"] = .array([.integer(0), .integer(0), .integer(0), .integer(0)])
        #expect(try sneak(invisible).changes.map(\.kind) == [.signature])
    }

    @Test("a number written in another way is the same number")
    func knowsNumbers() throws {
        let signature = try Victim.attacked { update, view in
            update.set(
                Victim.reference(3),
                try Victim.object(3, in: view) {
                    $0["MediaBox"] = .array([.real(0), .real(0), .real(200), .integer(200)])
                })
        }

        #expect(signature.changes == [])
    }

    @Test("what is said twice is said to two readers")
    func findsRepeatedKeys() throws {
        let signature = try Victim.attacked { update, view in
            var catalog = try #require(
                try view.object(Victim.reference(1)).dictionaryValue)
            let old = try #require(catalog["AcroForm"])
            catalog = PDFDictionary(
                entries: catalog.entries + [PDFDictionary.Entry(key: "AcroForm", value: old)])
            update.set(Victim.reference(1), .dictionary(catalog))
        }

        #expect(signature.modifiedAfterSigning)
    }

    @Test("another generation makes references lead nowhere")
    func findsRenumbering() throws {
        let signature = try Victim.attacked { update, view in
            update.set(
                ObjectReference(number: Victim.content, generation: 1),
                try view.object(Victim.reference(Victim.content)))
        }

        #expect(signature.modifiedAfterSigning)
    }

    @Test("a value without anything of a signature still counts as one")
    func findsNameless() throws {
        let file = try PDFFile(
            ForeignFileTests.file(
                page: "", catalog: "/AcroForm <</Fields [4 0 R]>>",
                more: ["<</FT /Sig /T (a) /V 5 0 R>>", "<</Filter /x>>"]))
        let found = try signatures(in: file.bytes).signatures

        #expect(found.map(\.fields) == [["a"]])
        #expect(found[0].byteRange.faults.contains(.notFourNumbers))
        #expect(found[0].coverage == .partial)
    }

    @Test("a new appearance needs a new value")
    func findsAppearanceSwap() throws {
        func fill(_ value: String, picture: Bool) throws -> PDFSignature {
            try Victim.attacked { update, view in
                let stream = update.add(
                    .stream(PDFStream(["Subtype": .name("Form")], data: [0x39])))
                update.set(
                    Victim.reference(Victim.field),
                    try Victim.object(Victim.field, in: view) {
                        $0["V"] = .text(value)
                        if picture { $0["AP"] = .dictionary(["N": .reference(stream)]) }
                    })
            }
        }
        #expect(try fill("2", picture: true).changes.map(\.kind) == [.formFilling])
        #expect(try fill("2", picture: true).coverage == .entire)
        let swapped = try fill("1", picture: true).changes.filter { $0.kind == .forbidden }
        #expect(swapped.map(\.subject) == [.appearance])
    }

    @Test(
        "a locked field stays as it is",
        arguments: [
            ("<</Action /All>>", true), ("<</Action /Include /Fields [(montant)]>>", true),
            ("<</Action /Include /Fields [(autre)]>>", false),
            ("<</Action /Exclude /Fields [(montant)]>>", false),
            ("<</Action /Exclude /Fields [(autre)] /P 2>>", true),
            ("<</Action /Exclude /Fields [(montant)] /P 1>>", true),
        ])
    func judgesLocks(lock: String, isForbidden: Bool) throws {
        let signature = try Victim.attacked(lock: lock) { update, view in
            update.set(
                Victim.reference(Victim.field),
                try Victim.object(Victim.field, in: view) { $0["V"] = .text("2") })
        }

        #expect(signature.fieldLocks.isEmpty == false)
        #expect(signature.modifiedAfterSigning == isForbidden)
    }

    @Test("an object of the store that is also something else may not change")
    func findsSharedStore() throws {
        let signature = try Victim.attacked { update, view in
            update.set(
                Victim.reference(Victim.content), .stream(PDFStream([:], data: [0x58])))
            update.set(
                Victim.reference(1),
                try Victim.object(1, in: view) {
                    $0["DSS"] = .dictionary([
                        "Certs": .array([.reference(Victim.reference(Victim.content))])
                    ])
                })
        }

        #expect(signature.modifiedAfterSigning)
    }

    @Test(
        "a catalog entry may not come or go",
        arguments: ["OpenAction", "AA", "OCProperties", "Names"])
    func findsCatalogChange(key: String) throws {
        let signature = try Victim.attacked { update, view in
            update.set(
                Victim.reference(1),
                try Victim.object(1, in: view) { $0[key] = .dictionary(["S": .name("x")]) })
        }

        #expect(signature.changes.map(\.path) == ["Root/\(key)"])
        #expect(signature.modifiedAfterSigning)
    }

    @Test("another root is compared with the old one")
    func comparesRoots() throws {
        let file = try PDFFile(Victim.bytes())
        let root = try #require(try file.current.object(Victim.reference(1)).dictionaryValue)
        func moved(_ change: (inout PDFDictionary) -> Void) throws -> PDFSignature {
            var update = IncrementalUpdate(of: file)
            var catalog = root
            change(&catalog)
            let place = update.add(.dictionary(catalog))
            let text = "/Root \(place.number) 0 R"
            let bytes = update.finish().bytes
            let tail = try #require(bytes.positions(of: Array("/Root 1 0 R".utf8)).last)
            var changed = bytes
            changed.replaceSubrange(tail..<tail + 11, with: text.utf8)
            return try #require(try signatures(in: changed).signatures.first)
        }
        #expect(try !moved { _ in }.modifiedAfterSigning)
        #expect(try moved { $0["OpenAction"] = .array([]) }.modifiedAfterSigning)
    }
}
