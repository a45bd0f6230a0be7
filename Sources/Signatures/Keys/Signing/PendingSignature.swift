// SPDX-License-Identifier: Apache-2.0

import JSON
package import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A signature whose value comes later, from a service that sees the digest alone (RS-01): what is
/// kept until then, and what becomes of the value.
///
/// Beside it lies the prepared document in the form that its format reads back; both are one stored
/// value, so that nothing can be exchanged in between.
package struct PendingSignature: Sendable, Hashable {
    /// The signer's certificate first, then those above it.
    package let certificateChain: [Certificate]
    package let algorithm: SignatureAlgorithm
    package let toBeSigned: [UInt8]
    /// The prepared document, as `suspended` of its format gives it.
    package let prepared: [UInt8]

    /// - Throws: There is no certificate.
    package init(
        toBeSigned: [UInt8], algorithm: SignatureAlgorithm, certificateChain: [Certificate],
        prepared: [UInt8]
    ) throws(SigningError) {
        guard !certificateChain.isEmpty else { throw .noCertificate }
        self.certificateChain = certificateChain
        self.algorithm = algorithm
        self.toBeSigned = toBeSigned
        self.prepared = prepared
    }

    /// What the service is asked to sign.
    package var digest: Digest { algorithm.digest.digest(toBeSigned) }

    /// A value that came back, in the form of CMS; ECDSA may come as DER or as `r || s`.
    ///
    /// - Throws: It does not verify with the signer's certificate (RS-03).
    package func verified(_ value: [UInt8]) throws(SigningError) -> [UInt8] {
        guard let key = certificateChain.first?.publicKey else { throw .noCertificate }
        let check = key.verify(signature: value, over: toBeSigned, algorithm: algorithm)
        if check == .valid { return value }
        if case .ecdsa = algorithm, case .ec(let curve) = key.kind,
            value.count == 2 * curve.orderSizeInBytes,
            let der = try? ECDSASignature(raw: value).der,
            key.verify(signature: der, over: toBeSigned, algorithm: algorithm) == .valid
        {
            return der
        }
        throw .doesNotVerify(check)
    }

    // MARK: - Keeping it

    /// What is stored; it holds no secret, but the document.
    package var bytes: [UInt8] {
        let value: JSONValue = [
            "version": 1, "algorithm": .base64(algorithm.identifier.der.encoded),
            "certificates": .array(certificateChain.map { .base64($0.der) }),
            "toBeSigned": .base64(toBeSigned), "prepared": .base64(prepared),
            "sha256": .base64(seal),
        ]
        return value.serialized()
    }

    /// - Throws: It was changed, or it is something else.
    package init(parsing bytes: [UInt8]) throws(SigningError) {
        do {
            let size = Limits.pendingSignatureSizeInBytes
            let limits = JSONLimits(sizeInBytes: size, stringInBytes: size)
            let reader = JSONReader(try JSONDocument(parsing: bytes, limits: limits).root)
            _ = try reader.member("version").int(in: 1...1)
            let identifier = try AlgorithmIdentifier(der: reader.member("algorithm").base64())
            guard let algorithm = SignatureAlgorithm(identifier) else {
                throw SigningError.notResumable
            }
            try self.init(
                toBeSigned: reader.member("toBeSigned").base64(), algorithm: algorithm,
                certificateChain: reader.member("certificates").elements().map {
                    try Certificate(der: $0.base64())
                }, prepared: reader.member("prepared").base64())
            guard try reader.member("sha256").base64() == seal else {
                throw SigningError.notResumable
            }
        } catch { throw .notResumable }
    }

    /// Finds accidents and mixed-up parts; who may write where it lies may also write another.
    private var seal: [UInt8] {
        var running = DigestAlgorithm.sha256.running
        for part in [algorithm.identifier.der.encoded, toBeSigned, prepared]
            + certificateChain.map(\.der)
        {
            running.update(withUnsafeBytes(of: UInt64(part.count).bigEndian) { Array($0) })
            running.update(part)
        }
        return running.finished().bytes
    }
}
