// SPDX-License-Identifier: Apache-2.0
package import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The verdict on one signature, each fact apart from the summary.
package struct SignatureReport: Sendable {
    package enum Format: String, Sendable {
        case xades = "XAdES", pades = "PAdES"
    }
    package enum Level: String, Sendable, Comparable {
        case none, basic = "B-B", timestamped = "B-T", longTerm = "B-LT"

        private var rank: Int {
            switch self {
            case .none: 0
            case .basic: 1
            case .timestamped: 2
            case .longTerm: 3
            }
        }

        package static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }
    }
    package enum Coverage: String, Sendable { case entire, partial }
    /// Legal grade under Regulation (EU) 910/2014; the qualified ones need a trusted list, which is not
    /// consulted yet.
    package enum Qualification: String, Sendable {
        case advanced = "AdES"
        case unknown
    }
    package enum Check: String, Sendable {
        case passed, failed, indeterminate
        case notDone = "not-done"

        init(_ conclusion: Conclusion?) {
            switch conclusion?.indication.block {
            case .passed: self = .passed
            case .failed: self = .failed
            case .some: self = .indeterminate
            case nil: self = .notDone
            }
        }
    }

    package struct Checks: Sendable {
        /// Digests and signature value.
        package var integrity: Check
        /// From the signing certificate to an anchor, at the time that counts.
        package var chain: Check
        package var revocation: Check
        package var timestamp: Check
        /// Constraints of the policy under which the file was judged.
        package var policy: Check
    }

    package var format: Format
    /// The highest level whose parts are all there and good.
    package var level: Level
    package var conclusion: Conclusion
    package var signer: Certificate?
    /// As claimed by the signer.
    package var signingTime: Date?
    /// The earliest moment at which the signature is proven to have existed.
    package var bestSignatureTime: Date?
    package var claimedRoles: [String]
    package var coverage: Coverage
    package var isModifiedAfterSigning: Bool
    package var qualification: Qualification
    /// `nil` when no trusted list was consulted.
    package var isTimestampQualified: Bool?
    package var checks: Checks
    /// Every reason, the summary's first.
    package var reasons: [String]
    /// What must be fetched before the verdict can be better.
    package var missing: MissingMaterial
    /// Everything the verdict on the signer's chain rests on.
    package var signerMaterial: ValidationMaterial
    /// Everything the verdicts on the time-stamps rest on.
    package var timestampMaterial: ValidationMaterial
    /// Signed PDFs found inside what this signature covers.
    package var inside: [SignatureReport]
}

/// The verdict on a file with any number of signatures.
package struct FileReport: Sendable {
    package var signatures: [SignatureReport]
    /// The worst of them; SIGNED_DATA_NOT_FOUND when there is none.
    package var conclusion: Conclusion

    init(_ signatures: [SignatureReport]) {
        self.signatures = signatures
        let none = Conclusion(
            .indeterminate, .signedDataNotFound, reasons: ["The file has no signature."])
        conclusion = signatures.dropFirst().reduce(signatures.first?.conclusion ?? none) {
            $0.worse(than: $1.conclusion)
        }
    }

    init(unreadable reason: String) {
        signatures = []
        conclusion = Conclusion(.totalFailed, .formatFailure, reasons: [reason])
    }

    package var isPassed: Bool { conclusion.indication == .totalPassed }

    package var missing: MissingMaterial {
        signatures.flatMap { [$0] + $0.inside }.reduce(into: MissingMaterial()) {
            $0.formUnion($1.missing)
        }
    }
}
