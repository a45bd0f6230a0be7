// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Trust

@Suite("Memory of verified signatures")
struct VerificationMemoryTests {
    private let pki = TestPKI.shared

    @Test("a memory answers what the key answers, the first time and later")
    func transparency() throws {
        let memory = VerificationMemory()
        let certificates = [pki.root, pki.issuing, pki.signer, pki.tsa].map(\.certificate)
        for _ in 0..<2 {
            for certificate in certificates {
                for issuer in certificates {
                    #expect(
                        certificate.verifySignature(by: issuer.publicKey, memory: memory)
                            == certificate.verifySignature(by: issuer.publicKey))
                }
            }
        }
    }

    @Test("bytes, value, key and algorithm are all told apart")
    func questions() throws {
        let memory = VerificationMemory()
        let key = try pki.signer.key.publicKey
        let value = try pki.signer.key.sign([1, 2])
        func check(
            _ value: [UInt8], _ bytes: [UInt8], _ key: PublicKey,
            _ algorithm: SignatureAlgorithm = .ecdsa(.sha256)
        ) -> SignatureCheck {
            memory.verify(signature: value, over: bytes, algorithm: algorithm, by: key)
        }
        #expect(check(value, [1, 2], key) == .valid)
        #expect(check(value, [1], key) == .invalid)
        #expect(check(value + [2], [1], key) == .invalid)
        #expect(check(value, [1, 2], try pki.tsa.key.publicKey) == .invalid)
        #expect(check(value, [1, 2], key, .ecdsa(.sha384)) == .invalid)
        #expect(
            memory.verify(rawSignature: value, over: [1, 2], algorithm: .ecdsa(.sha256), by: key)
                == .invalid)
        #expect(check(value, [1, 2], key) == .valid)
    }

    @Test("a full memory forgets and stays right")
    func bounds() throws {
        let memory = VerificationMemory(capacity: 2)
        let key = try pki.signer.key.publicKey
        let value = try pki.signer.key.sign([0])
        for round in 0..<3 {
            for byte in UInt8(0)..<8 {
                let check = memory.verify(
                    signature: value, over: [byte], algorithm: .ecdsa(.sha256), by: key)
                #expect(check == (byte == 0 ? .valid : .invalid), "round \(round)")
            }
        }
    }

    @Test("certificates are read once, and what is none is refused each time")
    func certificates() throws {
        let memory = VerificationMemory()
        let der = pki.signer.certificate.der
        #expect(try memory.certificate(der: der) == pki.signer.certificate)
        #expect(try memory.certificate(der: der) == pki.signer.certificate)
        for _ in 0..<2 {
            #expect(throws: DERError.notDER) { try memory.certificate(der: der + [0]) }
        }
    }
}
