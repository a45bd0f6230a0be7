// SPDX-License-Identifier: Apache-2.0
import PDF

/// Says what one revision changed, and by which rule it might (rule PD-03; ISO 32000-2, 12.8.2.2).
///
/// Each changed object is judged by what it belongs to, before and after: an object that also
/// belongs to something else may not change. Everything without a rule is forbidden.
struct RevisionStep {
    let history: ObjectHistory
    let oldForm: FormMap
    let newForm: FormMap
    let pages: Set<Int>
    /// Sound signatures that end with this revision: their dictionaries, and whether they are
    /// document time-stamps.
    let signatures: [Int: PDFSignature.Kind]
    private(set) var findings: [RevisionFinding] = []
    private var written: [Int: ObjectHistory.Write] = [:]
    /// Changed objects that nothing led to before.
    private var fresh = Set<Int>()
    private var explained = Set<Int>()

    init(
        _ history: ObjectHistory, oldForm: FormMap, newForm: FormMap, pages: Set<Int>,
        signatures: [Int: PDFSignature.Kind]
    ) {
        (self.history, self.oldForm, self.newForm) = (history, oldForm, newForm)
        (self.pages, self.signatures) = (pages, signatures)
    }

    mutating func run() -> [RevisionFinding] {
        for write in history.writes {
            written[write.reference.number] = write
            if history.referrers(of: write.reference.number, .before).isEmpty {
                fresh.insert(write.reference.number)
            }
        }
        compareTrailers()
        for write in history.writes where !history.isTooMuch {
            // Readers disagree on which one of two entries counts.
            if write.after.hasRepeatedKeys, !write.before.hasRepeatedKeys {
                let number = write.reference.number
                report(.forbidden, path(to: number), write.reference, .other)
            }
            judge(write)
        }
        for write in history.writes where !history.isTooMuch { judgeFresh(write) }
        if history.isTooMuch {
            report(.forbidden, "(too much to compare)", nil, .other)
        }
        return findings
    }

    var isFull: Bool { findings.count >= Limits.changes }

    mutating func report(
        _ kind: DocumentChange.Kind, _ path: String, _ object: ObjectReference?,
        _ subject: DocumentChange.Subject, field: String? = nil, isVisibleAddition: Bool = false
    ) {
        let finding = RevisionFinding(
            kind: kind, path: path, object: object, subject: subject, field: field,
            isVisibleAddition: isVisibleAddition)
        guard !findings.contains(finding) else { return }
        // A forbidden change is never lost among allowed ones.
        guard !isFull || kind == .forbidden && !findings.contains(where: { $0.kind == kind })
        else { return }
        findings.append(finding)
    }

    func catalogNumber(_ side: ObjectHistory.Side) -> Int? {
        (side == .before ? history.old : history.new).catalogReference?.number
    }

    func formNumber(_ side: ObjectHistory.Side) -> Int? {
        guard let catalog = catalogNumber(side) else { return nil }
        return history.object(catalog, side).dictionaryValue?["AcroForm"]?.referenceValue?.number
    }

    // MARK: - Changed objects

    private mutating func judge(_ write: ObjectHistory.Write) {
        let number = write.reference.number
        // Objects inside it would be read differently by others.
        if write.before.dictionaryValue?["Type"] == .name("ObjStm") {
            return report(.forbidden, "object \(number)", write.reference, .objectStream)
        }
        guard !fresh.contains(number) else { return }
        if number == catalogNumber(.before) {
            if number == catalogNumber(.after) {
                compareCatalogs(write.before, write.after, write.reference)
            }
            return
        }
        // Whoever does not lead there any more was changed, and is judged for that.
        guard !history.referrers(of: number, .after).isEmpty else { return }
        if number == formNumber(.before), isOnlyForm(number) {
            return compareForms(
                write.before, write.after, path: path(to: number), write.reference)
        }
        if oldForm.fields[number] != nil, isOnlyField(number) {
            return compareField(write)
        }
        if pages.contains(number) { return comparePages(write) }
        judge(write, owners: owners(of: number, .before).union(owners(of: number, .after)))
    }

    private mutating func judge(_ write: ObjectHistory.Write, owners: Set<ObjectOwner>) {
        let reference = write.reference
        let place = path(to: reference.number)
        if owners == [.securityStore] || owners == [.extensions] {
            explain(write.after)
            return report(
                .validationData, place, reference,
                owners == [.extensions] ? .extensions : .securityStore)
        }
        if owners == [.metadata] { return report(.metadata, place, reference, .metadata) }
        if owners == [.information] { return report(.metadata, place, reference, .information) }
        if owners.count == 1, case .fields? = owners.first {
            return compareFieldArrays(write.before, write.after, path: place, reference)
        }
        if owners.count == 1, case .annotations? = owners.first {
            return compareAnnotations(write.before, write.after, path: place, reference)
        }
        if owners == [.defaultResources] {
            return compareDefaultResources(write.before, write.after, path: place, reference)
        }
        let fields = owners.compactMap { owner -> Int? in
            if case .appearance(let field) = owner { field } else { nil }
        }
        if fields.count == owners.count, !fields.isEmpty {
            return judgeAppearance(write, of: fields, path: place)
        }
        let isAnnotation = owners.allSatisfy { owner in
            if case .annotation = owner { true } else { false }
        }
        if isAnnotation, !owners.isEmpty, !isWidget(write.before), !isWidget(write.after) {
            explain(write.after)
            return report(.annotation, place, reference, .annotation)
        }
        report(.forbidden, place, reference, subject(of: write, owners))
    }

    /// The appearance of a field may change when the field is filled in or signed with it.
    private mutating func judgeAppearance(
        _ write: ObjectHistory.Write, of fields: [Int], path: String
    ) {
        guard fields.allSatisfy(isFilled) else {
            return report(.forbidden, path, write.reference, .appearance)
        }
        for field in fields {
            report(
                .formFilling, path, write.reference, .appearance, field: oldForm.fields[field]?.name
            )
        }
        explain(write.after)
    }

    private func isWidget(_ object: PDFObject) -> Bool {
        object.dictionaryValue?["Subtype"] == .name("Widget")
    }

    private func isOnlyForm(_ number: Int) -> Bool {
        [ObjectHistory.Side.before, .after].allSatisfy { side in
            history.referrers(of: number, side).allSatisfy { referrer in
                referrer == catalogNumber(side)
                    && paths(from: referrer, to: number, side) == [["AcroForm"]]
            }
        }
    }

    /// A field may be reached as field, widget, parent or from the structure tree; as anything else
    /// it may not change.
    private func isOnlyField(_ number: Int) -> Bool {
        let known: Set<String> = [
            "Fields", "Kids", "Annots", "Parent", "Obj", "CO", "Popup", "SE", "T", "Data",
        ]
        return [ObjectHistory.Side.before, .after].allSatisfy { side in
            history.referrers(of: number, side).allSatisfy { referrer in
                paths(from: referrer, to: number, side).allSatisfy { path in
                    if let key = path.last { return known.contains(key) }
                    return history.referrers(of: referrer, side).allSatisfy { array in
                        paths(from: array, to: referrer, side).allSatisfy {
                            known.contains($0.last ?? "")
                        }
                    }
                }
            }
        }
    }

    // MARK: - New objects

    /// What was written and nothing led to before: allowed when an allowed change leads to it.
    private mutating func judgeFresh(_ write: ObjectHistory.Write) {
        let number = write.reference.number
        guard fresh.contains(number), !explained.contains(number), write.after != .null else {
            return
        }
        let type = write.after.dictionaryValue?["Type"]?.nameValue
        let isReached = !history.referrers(of: number, .after).isEmpty
        if !isReached, type == "XRef" || type == "ObjStm" { return }
        if number == catalogNumber(.after) { return }
        guard isReached else {
            return report(.unused, "object \(number)", write.reference, .other)
        }
        // A forbidden change that leads here has been named.
        guard !findings.contains(where: { $0.kind == .forbidden }) else { return }
        report(.forbidden, path(to: number), write.reference, .other)
    }

    /// Marks every new object an allowed addition leads to, up to what was there before.
    mutating func explain(_ object: PDFObject) {
        var queue = [object]
        while let next = queue.popLast() {
            switch next {
            case .reference(let reference):
                guard fresh.contains(reference.number),
                    explained.insert(reference.number).inserted,
                    let write = written[reference.number]
                else { continue }
                queue.append(write.after)
            case .array(let items): queue += items
            case .dictionary(let dictionary): queue += dictionary.entries.map(\.value)
            case .stream(let stream): queue += stream.dictionary.entries.map(\.value)
            default: continue
            }
        }
    }

    /// A new container of an allowed change whose content is judged piece by piece.
    mutating func markExplained(_ reference: ObjectReference) {
        explained.insert(reference.number)
    }

    func isFresh(_ reference: ObjectReference) -> Bool { fresh.contains(reference.number) }

    // MARK: - Equality

    /// Whether two values mean the same, references followed where they differ.
    ///
    /// The same reference on both sides is the same: the object behind it is judged by itself.
    func isSame(_ before: PDFObject?, _ after: PDFObject?) -> Bool {
        var pairs: [(PDFObject, PDFObject)] = [(before ?? .null, after ?? .null)]
        var seen = Set<[Int]>()
        while let (one, other) = pairs.popLast() {
            if one == other, one.referenceValue != nil { continue }
            guard seen.count < Limits.comparedPairs, !history.isTooMuch else { return false }
            if let left = one.referenceValue, let right = other.referenceValue,
                !seen.insert([left.number, left.generation, right.number, right.generation])
                    .inserted
            {
                continue
            }
            let left = one.referenceValue.map { history.object($0, .before) } ?? one
            let right = other.referenceValue.map { history.object($0, .after) } ?? other
            switch (left, right) {
            case (.array(let left), .array(let right)):
                guard left.count == right.count else { return false }
                pairs += zip(left, right)
            case (.dictionary(let left), .dictionary(let right)):
                guard let inner = Self.pairs(left, right) else { return false }
                pairs += inner
            case (.stream(let left), .stream(let right)):
                guard left.data == right.data,
                    let inner = Self.pairs(left.dictionary, right.dictionary)
                else { return false }
                pairs += inner
            default: if left != right { return false }
            }
            history.spend(1)
        }
        return true
    }

    /// The same, and new objects that the new value is made of are explained by that.
    mutating func staysSame(_ before: PDFObject?, _ after: PDFObject?) -> Bool {
        guard isSame(before, after) else { return false }
        if let after { explain(after) }
        return true
    }

    private static func pairs(
        _ before: PDFDictionary, _ after: PDFDictionary
    ) -> [(PDFObject, PDFObject)]? {
        guard before.repeatedKeys == after.repeatedKeys else { return nil }
        let (before, after) = (before.table, after.table)
        return Set(before.keys).union(after.keys).map {
            (before[$0] ?? .null, after[$0] ?? .null)
        }
    }
}
