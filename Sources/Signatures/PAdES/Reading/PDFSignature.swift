// SPDX-License-Identifier: Apache-2.0
package import PDF
package import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A signature or document time-stamp of a PDF: facts about it, no verdict.
package struct PDFSignature: Sendable {
    package enum Kind: Sendable, Hashable {
        case signature
        /// /Type /DocTimeStamp or /SubFilter /ETSI.RFC3161 (EN 319 142-1, 5.4.3).
        case documentTimestamp
    }

    package enum Coverage: String, Sendable, Hashable {
        /// Every byte outside the /ByteRange is /Contents or belongs to an allowed later revision.
        case entire
        case partial
    }

    /// Where the signature dictionary stands in the document as it is now.
    package enum Standing: Sendable, Hashable {
        /// The value of a field of the form.
        case inField
        /// A listed object that no field has for its value (any more).
        case withoutField
        /// Another object has taken its number in a later revision.
        case overridden
        /// In no cross-reference section: found by searching the bytes.
        case unlisted
    }

    /// What the signature dictionary claims; nothing of it is verified beyond being signed.
    package struct Claims: Sendable, Hashable {
        /// /M
        package var signingTime: Date?
        package var name: String?
        package var reason: String?
        package var location: String?
        package var contact: String?
    }

    package let kind: Kind
    package let standing: Standing
    /// Names of all fields that hold this signature; more than one is suspicious.
    package let fields: [String]
    package let reference: ObjectReference?
    package let filter: String?
    package let subFilter: String?
    package let claims: Claims
    package let certification: Certification?
    /// Whether /Perms of the catalog names this signature as the certification (ISO 32000-1,
    /// 12.8.4).
    package let isAnnouncedCertification: Bool
    /// Fields locked by FieldMDP or by the /Lock of the signature's own field.
    package let fieldLocks: [FieldLock]
    package let byteRange: ByteRange
    /// The octets of /Contents, padding included.
    package let contents: [UInt8]
    /// The CMS object; `nil` when /Contents holds none, and then why.
    package let signedData: SignedData?
    package let formatError: DERError?
    /// The token of a document time-stamp.
    package let documentTimestamp: TimestampToken?
    /// The certificates of /Cert, for signatures that are no CMS object (`adbe.x509.rsa_sha1`).
    package let certificates: [Certificate]
    /// What later revisions changed; allowed changes too.
    package let changes: [DocumentChange]
    package let coverage: Coverage
    /// Why the coverage is not entire; empty when it is.
    package let coverageFaults: [CoverageFault]
    let signedParts: [ArraySlice<UInt8>]

    /// A later revision changed something it may not.
    package var modifiedAfterSigning: Bool { changes.contains { $0.kind == .forbidden } }

    package var claimedSigningTime: Date? { claims.signingTime }
    package var claimedReason: String? { claims.reason }

    /// The revision that was signed; 0 is the oldest.
    package var signedRevision: Int? { byteRange.revision }

    /// The first signer; PAdES allows one (EN 319 142-1, 6.3).
    package var signer: SignerInfo? { signedData?.signers.first }

    /// The name under which the security store's /VRI knows the signature: the SHA-1 of /Contents
    /// in upper-case hexadecimal (EN 319 142-1, 5.4.2.3).
    package var validationInformationKey: String { Self.validationInformationKey(of: contents) }

    static func validationInformationKey(of contents: [UInt8]) -> String {
        let digits = Array("0123456789ABCDEF")
        return String(
            DigestAlgorithm.sha1.digest(contents).bytes.flatMap {
                [digits[Int($0 >> 4)], digits[Int($0 & 15)]]
            })
    }
}

/// Why a signature does not cover the whole file, each a fact of its own.
package enum CoverageFault: Sendable, Hashable {
    /// See ``PDFSignature/byteRange``.
    case byteRange
    /// See ``PDFSignature/changes``.
    case forbiddenChange
    /// A later signature shows something in a new place.
    case visibleAddition
    /// Bytes behind the signed revision that belong to no listed object.
    case unlistedBytes(offset: Int)
    /// An object of the signed revision reaches beyond the bytes that are signed.
    case objectBeyondRange
    /// The signature is no field's value as the document stands now.
    case standing
    /// The file was read by searching it, or cannot be compared: what others see is unknown.
    case unreliableFile
    /// The tree of form fields goes round in circles or exceeds a limit.
    case damagedForm
}
