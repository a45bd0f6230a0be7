// SPDX-License-Identifier: Apache-2.0

package import Trust

/// A private key ready to sign, wherever it is kept, with the certificates that go with it.
package protocol SigningKey: Sendable {
    /// The signer's certificate first, then the authorities above it as far as known.
    var certificateChain: [Certificate] { get }
    /// What this key signs with.
    var algorithm: SignatureAlgorithm { get }

    /// The signature value over bytes, not over their digest; DER for ECDSA.
    ///
    /// Callers use ``cmsSignature(over:)`` or ``xmlSignature(over:)``, which verify it first.
    func signature(over bytes: [UInt8]) async throws -> [UInt8]

    /// The values over several byte strings, in their order: one activation where that costs one.
    func signatures(over batch: [[UInt8]]) async throws -> [[UInt8]]
}

extension SigningKey {
    /// A key at hand needs no activation and signs one after another.
    package func signatures(over batch: [[UInt8]]) async throws -> [[UInt8]] {
        var values: [[UInt8]] = []
        for bytes in batch { values.append(try await signature(over: bytes)) }
        return values
    }
}

/// Why a key did not sign.
package enum SigningError: Error, Hashable {
    /// The key has no certificate, so nothing can be signed with it.
    case noCertificate
    /// The value that came back does not verify with the certificate: it is thrown away (RS-03).
    case doesNotVerify(SignatureCheck)
    /// What was put aside to be signed later was changed, or is something else.
    case notResumable
}

extension SigningKey {
    /// The signer's certificate.
    package var certificate: Certificate? { certificateChain.first }

    /// The authorities above the signer, without self-signed roots: what a signature carries.
    package var intermediates: [Certificate] {
        certificateChain.dropFirst().filter { !$0.isSelfIssued }
    }

    /// The value as CMS carries it, verified with the certificate before it is given out (RS-03).
    package func cmsSignature(over bytes: [UInt8]) async throws -> [UInt8] {
        try await cmsSignatures(over: [bytes])[0]
    }

    /// The values of a batch as CMS carries them, each verified before any is given out (RS-03).
    package func cmsSignatures(over batch: [[UInt8]]) async throws -> [[UInt8]] {
        guard let certificate else { throw SigningError.noCertificate }
        let values = try await signatures(over: batch)
        guard values.count == batch.count else { throw SigningError.doesNotVerify(.invalid) }
        for (value, bytes) in zip(values, batch) {
            let check = certificate.publicKey.verify(
                signature: value, over: bytes, algorithm: algorithm)
            guard check == .valid else { throw SigningError.doesNotVerify(check) }
        }
        return values
    }

    /// The value as XML-DSig carries it: `r || s` for ECDSA (RS-04); verified first.
    package func xmlSignature(over bytes: [UInt8]) async throws -> [UInt8] {
        let value = try await cmsSignature(over: bytes)
        guard case .ecdsa = algorithm, case .ec(let curve) = certificate?.publicKey.kind else {
            return value
        }
        guard let raw = try ECDSASignature(der: value).raw(for: curve) else {
            throw SigningError.doesNotVerify(.invalid)
        }
        return raw
    }
}
