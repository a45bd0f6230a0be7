// SPDX-License-Identifier: Apache-2.0
import PDF

/// Clauses on annotations, forms, actions, layers and attachments (6.3 to 6.11).
extension ArchiveChecker {
    mutating func checkAnnotationTypes() {
        let known: Set<String> = [
            "Text", "Link", "FreeText", "Line", "Square", "Circle", "Polygon", "PolyLine",
            "Highlight", "Underline", "Squiggly", "StrikeOut", "Stamp", "Caret", "Ink", "Popup",
            "FileAttachment", "Widget", "PrinterMark", "TrapNet", "Watermark", "Redact",
        ]
        for annotation in annotations {
            let type = resolve(annotation["Subtype"]).nameValue ?? ""
            require(known.contains(type), "annotation \(type)")
        }
    }

    mutating func checkAnnotationFlags() {
        for annotation in annotations {
            let type = resolve(annotation["Subtype"]).nameValue ?? ""
            guard let flags = resolve(annotation["F"]).integerValue else {
                require(type == "Popup", "\(type) without F")
                continue
            }
            // Invisible, Hidden, NoView and ToggleNoView off, Print on.
            require(flags & (1 | 2 | 32 | 256) == 0 && flags & 4 != 0, "flags of \(type)")
        }
    }

    mutating func checkAppearances() {
        for annotation in annotations {
            let type = resolve(annotation["Subtype"]).nameValue ?? ""
            guard let appearance = resolve(annotation["AP"]).dictionaryValue else {
                let sides = array(annotation["Rect"]).compactMap { resolve($0).numberValue }
                let isEmpty = sides.count == 4 && sides[0] == sides[2] && sides[1] == sides[3]
                require(isEmpty || ["Popup", "Link"].contains(type), "\(type) without appearance")
                continue
            }
            require(appearance.keys == ["N"], "appearances \(appearance.keys)")
            let normal = resolve(appearance["N"])
            let isButton = type == "Widget" && fieldType(annotation) == "Btn"
            if isButton {
                require(normal.streamValue == nil, "a button with one appearance")
            } else {
                require(normal.streamValue != nil, "\(type) with several appearances")
            }
        }
    }

    private func fieldType(_ field: PDFDictionary) -> String? {
        var field = field
        for _ in 0..<32 {
            if let type = resolve(field["FT"]).nameValue { return type }
            guard field["Parent"] != nil else { return nil }
            field = dictionary(field["Parent"])
        }
        return nil
    }

    private var form: PDFDictionary { dictionary(catalog["AcroForm"]) }

    mutating func checkFields() {
        for annotation in annotations where annotation["Subtype"] == .name("Widget") {
            require(annotation["A"] == nil, "a widget with A")
            require(annotation["AA"] == nil, "a widget with AA")
        }
        for field in dictionaries where field["FT"] != nil {
            require(field["AA"] == nil, "a field with AA")
        }
        require(resolve(form["NeedAppearances"]) != .boolean(true), "NeedAppearances")
    }

    mutating func checkXFA() {
        require(form["XFA"] == nil, "XFA")
        require(resolve(catalog["NeedsRendering"]) != .boolean(true), "NeedsRendering")
    }

    // MARK: - Actions

    mutating func checkActions() {
        let known: Set<String> = [
            "GoTo", "GoToR", "GoToE", "Thread", "URI", "Named", "SubmitForm",
        ]
        let named: Set<String> = ["NextPage", "PrevPage", "FirstPage", "LastPage"]
        for action in actions {
            let type = resolve(action["S"]).nameValue ?? ""
            require(known.contains(type), "action \(type)")
            guard type == "Named" else { continue }
            require(named.contains(resolve(action["N"]).nameValue ?? ""), "a named action")
        }
        let scripts = dictionary(dictionary(catalog["Names"])["JavaScript"])
        require(scripts.entries.isEmpty, "named scripts")
    }

    private var actions: [PDFDictionary] {
        var found: [PDFDictionary] = []
        for dictionary in dictionaries {
            for key in ["A", "OpenAction", "Next"] {
                let value = resolve(dictionary[key])
                let candidates =
                    value.arrayValue.map { $0.map { self.dictionary($0) } }
                    ?? [value.dictionaryValue ?? [:]]
                found += candidates.filter { resolve($0["S"]).nameValue != nil }
            }
            for entry in self.dictionary(dictionary["AA"]).entries {
                found.append(self.dictionary(entry.value))
            }
        }
        // /A of a structure element is an attribute, which has an owner and no type.
        return found.filter { $0["O"] == nil || $0["Type"] == .name("Action") }
            .filter { !$0.entries.isEmpty }
    }

    mutating func checkTriggers() {
        require(catalog["AA"] == nil, "AA in the catalog")
        for page in pages { require(page["AA"] == nil, "AA in a page") }
    }

    // MARK: - Layers, presentations, attachments

    mutating func checkOptionalContent() {
        let properties = dictionary(catalog["OCProperties"])
        guard !properties.entries.isEmpty else { return }
        let groups = Set(array(properties["OCGs"]).compactMap(\.referenceValue))
        let configurations =
            [dictionary(properties["D"])] + array(properties["Configs"]).map { dictionary($0) }
        var names = Set<[UInt8]>()
        for configuration in configurations {
            let name = resolve(configuration["Name"]).stringValue ?? []
            require(!name.isEmpty, "a configuration without a name")
            require(names.insert(name).inserted, "two configurations of one name")
            require(configuration["AS"] == nil, "AS")
            guard configuration["Order"] != nil else { continue }
            let ordered = Set(references(in: resolve(configuration["Order"]), depth: 0))
            require(groups.isSubset(of: ordered), "Order leaves out a layer")
        }
    }

    private func references(in object: PDFObject, depth: Int) -> [ObjectReference] {
        guard depth < 16 else { return [] }
        switch object {
        case .reference(let reference):
            let inner = resolve(object).arrayValue == nil ? [] : resolve(object).arrayValue ?? []
            return [reference] + inner.flatMap { references(in: $0, depth: depth + 1) }
        case .array(let items): return items.flatMap { references(in: $0, depth: depth + 1) }
        default: return []
        }
    }

    mutating func checkPresentations() {
        require(
            dictionary(catalog["Names"])["AlternatePresentations"] == nil,
            "AlternatePresentations")
        for page in pages { require(page["PresSteps"] == nil, "PresSteps") }
    }

    mutating func checkRequirements() {
        require(catalog["Requirements"] == nil, "Requirements")
    }

    /// 6.8 of part 3: what an embedded file is to the document, and its kind.
    mutating func checkEmbeddedFiles() {
        let associated = dictionaries.flatMap { dictionary -> [PDFObject] in
            let value = dictionary["AF"]
            return value?.referenceValue.map { [.reference($0)] + array(value) } ?? array(value)
        }
        let associatedNumbers = Set(associated.compactMap(\.referenceValue))
        for (reference, object) in objects {
            guard let specification = object.dictionaryValue, specification["EF"] != nil else {
                continue
            }
            for key in ["F", "UF"] {
                require(resolve(specification[key]).stringValue != nil, "no \(key)")
            }
            require(
                resolve(specification["AFRelationship"]).nameValue != nil, "no AFRelationship")
            require(associatedNumbers.contains(reference), "a file nothing is associated with")
            for entry in dictionary(specification["EF"]).entries {
                let stream = dictionary(entry.value)
                let type = resolve(stream["Subtype"]).nameValue ?? ""
                require(type.contains("/"), "an embedded file without its type")
            }
        }
    }
}
