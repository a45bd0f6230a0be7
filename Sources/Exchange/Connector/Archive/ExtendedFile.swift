// SPDX-License-Identifier: Apache-2.0
import Trust

/// A file after its extension, and what was added to it.
package struct ExtendedFile: Sendable {
    package var bytes: [UInt8]
    /// Empty when the file had all that was asked for.
    package var steps: [ExtensionStep] = []
}

/// One thing that was added, or would be.
package struct ExtensionStep: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case signatureTimestamp
        case documentTimestamp
        case archiveTimestamp
        case validationData(certificates: Int, ocspResponses: Int, revocationLists: Int)
        /// Validation data of a time-stamp that is not made yet.
        case validationDataOfNewTimestamp
    }

    package let kind: Kind
    /// Which signature; nil for all of a PDF.
    package let signature: Int?
    /// Who made the time-stamp.
    package var authority: String?

    package var sentence: String {
        let place = signature.map { " to signature \($0)" } ?? ""
        let maker = authority.map { " by \($0)" } ?? ""
        switch kind {
        case .signatureTimestamp: return "signature time-stamp\(maker)\(place)"
        case .documentTimestamp: return "document time-stamp\(maker) over the whole file"
        case .archiveTimestamp: return "archive time-stamp\(maker)\(place)"
        case .validationDataOfNewTimestamp: return "validation data of the new time-stamp\(place)"
        case .validationData(let certificates, let responses, let lists):
            return
                "validation data\(place): \(certificates) certificates, \(responses) OCSP answers, \(lists) revocation lists"
        }
    }
}

extension ExtensionStep.Kind {
    /// What of some material was not at hand before.
    init(_ material: ValidationMaterial, beside known: ValidationMaterial) {
        self = .validationData(
            certificates: material.certificates.count { !known.certificates.contains($0) },
            ocspResponses: material.ocspResponses.count { !known.ocspResponses.contains($0) },
            revocationLists: material.revocationLists.count {
                !known.revocationLists.contains($0)
            })
    }
}

/// Why a file is not extended: what is missing or wrong, and what to do.
package enum ExtensionRefusal: Error, Hashable, CustomStringConvertible {
    case nothingToExtend(String)
    case noSuchSignature(Int, of: Int)
    /// It is changed or not intact.
    case damaged(String)
    /// A chain ends before a configured anchor; the subject of its topmost certificate and of whoever
    /// issued that follow.
    case noAnchor(whose: String, top: String, issuer: String)
    /// Nothing tells whether a certificate is revoked.
    case noStatus(certificate: String, issuer: String)
    /// The verdict forbids it; its sub-indication and reasons follow.
    case notGood(String, reasons: [String])
    /// The format refuses: encrypted, certified against changes, damaged.
    case format(String)
    /// What came out did not pass our own judge; nothing was written.
    case selfCheck(String)

    package var description: String {
        switch self {
        case .nothingToExtend(let reason):
            "there is no XAdES or PAdES signature to extend. \(reason)"
        case .noSuchSignature(let index, let count):
            "there is no signature \(index); the file has \(count), counted from 0"
        case .damaged(let reason): reason
        case .noAnchor(let whose, let top, let issuer):
            "the chain of the \(whose) ends at \(top), whose issuer \(issuer) is no configured anchor; give the anchor with --anchor FILE, and certificates between with --other FILE"
        case .noStatus(let certificate, let issuer):
            "nothing tells whether the certificate of \(certificate) is revoked; \(issuer) must answer by OCSP or publish a list, or give either with --other FILE"
        case .notGood(let what, let reasons):
            "the signature is \(what): \(reasons.joined(separator: " "))"
        case .format(let reason): reason
        case .selfCheck(let reason):
            "the extended file does not pass our own check, so nothing was written. \(reason)"
        }
    }
}
