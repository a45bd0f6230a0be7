// SPDX-License-Identifier: Apache-2.0

/// The main words of a verdict (EN 319 102-1 v1.4.1, 5.1.3).
///
/// A signature as a whole is TOTAL-PASSED, TOTAL-FAILED or INDETERMINATE; a building block, such
/// as a certificate chain or a time-stamp, is PASSED, FAILED or INDETERMINATE.
package enum Indication: String, Sendable, Hashable, CaseIterable {
    case totalPassed = "TOTAL-PASSED"
    case totalFailed = "TOTAL-FAILED"
    case indeterminate = "INDETERMINATE"
    case passed = "PASSED"
    case failed = "FAILED"

    /// The word for the whole signature that corresponds to a building block's.
    package var total: Indication {
        switch self {
        case .passed, .totalPassed: .totalPassed
        case .failed, .totalFailed: .totalFailed
        case .indeterminate: .indeterminate
        }
    }

    /// The word for a building block that corresponds to a whole signature's.
    package var block: Indication {
        switch self {
        case .passed, .totalPassed: .passed
        case .failed, .totalFailed: .failed
        case .indeterminate: .indeterminate
        }
    }
}

/// Why a verdict is not passed (EN 319 102-1 v1.4.1, table 6).
package enum SubIndication: String, Sendable, Hashable, CaseIterable {
    // With TOTAL-FAILED or FAILED
    case formatFailure = "FORMAT_FAILURE"
    case hashFailure = "HASH_FAILURE"
    case sigCryptoFailure = "SIG_CRYPTO_FAILURE"
    case revoked = "REVOKED"
    case expired = "EXPIRED"
    case notYetValid = "NOT_YET_VALID"
    // With INDETERMINATE
    case sigConstraintsFailure = "SIG_CONSTRAINTS_FAILURE"
    case chainConstraintsFailure = "CHAIN_CONSTRAINTS_FAILURE"
    case certificateChainGeneralFailure = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
    case cryptoConstraintsFailure = "CRYPTO_CONSTRAINTS_FAILURE"
    case policyProcessingError = "POLICY_PROCESSING_ERROR"
    case signaturePolicyNotAvailable = "SIGNATURE_POLICY_NOT_AVAILABLE"
    case timestampOrderFailure = "TIMESTAMP_ORDER_FAILURE"
    case noSigningCertificateFound = "NO_SIGNING_CERTIFICATE_FOUND"
    case noCertificateChainFound = "NO_CERTIFICATE_CHAIN_FOUND"
    case noCertificateChainFoundNoPOE = "NO_CERTIFICATE_CHAIN_FOUND_NO_POE"
    case revokedNoPOE = "REVOKED_NO_POE"
    case revokedCANoPOE = "REVOKED_CA_NO_POE"
    case outOfBoundsNotRevoked = "OUT_OF_BOUNDS_NOT_REVOKED"
    case outOfBoundsNoPOE = "OUT_OF_BOUNDS_NO_POE"
    case revocationOutOfBoundsNoPOE = "REVOCATION_OUT_OF_BOUNDS_NO_POE"
    case cryptoConstraintsFailureNoPOE = "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
    case noPOE = "NO_POE"
    case tryLater = "TRY_LATER"
    case signedDataNotFound = "SIGNED_DATA_NOT_FOUND"
    case custom = "CUSTOM"

    /// The main word of a building block that goes with this reason.
    package var indication: Indication {
        switch self {
        case .formatFailure, .hashFailure, .sigCryptoFailure, .revoked, .expired, .notYetValid:
            .failed
        default: .indeterminate
        }
    }
}

/// A verdict with its reasons, for whoever must act on it.
///
/// Reasons are whole English sentences without content of the signed document.
package struct Conclusion: Sendable, Hashable {
    package let indication: Indication
    package let subIndication: SubIndication?
    package let reasons: [String]

    package init(
        _ indication: Indication, _ subIndication: SubIndication? = nil, reasons: [String] = []
    ) {
        self.indication = indication
        self.subIndication = subIndication
        self.reasons = reasons
    }

    /// A building block that passed.
    package static let passed = Conclusion(.passed)

    /// A building block that did not pass, for this reason.
    package static func refused(_ reason: SubIndication, _ sentences: String...) -> Conclusion {
        Conclusion(reason.indication, reason, reasons: sentences)
    }

    package var isPassed: Bool { indication.block == .passed }

    /// The same verdict in the words for a whole signature.
    package var total: Conclusion { Conclusion(indication.total, subIndication, reasons: reasons) }

    /// The worse of two verdicts; of two equally bad ones, this one.
    package func worse(than other: Conclusion) -> Conclusion {
        rank >= other.rank ? self : other
    }

    private var rank: Int {
        switch indication.block {
        case .failed: 2
        case .indeterminate: 1
        default: 0
        }
    }
}
