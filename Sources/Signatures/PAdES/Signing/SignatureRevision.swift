// SPDX-License-Identifier: Apache-2.0
import PDF

/// The revision that a signature or document time-stamp adds: its dictionary with room for
/// /Contents, its field, and what the form and the catalog must say (EN 319 142-1, 5; ISO 32000-1,
/// 12.8).
struct SignatureRevision {
    struct Result {
        let bytes: [UInt8]
        /// The hexadecimal digits of /Contents, without the angle brackets.
        let contents: Range<Int>
        /// The four numbers of /ByteRange.
        let byteRange: [Int]
    }

    private let view: DocumentView
    private var update: IncrementalUpdate
    private var catalog: PDFDictionary
    private var isCatalogChanged = false

    init(of file: PDFFile) throws(SigningError) {
        view = file.current
        update = IncrementalUpdate(of: file)
        let view = view
        catalog = try reading { () throws(PDFError) in try view.catalog() }
    }

    /// Completes the revision.
    ///
    /// - Parameters:
    ///   - entries: Of the signature dictionary, without /ByteRange and /Contents.
    ///   - fieldName: An empty signature field; `nil` adds an invisible one to the first page.
    ///   - room: Bytes reserved for the CMS object.
    mutating func result(
        _ entries: PDFDictionary, fieldName: String?, certification: Certification?, room: Int
    ) throws(SigningError) -> Result {
        guard room <= Limits.contentsRoom else {
            throw .noRoom(needed: room, reserved: Limits.contentsRoom)
        }
        let signature = update.reserve()
        if let fieldName {
            try sign(existing: fieldName, with: signature)
        } else {
            try addInvisibleField(with: signature)
        }
        var entries = entries
        var references =
            try fieldName.map { name throws(SigningError) in
                try lockReferences(of: name)
            } ?? []
        if let certification {
            references.append(.dictionary(Self.reference(to: certification)))
        }
        if !references.isEmpty { entries["Reference"] = .array(references) }
        if certification != nil {
            catalog["Perms"] = .dictionary(["DocMDP": .reference(signature)])
            isCatalogChanged = true
        }
        if isCatalogChanged, let root = view.catalogReference {
            update.set(root, .dictionary(catalog))
        }
        let (body, byteRange, contents) = Self.body(entries, room: room)
        update.set(signature, verbatim: body)
        let written = update.finish()
        guard let start = written.bodies[signature] else { throw .noPage }
        return Self.filled(
            written.bytes, byteRange: byteRange.shifted(by: start),
            contents: contents.shifted(by: start))
    }

    /// No digest keys in /Reference: PDF/A forbids them (ISO 19005-2, 6.1.12).
    private static func reference(to certification: Certification) -> PDFDictionary {
        [
            "Type": .name("SigRef"), "TransformMethod": .name("DocMDP"),
            "TransformParams": .dictionary([
                "Type": .name("TransformParams"), "P": .integer(certification.rawValue),
                "V": .name("1.2"),
            ]),
        ]
    }

    /// What the field's /Lock asks of whoever signs in it (ISO 32000-1, 12.8.2.4).
    private func lockReferences(of name: String) throws(SigningError) -> [PDFObject] {
        let view = view
        let fields = try reading { () throws(PDFError) in try FormField.all(in: view) }
        guard let field = fields.first(where: { $0.name == name && $0.type == "Sig" }),
            let lock = (try? view.resolve(field.dictionary["Lock"]))?.dictionaryValue
        else { return [] }
        var parameters: PDFDictionary = ["Type": .name("TransformParams"), "V": .name("1.2")]
        parameters["Action"] = lock["Action"]
        parameters["Fields"] = try? view.resolve(lock["Fields"])
        return [
            .dictionary([
                "Type": .name("SigRef"), "TransformMethod": .name("FieldMDP"),
                "TransformParams": .dictionary(parameters),
            ])
        ]
    }

    // MARK: - The signature dictionary

    /// The dictionary with blank /ByteRange and zero /Contents, and where both stand in it.
    private static func body(
        _ entries: PDFDictionary, room: Int
    ) -> (body: [UInt8], byteRange: Range<Int>, contents: Range<Int>) {
        var writer = ObjectWriter(reservingCapacity: 2 * room + 512)
        writer.write(entries)
        var body = Array(writer.bytes.dropLast(2))
        body += Array(" /ByteRange ".utf8)
        let byteRange = body.count..<body.count + byteRangeWidth
        body += [UInt8](repeating: 0x20, count: byteRangeWidth) + Array(" /Contents <".utf8)
        let contents = body.count..<body.count + 2 * room
        body += [UInt8](repeating: UInt8(ascii: "0"), count: 2 * room) + Array(">>>".utf8)
        return (body, byteRange, contents)
    }

    /// `[0 n n n]` with numbers of up to ten digits.
    private static let byteRangeWidth = 37

    private static func filled(
        _ bytes: [UInt8], byteRange: Range<Int>, contents: Range<Int>
    ) -> Result {
        let gapEnd = contents.upperBound + 1
        let numbers = [0, contents.lowerBound - 1, gapEnd, bytes.count - gapEnd]
        var text = Array("[\(numbers.map(String.init).joined(separator: " "))]".utf8)
        text += [UInt8](repeating: 0x20, count: byteRangeWidth - text.count)
        var bytes = bytes
        bytes.replaceSubrange(byteRange, with: text)
        return Result(bytes: bytes, contents: contents, byteRange: numbers)
    }

    // MARK: - Fields

    private mutating func sign(
        existing name: String, with signature: ObjectReference
    ) throws(SigningError) {
        let view = view
        let fields = try reading { () throws(PDFError) in try FormField.all(in: view) }
        guard let field = fields.first(where: { $0.name == name && $0.type == "Sig" }) else {
            throw .noSuchField(name)
        }
        guard field.dictionary["V"] == nil else { throw .alreadySigned(field: name) }
        var dictionary = field.dictionary
        dictionary["V"] = .reference(signature)
        update.set(field.reference, .dictionary(dictionary))
        var form = try form()
        form["SigFlags"] = .integer(3)
        set(form)
    }

    /// A merged field and widget of no size: printed and locked, as PDF/A wants every annotation.
    private mutating func addInvisibleField(
        with signature: ObjectReference
    ) throws(SigningError) {
        let view = view
        let (fields, pages) = try reading { () throws(PDFError) in
            (try FormField.all(in: view), try view.pages())
        }
        guard let page = pages.first else { throw .noPage }
        let names = Set(fields.map(\.name))
        let number = (1...names.count + 1).first { !names.contains("Signature\($0)") } ?? 1
        let field = update.add(
            .dictionary([
                "Type": .name("Annot"), "Subtype": .name("Widget"), "FT": .name("Sig"),
                "T": .text("Signature\(number)"), "V": .reference(signature), "F": .integer(132),
                "Rect": .array([.integer(0), .integer(0), .integer(0), .integer(0)]),
                "P": .reference(page.reference),
            ]))
        var dictionary = page.dictionary
        if try append(field, to: "Annots", of: &dictionary) {
            update.set(page.reference, .dictionary(dictionary))
        }
        var form = try form()
        form["SigFlags"] = .integer(3)
        _ = try append(field, to: "Fields", of: &form)
        set(form)
    }

    /// Adds to an array that is direct or an object of its own; answers whether the dictionary
    /// changed.
    private mutating func append(
        _ reference: ObjectReference, to key: String, of dictionary: inout PDFDictionary
    ) throws(SigningError) -> Bool {
        let (view, old) = (view, dictionary[key])
        let items = try reading { () throws(PDFError) in try view.resolve(old) }.arrayValue ?? []
        let array = PDFObject.array(items + [.reference(reference)])
        if case .reference(let place)? = old {
            update.set(place, array)
            return false
        }
        dictionary[key] = array
        return true
    }

    /// The interactive form; empty when there is none.
    private func form() throws(SigningError) -> PDFDictionary {
        try reading { () throws(PDFError) in try view.resolve(catalog["AcroForm"]) }.dictionaryValue
            ?? [:]
    }

    private mutating func set(_ form: PDFDictionary) {
        if case .reference(let place)? = catalog["AcroForm"] {
            update.set(place, .dictionary(form))
        } else {
            catalog["AcroForm"] = .dictionary(form)
            isCatalogChanged = true
        }
    }
}

extension Range<Int> {
    fileprivate func shifted(by offset: Int) -> Range<Int> {
        lowerBound + offset..<upperBound + offset
    }
}
