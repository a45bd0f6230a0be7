// SPDX-License-Identifier: Apache-2.0
import PAdES
import Trust
import XAdES
import XML
import XMLSignature

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Judges any file: finds its format and gives the verdict on every signature in it.
///
/// A pure function of the file and the context. What would make a verdict better stands in
/// ``FileReport/missing``; the caller fetches it and asks again.
package struct Judge: Sendable {
    private let context: ValidationContext

    package init(_ context: ValidationContext) { self.context = context }

    package func report(on file: [UInt8]) -> FileReport {
        if file.starts(with: Array("%PDF-".utf8)) { return pdf(file) }
        do {
            return xml(try XMLDocument(parsing: file))
        } catch {
            return FileReport(unreadable: "The file is neither PDF nor XML: \(error.description).")
        }
    }

    /// The verdict on the signatures of a document, and on signed PDFs inside what they cover.
    private func xml(_ document: XMLDocument) -> FileReport {
        let signatures = AdvancedSignature.all(in: document)
        var reports: [SignatureReport] = []
        for signature in signatures {
            switch signature {
            case .success(let signature):
                var report = judge(SignatureFacts(signature))
                if report.coverage == .entire {
                    report.inside = inside(document, under: signature.core.node, outer: report)
                    if context.policy == .nationalDeposit { demandInside(&report) }
                }
                reports.append(report)
            case .failure(let error):
                reports.append(judge(SignatureFacts(unreadable: error.description, format: .xades)))
            }
        }
        if context.policy == .nationalDeposit, signatures.count > 1 {
            let fault = Conclusion(
                .totalFailed, .formatFailure, reasons: ["The form must have exactly one signature."]
            )
            for index in reports.indices {
                reports[index].conclusion = fault
                reports[index].reasons.insert(contentsOf: fault.reasons, at: 0)
            }
        }
        return FileReport(reports)
    }

    /// PDFs in base64 among the elements a signature covers, judged with its material and, when it
    /// is believed itself, its time. What stands in the signature is not covered by it.
    private func inside(
        _ document: XMLDocument, under signature: XMLNode, outer: SignatureReport
    ) -> [SignatureReport] {
        guard context.looksInside, outer.checks.integrity == .passed else { return [] }
        var context = context
        context.material.formUnion(outer.signerMaterial)
        context.material.formUnion(outer.timestampMaterial)
        context.requiredLevel = .basic
        let judge = Judge(context)
        let proof = outer.conclusion.indication == .totalPassed ? outer.bestSignatureTime : nil
        let own = Set(signature.descendantsAndSelf)
        var reports: [SignatureReport] = []
        for element in document.root.descendantsAndSelf where !own.contains(element) {
            guard let facts = judge.signedPDF(in: element) else { continue }
            reports += facts.map { judge.judge($0, outerProof: proof) }
        }
        return reports
    }

    /// The signatures of a PDF that an element holds in base64; `nil` when it holds none.
    private func signedPDF(in element: XMLNode) -> [SignatureFacts]? {
        guard let text = element.simpleText,
            text.utf8.lazy.filter({ $0 > 0x20 }).starts(with: Array("JVBERi0".utf8))
        else { return nil }
        guard let pdf = Base64.bytes(text) else {
            return [SignatureFacts(unreadable: "The PDF inside is not base64.", format: .pades)]
        }
        let found = pdfSignatures(pdf)
        return found.isEmpty
            ? [SignatureFacts(unreadable: "The PDF inside has no signature.", format: .pades)]
            : found
    }

    private func demandInside(_ report: inout SignatureReport) {
        for inner in report.inside where inner.signer != report.signer {
            let other = Conclusion.refused(
                .sigConstraintsFailure, "The PDF inside was signed with another certificate.")
            report.conclusion = report.conclusion.worse(than: other.total)
            report.reasons += other.reasons
        }
        for inner in report.inside where inner.conclusion.indication != .totalPassed {
            report.conclusion = report.conclusion.worse(than: inner.conclusion)
            report.reasons += inner.reasons.map { "The PDF inside: \($0)" }
        }
    }

    private func pdf(_ file: [UInt8]) -> FileReport {
        FileReport(pdfSignatures(file).map { judge($0) })
    }

    private func judge(_ facts: SignatureFacts, outerProof: Date? = nil) -> SignatureReport {
        SignatureJudgement(context: context, facts: facts, outerProof: outerProof).report()
    }
}
