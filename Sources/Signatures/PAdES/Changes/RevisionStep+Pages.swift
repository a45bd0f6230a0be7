// SPDX-License-Identifier: Apache-2.0
import PDF

/// What a later revision may change in fields, pages and annotations.
extension RevisionStep {
    /// Whether the field, or the one its widget belongs to, gets a value or is signed in this step.
    func isFilled(_ number: Int) -> Bool {
        guard let field = oldForm.fields[number] else { return false }
        let (before, after) = (value(of: number, in: oldForm), value(of: number, in: newForm))
        guard !isSame(before, after) else { return false }
        return field.type != "Sig" || before == nil && kindOfSignature(after) != nil
    }

    /// The value of a field, or for a mere widget its parent's.
    func value(of number: Int, in form: FormMap) -> PDFObject? {
        guard let dictionary = form.fields[number]?.dictionary else { return nil }
        if let value = dictionary["V"] { return value }
        guard dictionary["T"] == nil, let parent = form.parents[number] else { return nil }
        return form.fields[parent]?.dictionary["V"]
    }

    mutating func compareField(_ write: ObjectHistory.Write) {
        let place = path(to: write.reference.number)
        guard let field = oldForm.fields[write.reference.number],
            let before = write.before.dictionaryValue, let after = write.after.dictionaryValue,
            after.repeatedKeys == before.repeatedKeys
        else { return report(.forbidden, place, write.reference, .field) }
        let number = field.reference.number
        let isFilled = isFilled(number)
        var kind: DocumentChange.Kind? = .formFilling
        if field.type == "Sig" {
            kind = isFilled ? kindOfSignature(value(of: number, in: newForm)) : nil
        }
        let free = freeKeys(field, isFilled: isFilled)
        for (key, before, after) in Self.differences(before, after) {
            if key == "Kids" {
                if let array = after?.referenceValue { markExplained(array) }
                compareFieldArrays(
                    resolved(before, .before) ?? .array([]),
                    resolved(after, .after) ?? .null, path: place + "/Kids", write.reference)
                continue
            }
            // A time-stamp brings no picture of its own.
            let isPicture = kind == .documentTimestamp && ["AP", "AS", "MK"].contains(key)
            let isAllowed =
                kind != nil && !(isPicture && isVisibleWidget(field.dictionary))
                && (free.contains(key) || isLocked(key, before, after))
            if isAllowed {
                if let after { explain(after) }
                report(kind ?? .forbidden, place, write.reference, .field, field: field.name)
            } else if !staysSame(before, after) {
                let subject: DocumentChange.Subject =
                    switch key {
                    case "AP", "AS": .appearance
                    case "V" where field.type == "Sig": .signature
                    default: .field
                    }
                report(.forbidden, place + "/" + key, write.reference, subject)
            }
        }
    }

    private func freeKeys(_ field: FormField, isFilled: Bool) -> Set<String> {
        if field.type == "Sig" { return ["V", "AP", "AS", "M", "F", "DA", "MK"] }
        // An appearance of its own, without a value to show, is another page.
        return isFilled ? ["V", "AP", "AS", "M", "I", "RV"] : ["M", "V"]
    }

    /// A field that a signature locks may be made read-only.
    private func isLocked(_ key: String, _ before: PDFObject?, _ after: PDFObject?) -> Bool {
        guard key == "Ff", let flags = after?.integerValue else { return false }
        return flags == (before?.integerValue ?? 0) | 1
    }

    // MARK: - Pages

    mutating func comparePages(_ write: ObjectHistory.Write) {
        let place = path(to: write.reference.number)
        guard let before = write.before.dictionaryValue, let after = write.after.dictionaryValue,
            after.repeatedKeys == before.repeatedKeys
        else { return report(.forbidden, place, write.reference, .page) }
        for (key, before, after) in Self.differences(before, after) {
            if key == "Annots" {
                if let array = after?.referenceValue { markExplained(array) }
                compareAnnotations(
                    resolved(before, .before) ?? .array([]),
                    resolved(after, .after) ?? .array([]), path: place + "/Annots",
                    after?.referenceValue ?? write.reference)
            } else if !staysSame(before, after) {
                let subject: DocumentChange.Subject =
                    switch key {
                    case "Contents": .pageContent
                    case "Resources": .resources
                    case "AA": .action
                    default: .page
                    }
                report(.forbidden, place + "/" + key, write.reference, subject)
            }
        }
    }

    /// Widgets of new signature fields may be added; other annotations only where a certification
    /// allows them. Those that stay keep their order, and so what lies over what.
    mutating func compareAnnotations(
        _ before: PDFObject, _ after: PDFObject, path: String, _ reference: ObjectReference?
    ) {
        guard let before = before.arrayValue, let after = after.arrayValue else {
            return report(.forbidden, path, reference, .annotation)
        }
        var rest = after[...]
        for (index, old) in before.enumerated() {
            guard !history.isTooMuch else { return }
            if let place = rest.firstIndex(where: { isSame(old, $0) }) {
                explain(rest[place])
                for added in rest[..<place] { addAnnotation(added, path: path) }
                rest = rest[(place + 1)...]
                continue
            }
            let isWidget = resolved(old, .before)?.dictionaryValue?["Subtype"] == .name("Widget")
            report(
                isWidget ? .forbidden : .annotation, path + "/\(index)",
                old.referenceValue ?? reference, .annotation)
        }
        for added in rest { addAnnotation(added, path: path) }
    }

    private mutating func addAnnotation(_ object: PDFObject, path: String) {
        guard let reference = object.referenceValue, isFresh(reference),
            let dictionary = resolved(object, .after)?.dictionaryValue
        else { return report(.forbidden, path, object.referenceValue, .annotation) }
        if isNewSignatureWidget(reference.number, dictionary) { return explain(object) }
        guard let subtype = dictionary["Subtype"]?.nameValue, subtype != "Widget",
            newForm.fields[reference.number] == nil
        else { return report(.forbidden, path, reference, .annotation) }
        explain(object)
        report(.annotation, path, reference, .annotation)
    }

    private func isNewSignatureWidget(_ number: Int, _ dictionary: PDFDictionary) -> Bool {
        guard let field = newForm.fields[number], field.type == "Sig",
            dictionary["Subtype"] == .name("Widget"), dictionary["A"] == nil,
            dictionary["AA"] == nil
        else { return false }
        // What is no further signature shows nothing: it could be painted over the page.
        return kindOfSignature(value(of: number, in: newForm)) == .signature
            || !isVisibleWidget(dictionary)
    }

    /// A rectangle without extent, as an invisible field has it (ISO 32000-1, 12.7.4.5).
    func isEmpty(_ rectangle: PDFObject?) -> Bool {
        guard let sides = resolved(rectangle, .after)?.arrayValue, sides.count == 4 else {
            return false
        }
        return sides[0].numberValue == sides[2].numberValue
            || sides[1].numberValue == sides[3].numberValue
    }

    // MARK: - Names for what may not change

    func subject(
        of write: ObjectHistory.Write, _ owners: Set<ObjectOwner>
    ) -> DocumentChange.Subject {
        let dictionary = write.before.dictionaryValue ?? write.after.dictionaryValue ?? [:]
        switch (dictionary["Type"]?.nameValue, dictionary["Subtype"]?.nameValue) {
        case ("Font"?, _), ("FontDescriptor"?, _): return .font
        case ("XObject"?, "Image"?), (nil, "Image"?): return .image
        case ("XObject"?, "Form"?), (nil, "Form"?): return .formXObject
        case ("OCG"?, _), ("OCMD"?, _): return .optionalContent
        case ("Annot"?, _): return .annotation
        case ("Sig"?, _), ("DocTimeStamp"?, _): return .signature
        case ("Action"?, _): return .action
        case ("Pages"?, _): return .pageTree
        case ("StructElem"?, _), ("StructTreeRoot"?, _): return .structure
        default: break
        }
        let keys = Set(
            owners.compactMap { owner -> String? in
                if case .other(_, let key) = owner { key } else { nil }
            })
        if keys.contains("Contents") { return .pageContent }
        if keys.contains("Resources") { return .resources }
        if keys.contains("OCProperties") { return .optionalContent }
        return .other
    }
}
