// SPDX-License-Identifier: Apache-2.0
import Trust
import Validation

/// Misses that the standard itself demands: predicates on what a file contains, each with the
/// clause. Nothing here ever excuses a verdict that is too good.
enum Exceptions {
    static func clause(for report: FileReport) -> String? {
        guard !report.isPassed, let signature = report.signatures.first else { return nil }
        let hasNoKey =
            signature.conclusion.subIndication == .noSigningCertificateFound
            && signature.checks.integrity == .notDone
        if hasNoKey {
            return
                "EN 319 102-1, 5.2.3.4: no certificate or key is at hand, so that nothing can be said about the signature value"
        }
        return nil
    }
}
