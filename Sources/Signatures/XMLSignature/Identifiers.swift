// SPDX-License-Identifier: Apache-2.0
package import Trust

/// Namespace of XML Signature Syntax and Processing (W3C xmldsig-core1).
package let xmldsigNamespace = "http://www.w3.org/2000/09/xmldsig#"

/// The digest methods of XML-DSig by their identifiers (xmldsig-core1, 6.2; RFC 9231, 2.1).
extension DigestAlgorithm {
    package var xmlIdentifier: String {
        switch self {
        case .sha1: "http://www.w3.org/2000/09/xmldsig#sha1"
        case .sha256: "http://www.w3.org/2001/04/xmlenc#sha256"
        case .sha384: "http://www.w3.org/2001/04/xmldsig-more#sha384"
        case .sha512: "http://www.w3.org/2001/04/xmlenc#sha512"
        }
    }

    package init?(xmlIdentifier: String) {
        guard let known = Self.allCases.first(where: { $0.xmlIdentifier == xmlIdentifier }) else {
            return nil
        }
        self = known
    }
}

/// The signature methods of XML-DSig by their identifiers (xmldsig-core1, 6.4; RFC 9231, 2.3).
extension SignatureAlgorithm {
    private static let byIdentifier: [String: SignatureAlgorithm] = [
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1": .rsaPKCS1(.sha1),
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": .rsaPKCS1(.sha256),
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384": .rsaPKCS1(.sha384),
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512": .rsaPKCS1(.sha512),
        "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1": .rsaPSS(.sha256),
        "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1": .rsaPSS(.sha384),
        "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1": .rsaPSS(.sha512),
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1": .ecdsa(.sha1),
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256": .ecdsa(.sha256),
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384": .ecdsa(.sha384),
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512": .ecdsa(.sha512),
        "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519": .ed25519,
    ]

    package init?(xmlIdentifier: String) {
        guard let known = Self.byIdentifier[xmlIdentifier] else { return nil }
        self = known
    }

    /// `nil` for a PSS salt that no identifier without parameters names.
    package var xmlIdentifier: String? {
        Self.byIdentifier.first { $0.value == self }?.key
    }
}
