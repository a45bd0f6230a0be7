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
        case xades = "XAdES", pades = "PAdES", cades = "CAdES", timestamp = "TST"
    }
    package enum Level: String, Sendable, Comparable {
        case none
        case basic = "B-B"
        case timestamped = "B-T"
        case longTerm = "B-LT"
        case archived = "B-LTA"

        private var rank: Int {
            switch self {
            case .none: 0
            case .basic: 1
            case .timestamped: 2
            case .longTerm: 3
            case .archived: 4
            }
        }

        package static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }
    }
    package enum Coverage: String, Sendable { case entire, partial }
    /// Legal grade under Regulation (EU) 910/2014; the qualified ones need a trusted list.
    package enum Qualification: String, Sendable {
        case qualified = "QES"
        case advancedOnQualifiedCertificate = "AdES-QC"
        case advanced = "AdES"
        case unknown
    }

    /// One part of what was signed.
    package struct SignedReference: Sendable {
        /// As the signature names it; a byte range for PDF.
        package let name: String
        package let check: Check
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
    package var claimedRoles: [String] = []
    package var policyIdentifier: String?
    package var coverage: Coverage
    package var isModifiedAfterSigning: Bool
    /// What was changed after signing, object by object.
    package var changes: [String] = []
    package var qualification = Qualification.unknown
    /// What the grade rests on, or why it is no higher; a whole sentence.
    package var qualificationReason: String?
    /// `nil` when no trusted list was consulted.
    package var isTimestampQualified: Bool?
    package var checks: Checks
    /// Every reason, the summary's first.
    package var reasons: [String] = []
    package var references: [SignedReference] = []
    package var algorithm: SignatureAlgorithm?
    /// The octets of the signature value and of what it was made over.
    package var value: [UInt8] = []
    package var toBeSigned: [UInt8] = []
    /// The verdict on the signing certificate at the time that counts; `nil` when there is none.
    package var certificate: CertificateConclusion?
    /// Set when the verdict rests on proofs of existence.
    package var past: PastCertificateConclusion?
    package var timestamps: [TimestampReport] = []
    /// What each part of the algorithm concluded, in its order.
    package var blocks: [BuildingBlock] = []
    /// What must be fetched before the verdict can be better.
    package var missing = MissingMaterial()
    /// Everything the verdict on the signer's chain rests on.
    package var signerMaterial = ValidationMaterial()
    /// Everything the verdicts on the time-stamps rest on.
    package var timestampMaterial = ValidationMaterial()
    /// Signed PDFs found inside what this signature covers.
    package var inside: [SignatureReport] = []
}

/// The verdict on a file with any number of signatures.
package struct FileReport: Sendable {
    package var signatures: [SignatureReport]
    /// Time-stamps over the whole file so far, oldest first.
    package var documentStamps: [TimestampReport] = []
    /// The moment the verdict is about.
    package var validationTime: Date
    /// The worst of them; SIGNED_DATA_NOT_FOUND when there is none.
    package var conclusion: Conclusion

    init(
        _ signatures: [SignatureReport], documentStamps: [TimestampReport], at now: Date
    ) {
        self.signatures = signatures
        self.documentStamps = documentStamps
        validationTime = now
        let none = Conclusion(
            .indeterminate, .signedDataNotFound, reasons: ["The file has no signature."])
        conclusion = signatures.dropFirst().reduce(signatures.first?.conclusion ?? none) {
            $0.worse(than: $1.conclusion)
        }
    }

    init(unreadable reason: String, at now: Date) {
        signatures = []
        validationTime = now
        conclusion = Conclusion(.totalFailed, .formatFailure, reasons: [reason])
    }

    package var isPassed: Bool { conclusion.indication == .totalPassed }

    package var missing: MissingMaterial {
        signatures.flatMap { [$0] + $0.inside }.reduce(into: MissingMaterial()) {
            $0.formUnion($1.missing)
        }
    }
}
