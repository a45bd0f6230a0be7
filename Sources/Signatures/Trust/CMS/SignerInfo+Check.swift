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
        content: [UInt8], contentType: OID = .data, by key: PublicKey,
        memory: VerificationMemory? = nil
    ) -> CMSCheck {
        guard let digest else { return unsupportedDigest }
        if signedAttributes == nil { return check(signedBytes: content, by: key, memory) }
        return check(
            contentDigest: digest.digest(content), contentType: contentType, by: key,
            memory: memory)
    }

    /// Checks the message digest and the signature value, the content's digest being known.
    package func check(
        contentDigest: Digest, contentType: OID = .data, by key: PublicKey,
        memory: VerificationMemory? = nil
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
            guard try namesOwnAlgorithms(signedAttributes) else {
                return .malformed("cms-algorithm-protection")
            }
        } catch { return .malformed("\(error)") }
        let check = check(signedBytes: bytes, by: key, memory)
        // Some signers hash the attributes in DER order and send them in another (RFC 5652, 5.4).
        return check == .invalidSignature
            ? self.check(signedBytes: sorted(signedAttributes), by: key, memory) : check
    }

    /// Checks a signer whose encapsulated content is the SHA-1 of what was signed: the form that
    /// ISO 32000-1, 12.8.3.3.1 calls adbe.pkcs7.sha1.
    ///
    /// - Parameter content: The encapsulated content.
    /// - Parameter digest: The SHA-1 of the bytes that should have been signed.
    package func check(
        sha1Content content: [UInt8], contentType: OID = .data, of digest: Digest,
        by key: PublicKey, memory: VerificationMemory? = nil
    ) -> CMSCheck {
        let signed = Digest(.sha1, content)
        guard signed == digest else { return .digestMismatch(expected: signed, found: digest) }
        return check(content: content, contentType: contentType, by: key, memory: memory)
    }

    /// CMSAlgorithmProtection (RFC 6211, 2): the signed algorithms are those of the SignerInfo.
    private func namesOwnAlgorithms(_ attributes: [CMSAttribute]) throws(DERError) -> Bool {
        guard let value = try attributes.singleValue(.cmsAlgorithmProtection) else { return true }
        let name = "CMSAlgorithmProtection"
        var fields = try DERElement(parsing: value).elements(in: name)
        let digest = try AlgorithmIdentifier(fields.next())
        guard let wrapped = fields.next(if: .context(1)) else { return false }
        let inner = [0x30] + wrapped.encoded.dropFirst()
        let signature = try AlgorithmIdentifier(DERElement(parsing: inner))
        return digest.isSame(as: digestAlgorithm) && signature.isSame(as: signatureAlgorithm)
    }

    private func sorted(_ attributes: [CMSAttribute]) -> [UInt8] {
        DERValue.setOf(attributes.map { .encoded($0.der) }).encoded
    }

    private var unsupportedDigest: CMSCheck {
        .unsupported("digest algorithm \(digestAlgorithm.oid.dotted)")
    }

    private func check(
        signedBytes: [UInt8], by key: PublicKey, _ memory: VerificationMemory?
    ) -> CMSCheck {
        guard PublicKey.Curve.allCases.allSatisfy({ $0.oid != signatureAlgorithm.oid }) else {
            return .malformed("signatureAlgorithm, which names a curve")
        }
        guard let algorithm else {
            return .unsupported("signature algorithm \(signatureAlgorithm.oid.dotted)")
        }
        switch key.verify(
            signature: signature, over: signedBytes, algorithm: algorithm, memory: memory)
        {
        case .valid: return .valid
        case .invalid: return .invalidSignature
        case .unsupported(let what): return .unsupported(what)
        }
    }
}

extension AlgorithmIdentifier {
    /// Whether both name the same algorithm; absent parameters and NULL are the same.
    fileprivate func isSame(as other: AlgorithmIdentifier) -> Bool {
        oid == other.oid
            && (parameters == other.parameters || hasNoParameters && other.hasNoParameters)
    }
}
