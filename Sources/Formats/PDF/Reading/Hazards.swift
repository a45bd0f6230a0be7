// SPDX-License-Identifier: Apache-2.0

/// What makes a file more than paper: things that run, fetch, hide or hide others (rules PD-01 and
/// PD-04).
package enum Hazard: Hashable, Sendable {
    case javaScript(ObjectReference)
    /// An action that leaves the document, by its /S, for example `Launch` or `URI`.
    case action(ObjectReference, kind: String)
    case xfa
    /// An embedded file that neither the name tree nor /AF declares.
    case undeclaredFile(ObjectReference)
    /// Optional content: layers that a viewer shows or not.
    case optionalContent
    /// Text is shown with a font that is not in the file.
    case fontNotEmbedded(ObjectReference)
    /// An object that no other leads to: content kept ready to be switched in.
    case unusedObject(ObjectReference)
    /// Two annotations of a page lie over each other.
    case overlappingAnnotations(page: ObjectReference)
    /// An object that cannot be read.
    case damagedObject(ObjectReference)
    /// More than one save; a form of ours has one before it is signed.
    case severalRevisions(Int)
}

extension PDFFile {
    /// Everything in the current revision that a form may not hold, in order of object numbers.
    ///
    /// - Throws: The catalog cannot be read.
    package func hazards() throws(PDFError) -> [Hazard] {
        var scan = HazardScan(view: current, budget: ObjectHistory.budget(of: self))
        try scan.run()
        if revisions.count > 1 { scan.hazards.append(.severalRevisions(revisions.count)) }
        return scan.hazards
    }
}

private struct HazardScan {
    private static let leavingActions: Set<String> = [
        "Launch", "URI", "SubmitForm", "GoToR", "GoToE", "ImportData", "ResetForm", "Movie",
        "Sound",
        "Rendition", "Thread", "SetOCGState", "Trans", "GoTo3DView",
    ]
    private static let containers: Set<String> = ["XRef", "ObjStm"]

    let view: DocumentView
    var hazards: [Hazard] = []
    private var declaredFiles = Set<ObjectReference>()
    private var files: [ObjectReference] = []
    private var reached = Set<ObjectReference>()

    private var budget: Int

    init(view: DocumentView, budget: Int) { (self.view, self.budget) = (view, budget) }

    /// Reads an object; one that other objects are hidden in is not read for each of them.
    private mutating func object(
        number: Int
    ) throws(PDFError) -> (ObjectReference, PDFObject) {
        guard budget > 0 else { throw .expandsTooMuch }
        var cost = 0
        defer { budget -= cost }
        return try view.object(number: number, cost: &cost)
    }

    mutating func run() throws(PDFError) {
        let catalog = try view.catalog()
        if catalog["OCProperties"] != nil { hazards.append(.optionalContent) }
        if try view.resolve(catalog["AcroForm"]).dictionaryValue?["XFA"] != nil {
            hazards.append(.xfa)
        }
        var queue = [ObjectReference]()
        for key in ["Root", "Info"] { references(in: view.trailer[key], into: &queue) }
        reached.formUnion(queue)
        while let reference = queue.popLast() {
            var found: [ObjectReference] = []
            references(in: try? object(number: reference.number).1, into: &found)
            for next in found where reached.insert(next).inserted { queue.append(next) }
        }
        for number in view.objectNumbers {
            guard budget > 0 else { throw .expandsTooMuch }
            inspect(number)
        }
        for page in try view.pages() where hasOverlaps(page.dictionary) {
            hazards.append(.overlappingAnnotations(page: page.reference))
        }
        for file in files where !declaredFiles.contains(file) {
            hazards.append(.undeclaredFile(file))
        }
    }

    private mutating func inspect(_ number: Int) {
        var place = ObjectReference(number: number)
        do throws(PDFError) {
            let (reference, object) = try object(number: number)
            place = reference
            let type = object.dictionaryValue?["Type"]?.nameValue ?? ""
            if !reached.contains(reference), !Self.containers.contains(type), object != .null {
                hazards.append(.unusedObject(reference))
            }
            inspect(object, at: reference)
        } catch {
            hazards.append(.damagedObject(place))
        }
    }

    private mutating func inspect(_ object: PDFObject, at reference: ObjectReference) {
        if case .array(let items) = object {
            for item in items { inspect(item, at: reference) }
        }
        guard let dictionary = object.dictionaryValue else { return }
        if dictionary["JS"] != nil { hazards.append(.javaScript(reference)) }
        if let kind = dictionary["S"]?.nameValue, Self.leavingActions.contains(kind) {
            hazards.append(.action(reference, kind: kind))
        }
        if dictionary["EF"] != nil { files.append(reference) }
        for key in ["AF", "Names"] { declare(dictionary[key]) }
        if dictionary["Type"] == .name("FontDescriptor"),
            !dictionary.keys.contains(where: { $0.hasPrefix("FontFile") })
        {
            hazards.append(.fontNotEmbedded(reference))
        }
        for entry in dictionary.entries { inspect(entry.value, at: reference) }
    }

    private func hasOverlaps(_ page: PDFDictionary) -> Bool {
        let annotations = (try? view.resolve(page["Annots"]))?.arrayValue ?? []
        // More than any form has; comparing each with each must stay cheap.
        guard annotations.count <= Limits.annotations else { return true }
        let boxes = annotations.compactMap { annotation -> [Double]? in
            let dictionary = (try? view.resolve(annotation))?.dictionaryValue
            let box = (try? view.resolve(dictionary?["Rect"]))?.arrayValue?.compactMap(
                \.numberValue)
            guard let box, box.count == 4 else { return nil }
            return [
                min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3]),
            ]
        }
        for (index, one) in boxes.enumerated() {
            for other in boxes[(index + 1)...]
            where one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3] {
                return true
            }
        }
        return false
    }

    private mutating func declare(_ object: PDFObject?) {
        guard let list = (try? view.resolve(object))?.arrayValue else { return }
        declaredFiles.formUnion(list.compactMap(\.referenceValue))
    }

    private func references(in object: PDFObject?, into list: inout [ObjectReference]) {
        switch object {
        case .reference(let reference): list.append(reference)
        case .array(let items): for item in items { references(in: item, into: &list) }
        case .dictionary(let dictionary):
            for entry in dictionary.entries { references(in: entry.value, into: &list) }
        case .stream(let stream):
            for entry in stream.dictionary.entries { references(in: entry.value, into: &list) }
        default: break
        }
    }
}
