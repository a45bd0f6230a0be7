// SPDX-License-Identifier: Apache-2.0
package import PDF
import Trust

/// Everything about the signatures of a file that does not need a judge.
package struct PDFSignatures: Sendable {
    package let file: PDFFile
    /// In the order of the revisions they end with; those that end with none come last.
    package let signatures: [PDFSignature]
    package let securityStore: DocumentSecurityStore
    /// Old usage rights of a reader program, which are no signatures of the document.
    package let usageRights: Int
    /// Whether comparing the revisions was given up: the file asks for too much work.
    package let isTooMuchToCompare: Bool

    /// What a strict reader would have refused in the file.
    package var irregularities: [FileIrregularity] { file.irregularities }
}

/// Reads the signatures and document time-stamps of a file, in whatever state the file is.
///
/// They are found by walking the form and by looking at every object of every revision, so that a
/// signature taken out of the form is seen too.
///
/// - Throws: The bytes are no PDF, or exceed a limit (for example ``Limits/signatures``).
package func signatures(in bytes: [UInt8]) throws(PDFError) -> PDFSignatures {
    var gathering = SignatureGathering(try PDFFile(tolerating: bytes))
    return try gathering.run()
}

private struct SignatureGathering {
    private struct Entry {
        let draft: SignatureDraft
        var fields: [FormField] = []
        var standing: PDFSignature.Standing
    }

    let file: PDFFile
    private let form: FormMap
    private var entries: [Entry] = []

    init(_ file: PDFFile) {
        self.file = file
        form = FormMap(of: file.current)
    }

    mutating func run() throws(PDFError) -> PDFSignatures {
        let drafts = DraftMemory(file)
        let changes = RevisionChanges(of: file) { drafts.draft(of: $0) }
        guard changes.history.signatures.count < PDF.Limits.signatureDictionaries else {
            throw .tooManyObjects
        }
        let view = file.current
        var usageRights = 0
        let fields = fieldsByValue()
        for found in changes.history.signatures {
            let draft = drafts.draft(of: found)
            let number = found.reference.number
            let isCurrent = found.revision == lastWriter(of: number, changes)
            let holders = isCurrent ? fields.byNumber[number] ?? [] : []
            if holders.isEmpty, draft.isUsageRight(in: view) {
                usageRights += 1
                continue
            }
            let standing: PDFSignature.Standing =
                if !holders.isEmpty || isCurrent && isFormEncrypted {
                    .inField
                } else {
                    isCurrent ? .withoutField : .overridden
                }
            entries.append(Entry(draft: draft, fields: holders, standing: standing))
        }
        addNameless(fields.byNumber)
        try addUnlisted(changes)
        addDirect(fields.direct)
        let hidden = entries.count { $0.standing != .inField }
        guard entries.count - hidden <= Limits.signatures, hidden <= Limits.hiddenSignatures else {
            throw .tooManyObjects
        }
        let signatures = entries.map { signature($0, changes) }
        let order = signatures.enumerated().sorted {
            ($0.element.byteRange.revision ?? .max, $0.offset)
                < ($1.element.byteRange.revision ?? .max, $1.offset)
        }
        return PDFSignatures(
            file: file, signatures: order.map(\.element),
            securityStore: DocumentSecurityStore(of: file), usageRights: usageRights,
            isTooMuchToCompare: changes.isTooMuch)
    }

    /// Whether the form is in streams that cannot be read, so that nobody can say what it holds.
    private var isFormEncrypted: Bool {
        form.ordered.isEmpty && file.current.trailer["Encrypt"] != nil
    }

    /// The last revision that gave the object another content.
    private func lastWriter(of number: Int, _ changes: RevisionChanges) -> Int? {
        guard changes.history.object(number, .after).dictionaryValue?.looksLikeSignature == true
        else { return nil }
        return changes.history.signatures.last { $0.reference.number == number }?.revision
    }

    private func fieldsByValue() -> (byNumber: [Int: [FormField]], direct: [FormField]) {
        var byNumber: [Int: [FormField]] = [:]
        var direct: [FormField] = []
        for field in form.ordered where field.type == "Sig" {
            switch field.dictionary["V"] {
            case .reference(let reference)?: byNumber[reference.number, default: []].append(field)
            case .dictionary?: direct.append(field)
            default: continue
            }
        }
        return (byNumber, direct)
    }

    /// Values of signature fields that lack all that makes a signature: they pretend to be one.
    private mutating func addNameless(_ fields: [Int: [FormField]]) {
        let known = Set(
            entries.filter { $0.standing == .inField }.map(\.draft.found.reference.number))
        for (number, holders) in fields.sorted(by: { $0.key < $1.key })
        where !known.contains(number) {
            guard let (reference, object) = try? file.current.object(number: number),
                let dictionary = object.dictionaryValue
            else { continue }
            let found = ObjectHistory.SignatureDictionary(
                reference: reference, dictionary: dictionary,
                offset: file.current.offset(of: reference), revision: file.revisions.count - 1)
            entries.append(
                Entry(
                    draft: SignatureDraft(found, in: file), fields: holders, standing: .inField))
        }
    }

    /// Signatures in bytes that no cross-reference section lists.
    private mutating func addUnlisted(_ changes: RevisionChanges) throws(PDFError) {
        for place in changes.history.hiddenByteRanges.prefix(Limits.hiddenSignatures) {
            guard let found = file.unlistedObject(around: place),
                found.dictionary.looksLikeSignature
            else { continue }
            entries.append(Entry(draft: SignatureDraft(found, in: file), standing: .unlisted))
        }
    }

    /// Values that stand in their field itself.
    private mutating func addDirect(_ fields: [FormField]) {
        for field in fields {
            guard let dictionary = field.dictionary["V"]?.dictionaryValue else { continue }
            let found = ObjectHistory.SignatureDictionary(
                reference: field.reference, dictionary: dictionary, offset: nil,
                revision: file.revisions.count - 1)
            entries.append(
                Entry(
                    draft: SignatureDraft(found, in: file), fields: [field], standing: .inField))
        }
    }

    private func signature(_ entry: Entry, _ changes: RevisionChanges) -> PDFSignature {
        let view = file.current
        var permissions = ModificationPermissions(entry.draft.found.dictionary, in: view)
        for field in entry.fields {
            guard let lock = (try? view.resolve(field.dictionary["Lock"]))?.dictionaryValue else {
                continue
            }
            permissions.restrict(by: lock, in: view)
        }
        for other in entries where other.standing == .inField {
            guard let revision = other.draft.byteRange.revision,
                revision <= entry.draft.byteRange.revision ?? -1,
                let level = ModificationPermissions(other.draft.found.dictionary, in: view)
                    .certification
            else { continue }
            permissions.restrict(to: level)
        }
        let found = entry.draft.byteRange.revision.map { changes.changes(since: $0, permissions) }
        return PDFSignature(
            entry.draft, standing: entry.standing, fields: entry.fields.map(\.name),
            permissions: permissions, changes: found ?? [],
            faults: coverageFaults(entry, found ?? [], changes), in: file)
    }

    /// The first byte behind the last revision that is no white space; comments are bytes too.
    private var trailingByte: Int? {
        guard let end = file.revisions.last?.end else { return nil }
        let whiteSpace: Set<UInt8> = [0x00, 0x09, 0x0A, 0x0C, 0x0D, 0x20]
        return file.bytes[min(end, file.bytes.count)...].firstIndex { !whiteSpace.contains($0) }
    }

    private func coverageFaults(
        _ entry: Entry, _ found: [DocumentChange], _ changes: RevisionChanges
    ) -> [CoverageFault] {
        let range = entry.draft.byteRange
        var faults: [CoverageFault] = []
        if !range.faults.isEmpty { faults.append(.byteRange) }
        if found.contains(where: { $0.kind == .forbidden }) { faults.append(.forbiddenChange) }
        if found.contains(where: \.isVisibleAddition) { faults.append(.visibleAddition) }
        if entry.standing != .inField { faults.append(.standing) }
        if changes.isFormDamaged { faults.append(.damagedForm) }
        let isUnreliable = file.irregularities.contains { irregularity in
            switch irregularity {
            case .rebuilt, .encrypted: true
            default: false
            }
        }
        if isUnreliable || changes.isTooMuch { faults.append(.unreliableFile) }
        guard range.isDigestible else { return faults }
        if let place = changes.history.unlistedByte(from: range.end) ?? trailingByte {
            faults.append(.unlistedBytes(offset: place))
        }
        if let revision = range.revision, changes.extentEnds.indices.contains(revision),
            changes.extentEnds[revision] > range.end
        {
            faults.append(.objectBeyondRange)
        }
        return faults
    }
}

/// Reads each signature dictionary once.
private final class DraftMemory {
    private struct Key: Hashable {
        let number: Int
        let revision: Int
    }

    private let file: PDFFile
    private var known: [Key: SignatureDraft] = [:]

    init(_ file: PDFFile) { self.file = file }

    func draft(of found: ObjectHistory.SignatureDictionary) -> SignatureDraft {
        let key = Key(number: found.reference.number, revision: found.revision)
        if let draft = known[key] { return draft }
        let draft = SignatureDraft(found, in: file)
        known[key] = draft
        return draft
    }
}

extension PDFSignature {
    init(
        _ draft: SignatureDraft, standing: Standing, fields: [String],
        permissions: ModificationPermissions, changes: [DocumentChange], faults: [CoverageFault],
        in file: PDFFile
    ) {
        let dictionary = draft.found.dictionary
        let view = file.current
        let isReadable = view.trailer["Encrypt"] == nil
        func text(_ key: String) -> String? {
            isReadable ? (try? view.resolve(dictionary[key]))?.textValue : nil
        }
        kind = draft.kind
        self.standing = standing
        self.fields = fields
        reference = draft.found.reference
        filter = dictionary["Filter"]?.nameValue
        subFilter = dictionary["SubFilter"]?.nameValue
        claims = Claims(
            signingTime: text("M").flatMap(PDFDate.date), name: text("Name"),
            reason: text("Reason"), location: text("Location"), contact: text("ContactInfo"))
        certification = permissions.certification
        let perms = (try? view.resolve((try? view.catalog())?["Perms"]))?.dictionaryValue
        isAnnouncedCertification =
            perms?["DocMDP"]?.referenceValue?.number == draft.found.reference.number
        fieldLocks = permissions.locks
        byteRange = draft.byteRange
        contents = draft.contents
        (signedData, formatError) = (draft.signedData, draft.formatError)
        documentTimestamp = draft.token
        certificates = Self.readCertificates(dictionary["Cert"], view)
        self.changes = changes
        coverageFaults = faults
        coverage = faults.isEmpty ? .entire : .partial
        signedParts =
            byteRange.isDigestible ? Self.parts(byteRange.numbers, of: file.bytes) : []
    }

    private static func readCertificates(_ entry: PDFObject?, _ view: DocumentView) -> [Certificate]
    {
        let object = (try? view.resolve(entry)) ?? .null
        let items = object.arrayValue ?? [object]
        return items.prefix(Limits.signatures)
            .compactMap { (try? view.resolve($0))?.stringValue }
            .compactMap { try? Certificate(der: $0) }
    }

    private static func parts(_ numbers: [Int], of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        [
            bytes[numbers[0]..<numbers[0] + numbers[1]],
            bytes[numbers[2]..<numbers[2] + numbers[3]],
        ]
    }
}
