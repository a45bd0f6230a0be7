// SPDX-License-Identifier: Apache-2.0
import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a format's reader found about one signature, before anything is believed.
///
/// Every format ends in these facts; one function turns them into a verdict, so that the same
/// rules hold for all.
struct SignatureFacts: Sendable {
    /// What the signature says about the certificate it was made with (EN 319 102-1, 5.2.3).
    enum SignerNaming: Sendable {
        /// By digest, in what is signed, and it is the certificate used.
        case named
        case absent
        /// By digest, and no certificate at hand is that one.
        case mismatched
        /// In properties that the signature does not cover.
        case uncovered
    }

    var format: SignatureReport.Format
    /// Set when the signature cannot be read as one; nothing else counts then.
    var formatFault: String?
    /// Digests and value, in the words of EN 319 102-1, 5.2.7; `nil` without a certificate.
    var integrity: Conclusion?
    /// Whether a digest or the value is wrong, whatever step gave ``integrity`` its words.
    var hasBrokenPart = false
    /// What was signed, and whether it is the same, reference by reference.
    var references: [SignatureReport.SignedReference] = []
    var signer: Certificate?
    var algorithm: SignatureAlgorithm?
    /// Every digest function the integrity rests on, the signature's own aside.
    var digests: [DigestAlgorithm] = []
    /// Algorithms the integrity rests on that are no digest we know, by name.
    var unknownAlgorithms: [String] = []
    var signerNaming: SignerNaming
    /// The octets of the signature value and of what it was made over: the report's identifier.
    var value: [UInt8] = []
    var toBeSigned: [UInt8] = []
    var signingTime: Date?
    var claimedRoles: [String] = []
    /// The signature policy the signer names; nil for none.
    var policyIdentifier: String?
    /// Set when the policy at hand is not the one that was signed.
    var policyFault: String?
    /// Oldest first, as they stand in the signature.
    var timestamps: [StampFacts] = []
    /// Carried in the signature or the file.
    var material: ValidationMaterial
    /// Whether the file carries revocation data for long-term validation.
    var carriesRevocation: Bool
    var coverage: SignatureReport.Coverage
    var isModifiedAfterSigning = false
    /// What was changed after signing, object by object.
    var changes: [String] = []
    /// Why the signature is no baseline one, whatever its verdict; whole sentences.
    var baselineFaults: [String] = []
    /// How the signature breaks `national-deposit`, whole sentences.
    var nationalFaults: [String] = []
    /// Facts a reader should know whatever the verdict.
    var remarks: [String] = []
    /// Signed PDFs inside what this signature covers.
    var inside: [FileFacts] = []

    init(
        format: SignatureReport.Format, signerNaming: SignerNaming,
        material: ValidationMaterial = ValidationMaterial(), carriesRevocation: Bool = false,
        coverage: SignatureReport.Coverage = .partial
    ) {
        (self.format, self.signerNaming, self.material) = (format, signerNaming, material)
        (self.carriesRevocation, self.coverage) = (carriesRevocation, coverage)
    }

    init(unreadable reason: String, format: SignatureReport.Format) {
        self.init(format: format, signerNaming: .absent)
        formatFault = reason
    }
}

/// What a format's reader found about one time-stamp.
struct StampFacts: Sendable {
    /// What exists since the stamp was made, if it is believed.
    struct Covered: Sendable {
        /// The signature whose property the stamp is.
        var ownSignature = false
        /// Signatures of the file, by their place in it.
        var signatures: Set<Int> = []
        var material = ValidationMaterial()
        /// Earlier time-stamps.
        var timestamps: [TimestampToken] = []
    }

    let kind: TimestampReport.Kind
    /// Why the token cannot be read, or its input not be computed.
    var fault: String?
    let token: TimestampToken?
    /// Of what the token must stamp, with the token's own function.
    let digest: Digest?
    var covered: Covered

    /// - Parameters:
    ///   - digest: Of what the token must stamp; `nil` when it cannot be computed.
    ///   - matches: Whether a digest is right, where there is more than one right one.
    init(
        _ kind: TimestampReport.Kind, der: [UInt8], covered: Covered,
        digest: (DigestAlgorithm) -> Digest?, matches: (Digest) -> Bool? = { _ in nil }
    ) {
        (self.kind, self.covered) = (kind, covered)
        token = try? TimestampToken(der: der, allowingBER: true)
        self.digest = token?.imprint.digest.flatMap {
            matches($0) == true ? $0 : digest($0.algorithm)
        }
        if token == nil {
            fault = "A time-stamp cannot be read."
        } else if self.digest == nil {
            fault = "What a time-stamp was made over cannot be computed."
        }
    }
}
