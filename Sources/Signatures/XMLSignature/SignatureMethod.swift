// SPDX-License-Identifier: Apache-2.0
package import Trust
import XML

/// How a signature value was made (xmldsig-core1, 4.4.2).
package enum SignatureMethod: Sendable, Hashable {
    case asymmetric(SignatureAlgorithm)
    /// HMAC, cut to a number of bits when the signature says so (xmldsig-core1, 6.3.1).
    case hmac(DigestAlgorithm, outputLengthInBits: Int?)
    /// Named, not computed here.
    case other(identifier: String)

    /// The digest before the signature operation, if the method is known.
    package var digest: DigestAlgorithm? {
        switch self {
        case .asymmetric(let algorithm): algorithm.digest
        case .hmac(let digest, _): digest
        case .other: nil
        }
    }

    private static let hmacs: [String: DigestAlgorithm] = [
        "http://www.w3.org/2000/09/xmldsig#hmac-sha1": .sha1,
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha224": .sha224,
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256": .sha256,
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha384": .sha384,
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha512": .sha512,
        "http://www.w3.org/2001/04/xmldsig-more#hmac-md5": .md5,
        "http://www.w3.org/2001/04/xmldsig-more#hmac-ripemd160": .ripemd160,
    ]

    init(_ node: XMLNode) throws(SignatureFormatError) {
        let identifier = try requiredAttribute("Algorithm", of: node)
        if let digest = Self.hmacs[identifier] {
            self = .hmac(digest, outputLengthInBits: try Self.outputLength(in: node))
        } else if let algorithm = SignatureAlgorithm(xmlIdentifier: identifier) {
            self = .asymmetric(algorithm)
        } else {
            self =
                Self.withParameters(identifier, node).map(SignatureMethod.asymmetric)
                ?? .other(identifier: identifier)
        }
    }

    private static func outputLength(in node: XMLNode) throws(SignatureFormatError) -> Int? {
        let lengths = node.children("HMACOutputLength", in: xmldsigNamespace)
        guard let text = lengths.first?.text else { return nil }
        guard lengths.count == 1, let bits = number(text) else {
            throw .malformed("HMACOutputLength")
        }
        return bits
    }

    private static func number(_ text: String) -> Int? {
        Int(text.split(whereSeparator: \.isWhitespace).joined()).flatMap { $0 > 0 ? $0 : nil }
    }

    /// Methods whose parameters stand in the document (RFC 9231, 2.3.9, 2.3.12).
    private static func withParameters(_ identifier: String, _ node: XMLNode) -> SignatureAlgorithm?
    {
        switch identifier {
        case "http://www.w3.org/2007/05/xmldsig-more#rsa-pss": return pss(node)
        case "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519ctx":
            guard let context = node.firstChild.flatMap({ Base64.bytes($0.text) }) else {
                return nil
            }
            return .ed25519ctx(context)
        default: return nil
        }
    }

    private static func pss(_ node: XMLNode) -> SignatureAlgorithm? {
        guard
            let parameters = node.children.first(where: { $0.localName == "RSAPSSParams" })
        else { return .rsaPSS(.sha256) }
        let parts = Array(parameters.children)
        func digest(_ element: XMLNode?) -> DigestAlgorithm? {
            element.flatMap { $0.attribute("Algorithm") }.flatMap {
                DigestAlgorithm(xmlIdentifier: $0)
            }
        }
        let digestMethod = parts.first { $0.localName == "DigestMethod" }
        let hash = digestMethod == nil ? .sha256 : digest(digestMethod)
        guard let hash else { return nil }
        let generator = parts.first { $0.localName == "MaskGenerationFunction" }
        let maskMethod = generator?.children.first { $0.localName == "DigestMethod" }
        let mask = maskMethod == nil ? hash : digest(maskMethod)
        let saltText = parts.first { $0.localName == "SaltLength" }?.text
        let salt = saltText == nil ? hash.sizeInBytes : saltText.flatMap { Int($0) }
        let trailer = parts.first { $0.localName == "TrailerField" }?.text ?? "1"
        guard let mask, let salt, salt >= 0, trailer == "1" else { return nil }
        return mask == hash
            ? .rsaPSS(hash, saltLength: salt) : .rsaPSSWithMask(hash, mask: mask, saltLength: salt)
    }
}

/// What a signature value is checked with.
package enum VerificationKey: Sendable, Hashable {
    case publicKey(PublicKey)
    /// The shared secret of HMAC.
    case secret([UInt8])
}

extension SignatureMethod {
    /// Whether `value` was made with `key` over `bytes`.
    ///
    /// - Parameter minimumHMACLengthInBits: A shorter output is invalid; without it the larger of
    ///   80 and half the digest (xmldsig-core1, 6.3.1).
    func check(
        _ value: [UInt8], over bytes: [UInt8], with key: VerificationKey,
        minimumHMACLengthInBits: Int?
    ) -> SignatureCheck {
        switch (self, key) {
        case (.other(let identifier), _): return .unsupported(identifier)
        case (.asymmetric(let algorithm), .publicKey(let key)):
            return key.verify(rawSignature: value, over: bytes, algorithm: algorithm)
        case (.hmac(let digest, let length), .secret(let secret)):
            let minimum = minimumHMACLengthInBits ?? max(80, digest.sizeInBytes * 4)
            guard length.map({ $0 >= minimum }) ?? true else { return .invalid }
            let isValid = HMACVerifier(digest, secret: secret)
                .isValid(value, over: bytes, sizeInBits: length)
            return isValid ? .valid : .invalid
        default: return .invalid
        }
    }
}
