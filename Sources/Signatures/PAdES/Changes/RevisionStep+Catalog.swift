// SPDX-License-Identifier: Apache-2.0
import PDF

/// What a later revision may change in the trailer, the catalog and the form.
extension RevisionStep {
    /// The trailer says where things are; only the root, the information, the encryption and the
    /// permanent /ID matter. Readers pass over entries of other names.
    mutating func compareTrailers() {
        let (before, after) = (history.old.trailer, history.new.trailer)
        if !isSame(before["Encrypt"], after["Encrypt"]) {
            report(.forbidden, "Encrypt", nil, .trailer)
        }
        if !after.repeatedKeys.isEmpty { report(.forbidden, "", nil, .trailer) }
        // Numbers from /Size on are undefined to readers (ISO 32000-1, table 15): objects vanish.
        if let old = before["Size"]?.integerValue, after["Size"]?.integerValue ?? 0 < old {
            report(.forbidden, "Size", nil, .trailer)
        }
        let permanent = [(before, history.old), (after, history.new)].map { trailer, view in
            (try? view.resolve(trailer["ID"]))?.arrayValue?.first
        }
        if permanent[0] != nil, permanent[0] != permanent[1] {
            report(.forbidden, "ID", nil, .trailer)
        }
        if before["Info"] != after["Info"] {
            if let after = after["Info"] { explain(after) }
            if !isSame(before["Info"], after["Info"]) {
                report(.metadata, "Info", after["Info"]?.referenceValue, .information)
            }
        }
        guard let root = after["Root"]?.referenceValue else {
            return report(.forbidden, "Root", nil, .catalog)
        }
        guard let old = before["Root"]?.referenceValue, old != root else { return }
        compareCatalogs(
            history.object(old.number, .before), history.object(root.number, .after), root)
    }

    mutating func compareCatalogs(
        _ before: PDFObject, _ after: PDFObject, _ reference: ObjectReference
    ) {
        guard let before = before.dictionaryValue, let after = after.dictionaryValue,
            after.repeatedKeys == before.repeatedKeys
        else { return report(.forbidden, "Root", reference, .catalog) }
        for (key, before, after) in Self.differences(before, after) {
            let place = "Root/" + key
            let object = after?.referenceValue ?? reference
            switch key {
            case "DSS", "Extensions":
                guard let new = after else {
                    report(.forbidden, place, object, .securityStore)
                    continue
                }
                explain(new)
                guard !isSame(before, new) else { continue }
                report(
                    .validationData, place, object, key == "DSS" ? .securityStore : .extensions)
            case "Version":
                let isHigher = (after?.nameValue ?? "") > (before?.nameValue ?? "1.0")
                report(isHigher ? .validationData : .forbidden, place, object, .catalog)
            case "Metadata":
                if let after { explain(after) }
                report(.metadata, place, object, .metadata)
            case "AcroForm":
                compareForms(
                    resolved(before, .before) ?? .dictionary([:]),
                    resolved(after, .after) ?? .null, path: place, object)
                if let new = after?.referenceValue { markExplained(new) }
            default:
                guard !staysSame(before, after) else { continue }
                report(.forbidden, place, object, Self.subject(ofCatalogKey: key))
            }
        }
    }

    private static func subject(ofCatalogKey key: String) -> DocumentChange.Subject {
        switch key {
        case "Pages": .pageTree
        case "OCProperties": .optionalContent
        case "OpenAction", "AA": .action
        case "StructTreeRoot": .structure
        default: .catalog
        }
    }

    func resolved(_ object: PDFObject?, _ side: ObjectHistory.Side) -> PDFObject? {
        guard let object else { return nil }
        guard let reference = object.referenceValue else { return object }
        return history.object(reference.number, side)
    }

    /// The keys whose values differ, in the order of the files, with both values.
    static func differences(
        _ before: PDFDictionary, _ after: PDFDictionary
    ) -> [(key: String, before: PDFObject?, after: PDFObject?)] {
        let (old, new) = (before.table, after.table)
        var seen = Set<String>()
        return (before.keys + after.keys).compactMap { key in
            guard old[key] != new[key], seen.insert(key).inserted else { return nil }
            return (key, old[key], new[key])
        }
    }

    // MARK: - The form

    mutating func compareForms(
        _ before: PDFObject, _ after: PDFObject, path: String, _ reference: ObjectReference?
    ) {
        guard let before = before.dictionaryValue, let after = after.dictionaryValue,
            after.repeatedKeys == before.repeatedKeys
        else { return report(.forbidden, path, reference, .form) }
        for (key, before, after) in Self.differences(before, after) {
            let place = path + "/" + key
            switch key {
            case "SigFlags": continue
            case "NeedAppearances" where after != .boolean(true): continue
            case "DA" where before == nil: continue
            case "Fields":
                if let array = after?.referenceValue { markExplained(array) }
                compareFieldArrays(
                    resolved(before, .before) ?? .array([]),
                    resolved(after, .after) ?? .null, path: place,
                    after?.referenceValue ?? reference)
            case "DR":
                if let after { explain(after) }
                compareDefaultResources(
                    resolved(before, .before) ?? .dictionary([:]),
                    resolved(after, .after) ?? .null, path: place, reference)
            default:
                guard !staysSame(before, after) else { continue }
                report(.forbidden, place, reference, .form)
            }
        }
    }

    /// New resources may join the old ones; none is replaced or lost.
    mutating func compareDefaultResources(
        _ before: PDFObject, _ after: PDFObject, path: String, _ reference: ObjectReference?
    ) {
        guard let before = before.dictionaryValue, let after = after.dictionaryValue else {
            return report(.forbidden, path, reference, .resources)
        }
        let table = after.table
        for (key, value) in before.table.sorted(by: { $0.key < $1.key })
        where !isSame(value, table[key]) {
            let inner = [resolved(value, .before), resolved(table[key], .after)]
                .map { $0?.dictionaryValue?.table }
            guard let old = inner[0], let new = inner[1],
                old.allSatisfy({ isSame($0.value, new[$0.key]) })
            else {
                report(.forbidden, path + "/" + key, reference, .resources)
                continue
            }
        }
        explain(.dictionary(after))
    }

    /// Fields stay as they are in their order; behind them signature fields may be added.
    mutating func compareFieldArrays(
        _ before: PDFObject, _ after: PDFObject, path: String, _ reference: ObjectReference?
    ) {
        guard let before = before.arrayValue, let after = after.arrayValue,
            after.count >= before.count
        else { return report(.forbidden, path, reference, .form) }
        for (index, pair) in zip(before, after).enumerated() where !staysSame(pair.0, pair.1) {
            report(.forbidden, path + "/\(index)", pair.1.referenceValue ?? reference, .field)
        }
        for added in after[before.count...] { addField(added, path: path) }
    }

    /// A field that a later revision brought: only a signature that is there, or its empty field.
    private mutating func addField(_ object: PDFObject, path: String) {
        guard let reference = object.referenceValue, isFresh(reference),
            let field = newForm.fields[reference.number], isHarmlessField(field)
        else { return report(.forbidden, path, object.referenceValue, .field) }
        explain(object)
        guard let value = field.dictionary["V"] else {
            // An empty field can be signed later; until then it must show nothing.
            let kind: DocumentChange.Kind = isVisible(field) ? .forbidden : .signature
            return report(kind, path, reference, .field, field: field.name)
        }
        guard let kind = kindOfSignature(value) else {
            return report(.forbidden, path, reference, .signature)
        }
        // A time-stamp has nothing to show; a signature that shows something may cover what was
        // signed before.
        let isVisible = isVisible(field)
        report(
            kind == .documentTimestamp && isVisible ? .forbidden : kind, path, reference,
            .signature, field: field.name, isVisibleAddition: isVisible)
    }

    /// Whether the field or one of its widgets may show something.
    func isVisible(_ field: FormField) -> Bool {
        let kids = resolved(field.dictionary["Kids"], .after)?.arrayValue ?? []
        let widgets = [field.dictionary] + kids.compactMap { resolved($0, .after)?.dictionaryValue }
        return widgets.contains(where: isVisibleWidget)
    }

    /// Readers paint /AP and, without it, /MK; on a rectangle with extent that is not hidden.
    func isVisibleWidget(_ widget: PDFDictionary) -> Bool {
        let (hidden, noView) = (1 << 1, 1 << 5)
        let flags = resolved(widget["F"], .after)?.integerValue ?? 0
        return widget["Rect"] != nil && !isEmpty(widget["Rect"]) && flags & (hidden | noView) == 0
    }

    /// A signature field under a name of its own, without actions, above nothing but its widgets.
    private func isHarmlessField(_ field: FormField) -> Bool {
        guard field.type == "Sig", field.dictionary["A"] == nil, field.dictionary["AA"] == nil,
            !oldForm.names.contains(field.name)
        else { return false }
        let kids = resolved(field.dictionary["Kids"], .after)?.arrayValue ?? []
        return kids.allSatisfy { kid in
            guard let dictionary = resolved(kid, .after)?.dictionaryValue else { return false }
            let strange = ["A", "AA", "Kids", "V"].contains { dictionary[$0] != nil }
            let type = dictionary["FT"] ?? .name("Sig")
            return !strange && type == .name("Sig")
                && dictionary["Subtype"] == .name("Widget")
        }
    }

    /// Which change a new signature value is; `nil` when it is no sound signature of this revision.
    func kindOfSignature(_ value: PDFObject?) -> DocumentChange.Kind? {
        guard let reference = value?.referenceValue, let kind = signatures[reference.number] else {
            return nil
        }
        return kind == .documentTimestamp ? .documentTimestamp : .signature
    }
}
