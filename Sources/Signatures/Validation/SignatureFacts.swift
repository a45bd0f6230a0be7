// SPDX-License-Identifier: Apache-2.0
import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a format's reader found about one signature, before anything is believed.
///
/// XAdES and PAdES both end in these facts; one function turns them into a verdict, so that the
/// same rules hold for both.
struct SignatureFacts {
    struct Timestamp {
        let token: TimestampToken
        /// The bytes the token must stamp.
        let input: [UInt8]
    }

    var format: SignatureReport.Format
    /// Set when the signature cannot be read as one; nothing else counts then.
    var formatFault: String?
    /// Digests and value, in the words of EN 319 102-1, 5.2.7; `nil` without a certificate.
    var integrity: Conclusion?
    var signer: Certificate?
    var algorithm: SignatureAlgorithm?
    /// Every digest function the integrity rests on, the signature's own aside.
    var digests: [DigestAlgorithm] = []
    /// Whether the signature names the certificate used (EN 319 102-1, 5.2.3.4).
    var namesSigner: Bool
    var signingTime: Date?
    var claimedRoles: [String] = []
    var timestamps: [Timestamp] = []
    var unreadableTimestamps = 0
    /// Carried in the signature or the file.
    var material: ValidationMaterial
    /// Whether the file carries revocation data for long-term validation.
    var carriesRevocation: Bool
    var coverage: SignatureReport.Coverage
    var isModifiedAfterSigning = false
    /// How the signature breaks `national-deposit`, whole sentences.
    var nationalFaults: [String] = []
    /// Facts a reader should know whatever the verdict.
    var remarks: [String] = []
}
