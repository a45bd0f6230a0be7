// SPDX-License-Identifier: Apache-2.0
package import Trust

extension PDFSignature {
    static let rsaSubFilter = "adbe.x509.rsa_sha1"

    /// The digest of the covered bytes; `nil` when the range names none.
    package func digest(_ algorithm: DigestAlgorithm) -> Digest? {
        guard byteRange.isDigestible else { return nil }
        var running = algorithm.running
        for part in signedParts { running.update(part) }
        return running.finished()
    }

    /// Checks message digest and signature value; for a document time-stamp also its imprint.
    package func check(by certificate: Certificate) -> CMSCheck {
        guard byteRange.isDigestible else { return .malformed("ByteRange") }
        if subFilter == Self.rsaSubFilter { return checkRawSignature(certificate.publicKey) }
        guard let signedData, let signer else { return .malformed("Contents") }
        if kind == .documentTimestamp { return checkTimestamp(by: certificate) }
        guard subFilter != "adbe.pkcs7.sha1" else {
            return checkDigestContent(signedData, signer, certificate.publicKey)
        }
        guard signer.signedAttributes != nil else {
            return signer.check(content: Array(signedParts.joined()), by: certificate.publicKey)
        }
        guard let algorithm = signer.digest, let digest = digest(algorithm) else {
            return .unsupported("digest algorithm \(signer.digestAlgorithm.oid.dotted)")
        }
        return signer.check(
            contentDigest: digest, contentType: signedData.contentType, by: certificate.publicKey)
    }

    private func checkTimestamp(by certificate: Certificate) -> CMSCheck {
        guard let token = documentTimestamp else { return .malformed("time-stamp token") }
        guard let imprint = token.imprint.digest, let found = digest(imprint.algorithm) else {
            return .unsupported("digest algorithm \(token.imprint.algorithm.oid.dotted)")
        }
        guard imprint == found else { return .digestMismatch(expected: imprint, found: found) }
        return token.check(by: certificate)
    }

    /// The old form in which the CMS content is the SHA-1 of the covered bytes (ISO 32000-1,
    /// 12.8.3.3.1).
    private func checkDigestContent(
        _ signedData: SignedData, _ signer: SignerInfo, _ key: PublicKey
    ) -> CMSCheck {
        guard let content = signedData.content, let found = digest(.sha1) else {
            return .malformed("content")
        }
        guard content == found.bytes else {
            return .digestMismatch(expected: Digest(.sha1, content), found: found)
        }
        return signer.check(content: content, contentType: signedData.contentType, by: key)
    }

    /// The oldest form: /Contents is an octet string with an RSA signature (ISO 32000-1, 12.8.3.2).
    private func checkRawSignature(_ key: PublicKey) -> CMSCheck {
        guard let value = Self.octets(contents) else { return .malformed("Contents") }
        switch key.verify(
            signature: value, over: Array(signedParts.joined()), algorithm: .rsaPKCS1(.sha1))
        {
        case .valid: return .valid
        case .invalid: return .invalidSignature
        case .unsupported(let reason): return .unsupported(reason)
        }
    }

    /// What a DER octet string holds, zeros behind it left out.
    private static func octets(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count > 2, bytes[0] == 0x04 else { return nil }
        let size: Int
        let start: Int
        switch bytes[1] {
        case ..<0x80: (size, start) = (Int(bytes[1]), 2)
        case 0x81: (size, start) = (Int(bytes[2]), 3)
        case 0x82 where bytes.count > 3: (size, start) = (Int(bytes[2]) << 8 | Int(bytes[3]), 4)
        default: return nil
        }
        guard size <= bytes.count - start, bytes[(start + size)...].allSatisfy({ $0 == 0 }) else {
            return nil
        }
        return Array(bytes[start..<start + size])
    }
}
