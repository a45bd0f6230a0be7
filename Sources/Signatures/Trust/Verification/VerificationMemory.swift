// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What signature values were found to be, so that none is computed twice.
///
/// A check depends on nothing but key, algorithm, bytes and value, so remembering it changes no
/// answer. The caller owns the memory: one per report, or one per long-lived service. It holds a
/// bounded number of answers and forgets the oldest first.
package final class VerificationMemory: Sendable {
    /// What one check depends on; bytes, value and key by their digest.
    private struct Question: Hashable {
        let algorithm: SignatureAlgorithm
        let isRaw: Bool
        let digest: [UInt8]
    }

    private struct State {
        var checks: Generations<Question, SignatureCheck>
        var certificates: Generations<[UInt8], Certificate>
    }

    private let state: Mutex<State>

    package convenience init() { self.init(capacity: Limits.rememberedVerifications) }

    /// - Parameter capacity: How many answers, and how many certificates, are kept at most.
    package init(capacity: Int) {
        state = Mutex(
            State(checks: Generations(capacity), certificates: Generations(capacity)))
    }

    /// The answer of ``PublicKey/verify(signature:over:algorithm:)``, computed once.
    package func verify(
        signature: [UInt8], over bytes: [UInt8], algorithm: SignatureAlgorithm, by key: PublicKey
    ) -> SignatureCheck {
        answer(Self.question(signature, bytes, algorithm, key, isRaw: false)) {
            key.verify(signature: signature, over: bytes, algorithm: algorithm)
        }
    }

    /// The answer of ``PublicKey/verify(rawSignature:over:algorithm:)``, computed once.
    package func verify(
        rawSignature: [UInt8], over bytes: [UInt8], algorithm: SignatureAlgorithm,
        by key: PublicKey
    ) -> SignatureCheck {
        answer(Self.question(rawSignature, bytes, algorithm, key, isRaw: true)) {
            key.verify(rawSignature: rawSignature, over: bytes, algorithm: algorithm)
        }
    }

    /// A certificate from its DER, read once.
    ///
    /// - Throws: The bytes are not a certificate; say so and go on without it.
    package func certificate(der: [UInt8]) throws(DERError) -> Certificate {
        if let known = state.withLock({ $0.certificates[der] }) { return known }
        let certificate = try Certificate(der: der)
        state.withLock { $0.certificates[der] = certificate }
        return certificate
    }

    private func answer(
        _ question: Question, _ compute: () -> SignatureCheck
    ) -> SignatureCheck {
        if let known = state.withLock({ $0.checks[question] }) { return known }
        // Outside the lock: two callers may compute the same, and get the same.
        let check = compute()
        state.withLock { $0.checks[question] = check }
        return check
    }

    private static func question(
        _ signature: [UInt8], _ bytes: [UInt8], _ algorithm: SignatureAlgorithm, _ key: PublicKey,
        isRaw: Bool
    ) -> Question {
        var digest = DigestAlgorithm.sha256.running
        // Lengths keep parts apart: no two questions have the same octets.
        for part in [key.subjectPublicKeyInfo, signature, bytes] {
            withUnsafeBytes(of: UInt64(part.count).bigEndian) { digest.update($0) }
            digest.update(part)
        }
        return Question(algorithm: algorithm, isRaw: isRaw, digest: digest.finished().bytes)
    }
}

extension PublicKey {
    /// Verifies a signature value, asking a memory first if there is one.
    func verify(
        signature: [UInt8], over bytes: [UInt8], algorithm: SignatureAlgorithm,
        memory: VerificationMemory?
    ) -> SignatureCheck {
        memory?.verify(signature: signature, over: bytes, algorithm: algorithm, by: self)
            ?? verify(signature: signature, over: bytes, algorithm: algorithm)
    }
}

/// A dictionary of bounded size: when the younger half is full, the older half is forgotten.
private struct Generations<Key: Hashable, Value> {
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]
    private let half: Int

    init(_ capacity: Int) { half = max(capacity / 2, 1) }

    subscript(_ key: Key) -> Value? {
        get { young[key] ?? old[key] }
        set {
            if young.count >= half, young[key] == nil {
                old = young
                young = [:]
            }
            young[key] = newValue
        }
    }
}
