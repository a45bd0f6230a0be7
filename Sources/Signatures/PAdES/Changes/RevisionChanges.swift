// SPDX-License-Identifier: Apache-2.0
import PDF

/// What every revision of a file changed: found once, and then asked by each signature.
struct RevisionChanges {
    /// By revision; the oldest changed nothing.
    private(set) var findings: [[RevisionFinding]] = [[]]
    /// Behind the last byte of any object up to each revision.
    let extentEnds: [Int]
    let isTooMuch: Bool
    /// Whether the form could be walked in every revision.
    private(set) var isFormDamaged: Bool
    let history: ObjectHistory

    /// - Parameter draft: What a signature dictionary found on the way says.
    init(
        of file: PDFFile,
        draft: (ObjectHistory.SignatureDictionary) -> SignatureDraft
    ) {
        history = ObjectHistory(of: file)
        var form = FormMap(of: history.new)
        var pages = PageMap(of: history.new)
        isFormDamaged = form.isDamaged
        var known = history.signatures.count
        while history.advance() {
            let numbers = Set(history.writes.map(\.reference.number))
            let (before, after) = (try? history.old.catalog(), try? history.new.catalog())
            let isFormNew =
                before?["AcroForm"] != after?["AcroForm"]
                || !form.nodes.isDisjoint(with: numbers)
            let newForm = isFormNew ? FormMap(of: history.new) : form
            if isFormNew { history.spend(Limits.fieldCost * newForm.ordered.count) }
            var signatures: [Int: PDFSignature.Kind] = [:]
            for found in history.signatures[known...] {
                let draft = draft(found)
                guard draft.isSound, draft.byteRange.revision == history.revision else { continue }
                signatures[found.reference.number] = draft.kind
            }
            known = history.signatures.count
            var step = RevisionStep(
                history, oldForm: form, newForm: newForm, pages: pages.pages,
                signatures: signatures)
            findings.append(step.run())
            form = newForm
            isFormDamaged = isFormDamaged || form.isDamaged
            if before?["Pages"] != after?["Pages"] || !pages.nodes.isDisjoint(with: numbers) {
                pages = PageMap(of: history.new)
                history.spend(Limits.fieldCost * pages.pages.count)
            }
        }
        extentEnds = history.extentEnds
        isTooMuch = history.isTooMuch
    }

    /// The differences behind the revision, as a signature with these permissions sees them.
    func changes(since revision: Int, _ permissions: ModificationPermissions) -> [DocumentChange] {
        var changes: [DocumentChange] = []
        var seen = Set<RevisionFinding>()
        for index in findings.indices.dropFirst(revision + 1) {
            for finding in findings[index] where seen.insert(finding).inserted {
                let kind = permissions.allow(finding) ? finding.kind : .forbidden
                changes.append(
                    DocumentChange(
                        kind: kind, path: finding.path, object: finding.object,
                        subject: finding.subject, revision: index,
                        isVisibleAddition: finding.isVisibleAddition))
            }
        }
        return changes
    }
}
