// SPDX-License-Identifier: Apache-2.0

package import Trust

/// A key on a token, open until this value goes; the private key never leaves the token.
package struct PKCS11Key: SigningKey {
    private let process: TokenProcess
    package let certificateChain: [Certificate]
    /// By the certificate's key: ECDSA with the digest of the curve's size, RSASSA-PKCS1-v1_5 with
    /// SHA-256 until ``usePSS()`` says otherwise.
    package private(set) var algorithm: SignatureAlgorithm

    /// Logs in; the PIN is tried once and kept nowhere here.
    ///
    /// - Parameters:
    ///   - pin: None where the reader has its own keypad.
    ///   - usesLastTry: Tries the PIN though a wrong one would lock the token (KC-11).
    /// - Throws: ``TokenError``.
    package init(
        on process: TokenProcess, reference: TokenReference, certificateChain: [Certificate],
        pin: SecretBytes?, usesLastTry: Bool = false
    ) async throws {
        guard let certificate = certificateChain.first,
            let algorithm = SignatureAlgorithm(usualFor: certificate.publicKey)
        else { throw TokenError.unsupportedKey }
        self.process = process
        self.certificateChain = certificateChain
        self.algorithm = algorithm
        let request = TokenRequest.open(
            serial: reference.serial, keyID: reference.keyID, usesLastTry: usesLastTry)
        // A person may have to come to the reader.
        let reply = try await process.ask(
            request, secret: pin, within: Limits.tokenTimeoutForPersons)
        guard reply == .opened else { throw TokenError.garbage }
    }

    /// Signs with RSASSA-PSS from now on; nothing changes for an elliptic-curve key.
    package mutating func usePSS() {
        if case .rsaPKCS1(let digest) = algorithm { algorithm = .rsaPSS(digest) }
    }

    package func signature(over bytes: [UInt8]) async throws -> [UInt8] {
        let digest = algorithm.digest.digest(bytes)
        switch algorithm {
        case .ecdsa: return try ECDSASignature(raw: await sign(.ecdsa, digest.bytes)).der
        case .rsaPSS(let function, let saltLength):
            return try await sign(.rsaPSS(function, saltLength: saltLength), digest.bytes)
        default: return try await sign(.rsaPKCS1, digest.digestInfo)
        }
    }

    private func sign(_ mechanism: TokenMechanism, _ data: [UInt8]) async throws -> [UInt8] {
        let reply = try await process.ask(.sign(mechanism, data: data))
        guard case .signed(let value) = reply else { throw TokenError.garbage }
        return value
    }
}

extension SignatureAlgorithm {
    /// What a key signs with unless told otherwise; nil for kinds that are not signed with here.
    init?(usualFor key: PublicKey) {
        switch key.kind {
        case .rsa: self = .rsaPKCS1(.sha256)
        case .ec(.p256): self = .ecdsa(.sha256)
        case .ec(.p384): self = .ecdsa(.sha384)
        case .ec(.p521): self = .ecdsa(.sha512)
        default: return nil
        }
    }
}

extension Digest {
    /// The DigestInfo that RSASSA-PKCS1-v1_5 signs (RFC 8017, 9.2).
    fileprivate var digestInfo: [UInt8] {
        let identifier = AlgorithmIdentifier(algorithm.oid, parameters: .null)
        return DERValue.sequence(identifier.der, .octetString(bytes)).encoded
    }
}
