// SPDX-License-Identifier: Apache-2.0
package import Trust

/// The verdict on one time-stamp of a signature or document.
package struct TimestampReport: Sendable {
    package enum Kind: String, Sendable {
        /// Made over the content before it was signed.
        case content
        case signature
        /// Over references to validation data, with or without the signature.
        case validationData = "validation-data"
        case archive
        /// Over a whole PDF so far.
        case document
    }

    package let kind: Kind
    /// What cannot be read has no token.
    package let token: TimestampToken?
    package let conclusion: Conclusion
    package let authority: CertificateConclusion?
    /// Set when the verdict rests on later proofs of existence.
    package let past: PastCertificateConclusion?
    package let integrity: SignatureReport.Check
    /// What trusted lists make of it; `nil` for what cannot be read.
    package var qualification: TimestampQualification?
    /// How it stands to EN 319 422; `nil` for what cannot be read.
    package var profile: TimestampProfile?
    /// Why it is or is not qualified, and what of EN 319 422 it does not follow.
    package var remarks: [String] = []

    /// `nil` when no trusted list was consulted.
    package var isQualified: Bool? { qualification?.isQualified }

    package var isPassed: Bool { conclusion.isPassed }

    /// Everything the verdict rests on.
    package var material: ValidationMaterial {
        past?.material ?? authority?.material ?? ValidationMaterial()
    }
}
