// SPDX-License-Identifier: Apache-2.0
import PDF

/// Where a later revision may differ: one function for each kind of place.
extension RevisionComparison {
    /// The trailer says where things are; only the root, the information and the permanent /ID
    /// matter.
    mutating func compareTrailers(_ before: PDFObject, _ after: PDFObject) {
        let (before, after) = (before.dictionaryValue ?? [:], after.dictionaryValue ?? [:])
        let ignored = [
            "Size", "Prev", "XRefStm", "Type", "W", "Index", "Filter", "Length", "DecodeParms",
            "ID",
            "DocChecksum",
        ]
        var roles: [String: Role?] = ["Root": .catalog, "Info": .information]
        for key in ignored { roles.updateValue(nil, forKey: key) }
        compareEntries(before, after, path: "", object: nil, roles: roles)
        let permanent = [before["ID"], after["ID"]].map { $0?.arrayValue?.first }
        if permanent[0] != nil, permanent[0] != permanent[1] { report(.forbidden, "ID", nil) }
    }

    mutating func compareCatalogs(
        _ before: PDFObject, _ after: PDFObject, path: String, object: ObjectReference?
    ) {
        guard let before = before.dictionaryValue, let after = after.dictionaryValue else {
            return report(.forbidden, path, object)
        }
        for key in ["DSS", "Extensions", "Version"] {
            guard let new = after[key] else {
                if before[key] != nil { report(.forbidden, path + "/" + key, object) }
                continue
            }
            let isSame = before[key] == new && !leadsToChange(new)
            if !isSame { report(.validationData, path + "/" + key, new.referenceValue ?? object) }
            explain(new)
            explainStore(new, after: before[key])
        }
        let roles: [String: Role?] = [
            "AcroForm": .form, "Metadata": .metadata, "DSS": nil, "Extensions": nil, "Version": nil,
        ]
        compareEntries(before, after, path: path, object: object, roles: roles)
    }

    /// Whether the object behind the reference is another one than before.
    private func leadsToChange(_ object: PDFObject) -> Bool {
        guard let reference = object.referenceValue else { return false }
        return (try? old.object(reference)) != (try? new.object(reference))
    }

    /// Objects of the store may be replaced: the dictionary itself and its arrays, never what else
    /// uses.
    private mutating func explainStore(_ new: PDFObject, after before: PDFObject?) {
        guard let before, let reference = new.referenceValue, before == new else { return }
        explain(replaced: reference)
        guard let store = (try? self.new.object(reference))?.dictionaryValue else { return }
        for entry in store.entries {
            explain(entry.value)
            guard let inner = entry.value.referenceValue else { continue }
            explain(replaced: inner)
            if let object = try? self.new.object(inner) { explain(object) }
        }
    }

    /// The information dictionary is not shown on any page, but its title may be in a window's
    /// frame.
    mutating func compareInformation(
        _ before: PDFObject, _ after: PDFObject, path: String, object: ObjectReference?
    ) {
        if before != after { report(.metadata, path, object) }
    }

    // MARK: - The form

    mutating func compareForms(
        _ before: PDFObject, _ after: PDFObject, path: String, object: ObjectReference?
    ) {
        guard let before = before.dictionaryValue, let after = after.dictionaryValue else {
            return report(.forbidden, path, object)
        }
        var roles: [String: Role?] = ["Fields": .formFields, "SigFlags": nil]
        // A form that was not there before may bring its own resources.
        for key in ["DR", "DA"] where before[key] == nil {
            roles.updateValue(nil, forKey: key)
            if let new = after[key] { explain(new) }
        }
        compareEntries(before, after, path: path, object: object, roles: roles)
    }

    mutating func compareFormFields(
        _ before: PDFObject, _ after: PDFObject, path: String, object: ObjectReference?
    ) {
        guard let before = before.arrayValue, let after = after.arrayValue,
            after.count >= before.count
        else { return report(.forbidden, path, object) }
        for (index, pair) in zip(before, after).enumerated() {
            compare(pair.0, pair.1, .strict, path: path + "/\(index)", object: object)
        }
        for added in after[before.count...] { addField(added, path: path) }
    }

    /// A field that a later revision brought: only a signature that is there, or its empty field.
    private mutating func addField(_ object: PDFObject, path: String) {
        guard let reference = object.referenceValue, let field = newFields[reference],
            field.type == "Sig", oldFields[reference] == nil
        else { return report(.forbidden, path, object.referenceValue) }
        guard let kind = kindOfSignature(field.dictionary["V"]) else {
            report(mayFillForms ? .signature : .forbidden, path, reference)
            return explain(object)
        }
        report(kind, path, reference)
        explain(object)
    }

    /// Which change a new signature value is; `nil` when there is none.
    private func kindOfSignature(_ value: PDFObject?) -> DocumentChange.Kind? {
        guard let dictionary = (try? new.resolve(value))?.dictionaryValue else { return nil }
        if dictionary["Type"] == .name("DocTimeStamp") { return .documentTimestamp }
        return mayFillForms ? .signature : .forbidden
    }

    /// Whether the certification lets others fill in fields and sign.
    private var mayFillForms: Bool { permissions.certification != .p1 }

    mutating func compareField(
        _ before: PDFObject, _ after: PDFObject, name: String, path: String,
        object: ObjectReference?
    ) {
        guard let before = before.dictionaryValue, let after = after.dictionaryValue else {
            return report(.forbidden, path, object)
        }
        let isFilled = before["V"] != after["V"]
        let type = object.flatMap { oldFields[$0]?.type }
        guard before != after else {
            return compareEntries(before, after, path: path, object: object)
        }
        let kind: DocumentChange.Kind
        var free = ["AP", "AS", "M", "F", "DA", "MK"]
        if type == "Sig" {
            let isNew = before["V"] == nil && isFilled
            kind = isNew ? kindOfSignature(after["V"]) ?? .forbidden : .forbidden
        } else {
            kind = mayFillForms && !permissions.locks(name, in: old) ? .formFilling : .forbidden
            free = ["AP", "AS", "M"]
        }
        var roles: [String: Role?] = ["Kids": .formFields]
        if kind != .forbidden {
            for key in free + ["V"] {
                roles.updateValue(nil, forKey: key)
                guard let value = after[key], before[key] != value else { continue }
                explain(value)
            }
            report(kind, path, object)
        }
        compareEntries(before, after, path: path, object: object, roles: roles)
    }

    // MARK: - Pages

    mutating func comparePages(
        _ before: PDFObject, _ after: PDFObject, path: String, object: ObjectReference?
    ) {
        guard let before = before.dictionaryValue, let after = after.dictionaryValue else {
            return report(.forbidden, path, object)
        }
        compareEntries(
            before, after, path: path, object: object, roles: ["Annots": .annotations])
    }

    /// Widgets of new signature fields may be added; all else stays.
    mutating func compareAnnotations(
        _ before: PDFObject, _ after: PDFObject, path: String, object: ObjectReference?
    ) {
        guard let before = before.arrayValue, let after = after.arrayValue,
            after.count >= before.count
        else { return report(.forbidden, path, object) }
        for (index, pair) in zip(before, after).enumerated() {
            compare(pair.0, pair.1, .strict, path: path + "/\(index)", object: object)
        }
        for added in after[before.count...] {
            guard let reference = added.referenceValue, isNewSignatureWidget(reference) else {
                report(.forbidden, path, added.referenceValue ?? object)
                continue
            }
            explain(added)
        }
    }

    /// A rectangle without extent, as an invisible field has it (ISO 32000-1, 12.7.4.5).
    private func isEmpty(_ rectangle: PDFObject?) -> Bool {
        guard let sides = (try? new.resolve(rectangle))?.arrayValue, sides.count == 4 else {
            return false
        }
        return sides[0] == sides[2] || sides[1] == sides[3]
    }

    private func isNewSignatureWidget(_ reference: ObjectReference) -> Bool {
        guard let field = newFields[reference] else { return false }
        guard field.type == "Sig", oldFields[reference] == nil else { return false }
        // What is no further signature shows nothing: it could be painted over the page.
        return kindOfSignature(field.dictionary["V"]) == .signature
            || field.dictionary["AP"] == nil || isEmpty(field.dictionary["Rect"])
    }
}
