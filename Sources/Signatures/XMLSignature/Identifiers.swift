// SPDX-License-Identifier: Apache-2.0
package import Trust

/// Namespace of XML Signature Syntax and Processing (W3C xmldsig-core1).
package let xmldsigNamespace = "http://www.w3.org/2000/09/xmldsig#"
/// Namespace of the additions of version 1.1 (W3C xmldsig-core1, 1.3).
package let xmldsig11Namespace = "http://www.w3.org/2009/xmldsig11#"
/// The Type of a reference to a ds:Manifest (xmldsig-core1, 5.1).
package let manifestType = "http://www.w3.org/2000/09/xmldsig#Manifest"

private let xmldsigMore = "http://www.w3.org/2001/04/xmldsig-more#"
private let xmldsigMore2007 = "http://www.w3.org/2007/05/xmldsig-more#"
private let xmldsigMore2021 = "http://www.w3.org/2021/04/xmldsig-more#"

/// The digest methods of XML-DSig by their identifiers (xmldsig-core1, 6.2; RFC 9231, 2.1).
extension DigestAlgorithm {
    package var xmlIdentifier: String {
        switch self {
        case .md5: xmldsigMore + "md5"
        case .ripemd160: "http://www.w3.org/2001/04/xmlenc#ripemd160"
        case .sha1: xmldsigNamespace + "sha1"
        case .sha224: xmldsigMore + "sha224"
        case .sha256: "http://www.w3.org/2001/04/xmlenc#sha256"
        case .sha384: xmldsigMore + "sha384"
        case .sha512: "http://www.w3.org/2001/04/xmlenc#sha512"
        case .sha3_224: xmldsigMore2007 + "sha3-224"
        case .sha3_256: xmldsigMore2007 + "sha3-256"
        case .sha3_384: xmldsigMore2007 + "sha3-384"
        case .sha3_512: xmldsigMore2007 + "sha3-512"
        }
    }

    private static let byIdentifier = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0.xmlIdentifier, $0) })

    package init?(xmlIdentifier: String) {
        guard let known = Self.byIdentifier[xmlIdentifier] else { return nil }
        self = known
    }
}

/// The signature methods of XML-DSig by their identifiers (xmldsig-core1, 6.4; RFC 9231, 2.3).
extension SignatureAlgorithm {
    private static let known: [(identifier: String, algorithm: SignatureAlgorithm)] = [
        (xmldsigNamespace + "rsa-sha1", .rsaPKCS1(.sha1)),
        (xmldsigMore + "rsa-sha256", .rsaPKCS1(.sha256)),
        (xmldsigMore + "rsa-sha384", .rsaPKCS1(.sha384)),
        (xmldsigMore + "rsa-sha512", .rsaPKCS1(.sha512)),
        (xmldsigMore + "rsa-sha224", .rsaPKCS1(.sha224)),
        (xmldsigMore + "rsa-md5", .rsaPKCS1(.md5)),
        (xmldsigMore + "rsa-ripemd160", .rsaPKCS1(.ripemd160)),
        (xmldsigMore2007 + "sha1-rsa-MGF1", .rsaPSS(.sha1)),
        (xmldsigMore2007 + "sha224-rsa-MGF1", .rsaPSS(.sha224)),
        (xmldsigMore2007 + "sha256-rsa-MGF1", .rsaPSS(.sha256)),
        (xmldsigMore2007 + "sha384-rsa-MGF1", .rsaPSS(.sha384)),
        (xmldsigMore2007 + "sha512-rsa-MGF1", .rsaPSS(.sha512)),
        (xmldsigMore2007 + "sha3-224-rsa-MGF1", .rsaPSS(.sha3_224)),
        (xmldsigMore2007 + "sha3-256-rsa-MGF1", .rsaPSS(.sha3_256)),
        (xmldsigMore2007 + "sha3-384-rsa-MGF1", .rsaPSS(.sha3_384)),
        (xmldsigMore2007 + "sha3-512-rsa-MGF1", .rsaPSS(.sha3_512)),
        (xmldsigMore2007 + "md5-rsa-MGF1", .rsaPSS(.md5)),
        (xmldsigMore2007 + "ripemd160-rsa-MGF1", .rsaPSS(.ripemd160)),
        (xmldsigMore + "ecdsa-sha1", .ecdsa(.sha1)),
        (xmldsigMore + "ecdsa-sha224", .ecdsa(.sha224)),
        (xmldsigMore + "ecdsa-sha256", .ecdsa(.sha256)),
        (xmldsigMore + "ecdsa-sha384", .ecdsa(.sha384)),
        (xmldsigMore + "ecdsa-sha512", .ecdsa(.sha512)),
        (xmldsigMore2007 + "ecdsa-ripemd160", .ecdsa(.ripemd160)),
        (xmldsigMore2021 + "ecdsa-sha3-224", .ecdsa(.sha3_224)),
        (xmldsigMore2021 + "ecdsa-sha3-256", .ecdsa(.sha3_256)),
        (xmldsigMore2021 + "ecdsa-sha3-384", .ecdsa(.sha3_384)),
        (xmldsigMore2021 + "ecdsa-sha3-512", .ecdsa(.sha3_512)),
        (xmldsigNamespace + "dsa-sha1", .dsa(.sha1)),
        (xmldsig11Namespace + "dsa-sha256", .dsa(.sha256)),
        (xmldsigMore2021 + "eddsa-ed25519", .ed25519),
        (xmldsigMore2021 + "eddsa-ed448", .ed448),
    ]
    private static let byIdentifier = Dictionary(
        uniqueKeysWithValues: known.map { ($0.identifier, $0.algorithm) })

    /// Methods without parameters; ``SignatureMethod`` reads the others.
    package init?(xmlIdentifier: String) {
        guard let known = Self.byIdentifier[xmlIdentifier] else { return nil }
        self = known
    }

    /// `nil` for a PSS salt that no identifier without parameters names.
    package var xmlIdentifier: String? {
        Self.known.first { $0.algorithm == self }?.identifier
    }
}
