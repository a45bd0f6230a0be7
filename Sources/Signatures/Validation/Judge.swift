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
        if file.prefix(1_024).starts(with: Array("%PDF-".utf8)) { return pdf(file) }
        do {
            return xml(try XMLDocument(parsing: file))
        } catch {
            return FileReport(unreadable: "The file is neither PDF nor XML: \(error.description).")
        }
    }

    /// The verdict on the signatures of a document, and on signed PDFs inside what they cover.
    private func xml(_ document: XMLDocument) -> FileReport {
        let signatures = AdvancedSignature.all(in: document)
        var reports = signatures.map { signature in
            switch signature {
            case .success(let signature): judge(SignatureFacts(signature))
            case .failure(let error):
                judge(SignatureFacts(unreadable: error.description, format: .xades))
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
        for index in reports.indices where reports[index].coverage == .entire {
            reports[index].inside = inside(document, outer: reports[index])
            if context.policy == .nationalDeposit { demandInside(&reports[index]) }
        }
        return FileReport(reports)
    }

    /// PDFs in base64 among the elements of a document, judged with the outer material and time.
    private func inside(_ document: XMLDocument, outer: SignatureReport) -> [SignatureReport] {
        guard context.looksInside, outer.checks.integrity == .passed else { return [] }
        var context = context
        context.material.formUnion(outer.signerMaterial)
        context.material.formUnion(outer.timestampMaterial)
        context.requiredLevel = .basic
        var reports: [SignatureReport] = []
        for element in document.root.descendantsAndSelf {
            guard element.firstChild == nil, let text = element.simpleText,
                text.utf8.prefix(64).drop(while: { $0 <= 0x20 }).starts(
                    with: Array("JVBERi0".utf8)),
                let pdf = Base64.bytes(text)
            else { continue }
            let judge = Judge(context)
            reports += judge.pdfSignatures(pdf).map {
                judge.judge($0, outerProof: outer.bestSignatureTime)
            }
        }
        return reports
    }

    private func demandInside(_ report: inout SignatureReport) {
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
