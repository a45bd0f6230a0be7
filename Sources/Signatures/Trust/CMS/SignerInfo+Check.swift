// SPDX-License-Identifier: Apache-2.0

/// What checking one signer against its content and certificate says (RFC 5652, 5.4 to 5.6).
package enum CMSCheck: Sendable, Hashable {
    case valid
    /// A part that the standard requires is missing, doubled or contradicts another.
    case malformed(String)
    /// The content is not the one that was signed.
    case digestMismatch(expected: Digest, found: Digest)
    /// The value was not made by this certificate's key over these attributes.
    case invalidSignature
    /// An algorithm is not computed here: nothing is known about the signature.
    case unsupported(String)
}

extension SignerInfo {
    /// Checks the message digest and the signature value over content that is at hand.
    package func check(
        content: [UInt8], contentType: OID = .data, by key: PublicKey
    ) -> CMSCheck {
        guard let digest else { return unsupportedDigest }
        if signedAttributes == nil { return check(signedBytes: content, by: key) }
        return check(contentDigest: digest.digest(content), contentType: contentType, by: key)
    }

    /// Checks the message digest and the signature value, the content's digest being known.
    package func check(
        contentDigest: Digest, contentType: OID = .data, by key: PublicKey
    ) -> CMSCheck {
        guard let digest else { return unsupportedDigest }
        guard contentDigest.algorithm == digest else { return .malformed("digest algorithm") }
        guard let signedAttributes, let bytes = signedAttributeBytes else {
            return .malformed("signed attributes")
        }
        do throws(DERError) {
            guard let type = try signedAttributes.singleValue(.contentType),
                try DERElement(parsing: type).objectIdentifier(in: "content-type") == contentType
            else { return .malformed("content-type") }
            guard let value = try signedAttributes.singleValue(.messageDigest) else {
                return .malformed("message-digest")
            }
            let signed = Digest(
                digest, try DERElement(parsing: value).octetString(in: "message-digest"))
            guard signed == contentDigest else {
                return .digestMismatch(expected: signed, found: contentDigest)
            }
        } catch { return .malformed("\(error)") }
        let check = check(signedBytes: bytes, by: key)
        // Some signers hash the attributes in DER order and send them in another (RFC 5652, 5.4).
        return check == .invalidSignature
            ? self.check(signedBytes: sorted(signedAttributes), by: key) : check
    }

    private func sorted(_ attributes: [CMSAttribute]) -> [UInt8] {
        DERValue.setOf(attributes.map { .encoded($0.der) }).encoded
    }

    private var unsupportedDigest: CMSCheck {
        .unsupported("digest algorithm \(digestAlgorithm.oid.dotted)")
    }

    private func check(signedBytes: [UInt8], by key: PublicKey) -> CMSCheck {
        guard let algorithm else {
            return .unsupported("signature algorithm \(signatureAlgorithm.oid.dotted)")
        }
        switch key.verify(signature: signature, over: signedBytes, algorithm: algorithm) {
        case .valid: return .valid
        case .invalid: return .invalidSignature
        case .unsupported(let what): return .unsupported(what)
        }
    }
}
