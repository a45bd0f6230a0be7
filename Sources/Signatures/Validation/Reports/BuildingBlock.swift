// SPDX-License-Identifier: Apache-2.0
package import Trust

/// What one part of the validation algorithm concluded (EN 319 102-1, 5.2 and 5.6.2).
package struct BuildingBlock: Sendable {
    package enum Name: String, Sendable, CaseIterable {
        case formatChecking
        case identificationOfTheSigningCertificate
        case validationContextInitialization
        case x509CertificateValidation
        case cryptographicVerification
        case signatureAcceptanceValidation
        case pastCertificateValidation
        case pastSignatureValidation
    }

    package let name: Name
    /// `nil` when it was not needed.
    package let conclusion: Conclusion?
}
