// SPDX-License-Identifier: Apache-2.0
package import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What a new signature says beside what it covers (EN 319 132-1, 5.2).
package struct SignatureParameters: Sendable {
    /// All identifiers of the signature begin with it; unique in the document.
    package var identifier: String
    package var signingTime: Date
    /// The signer's certificate first, then its issuers without the root.
    package var certificates: [Certificate]
    package var algorithm: SignatureAlgorithm
    /// What the document is, for DataObjectFormat.
    package var mimeType: String
    /// Identifier of the kind of commitment (EN 319 132-1, 5.2.3), if the form names one.
    package var commitmentType: String?
    /// Shown as claimed, never as verified (EN 319 132-1, 5.2.6).
    package var claimedRoles: [String]

    package init(
        identifier: String, signingTime: Date, certificates: [Certificate],
        algorithm: SignatureAlgorithm, mimeType: String = "text/xml",
        commitmentType: String? = nil, claimedRoles: [String] = []
    ) {
        (self.identifier, self.signingTime) = (identifier, signingTime)
        (self.certificates, self.algorithm, self.mimeType) = (certificates, algorithm, mimeType)
        (self.commitmentType, self.claimedRoles) = (commitmentType, claimedRoles)
    }
}

/// Why a document cannot be signed or extended.
package enum SigningError: Error, Hashable {
    /// The element that takes the signature is missing or not empty.
    case seat(String)
    case noCertificate
    /// XML-DSig has no identifier for the algorithm.
    case algorithm
    /// The signature value does not fit the key's algorithm.
    case signatureValue
    /// The document has no signature, or more than one, to extend.
    case noSingleSignature
    /// What was put aside to be signed later was changed, or is something else.
    case notResumable
    case format(String)
}

extension SigningError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .seat(let name): "the element \(name) for the signature is missing or not empty"
        case .noCertificate: "no signing certificate was given"
        case .algorithm: "XML signatures have no identifier for the key's algorithm"
        case .signatureValue: "the signature value does not fit the key"
        case .noSingleSignature: "the document does not have exactly one signature"
        case .notResumable: "what was put aside to be signed is damaged"
        case .format(let reason): reason
        }
    }
}
