// SPDX-License-Identifier: Apache-2.0

import Crypto
import TestSupport
import Testing
import Trust

@Suite("Signature values")
struct SignatureTests {
    private let pki = TestPKI.shared
    private let message: [UInt8] = Array("message".utf8)

    @Test("a P-256 value verifies in both forms and not over other bytes (RS-04)")
    func ecdsa() throws {
        let key = pki.signer.certificate.publicKey
        let der = try pki.signer.key.sign(message)
        let raw = try #require(ECDSASignature(der: der).raw(for: .p256))
        #expect(raw.count == 64)
        #expect(key.verify(signature: der, over: message, algorithm: .ecdsa(.sha256)) == .valid)
        #expect(key.verify(rawSignature: raw, over: message, algorithm: .ecdsa(.sha256)) == .valid)
        #expect(
            key.verify(signature: der, over: message + [0], algorithm: .ecdsa(.sha256)) == .invalid)
        #expect(
            key.verify(rawSignature: der, over: message, algorithm: .ecdsa(.sha256)) == .invalid)
        #expect(key.verify(signature: raw, over: message, algorithm: .ecdsa(.sha256)) == .invalid)
    }

    @Test(
        "both forms of ECDSA carry the same numbers",
        arguments: [[0, 1], [1, 0x80], [0xFF, 0]] as [[UInt8]])
    func forms(_ ends: [UInt8]) throws {
        let raw =
            [ends[0]] + [UInt8](repeating: 7, count: 31) + [ends[1]]
            + [UInt8](repeating: 9, count: 31)
        let signature = try ECDSASignature(raw: raw)
        #expect(try ECDSASignature(der: signature.der) == signature)
        #expect(signature.raw(for: .p256) == raw)
        #expect(signature.raw(for: .p384)?.count == 96)
    }

    @Test("a number longer than the curve's order has no raw form")
    func tooLong() throws {
        let signature = try ECDSASignature(raw: [UInt8](repeating: 7, count: 96))
        #expect(signature.raw(for: .p256) == nil)
    }

    @Test("an all-zero value verifies nothing")
    func zero() {
        let key = pki.signer.certificate.publicKey
        let raw = [UInt8](repeating: 0, count: 64)
        #expect(
            key.verify(rawSignature: raw, over: message, algorithm: .ecdsa(.sha256)) == .invalid)
    }

    @Test("RSA verifies PKCS #1 v1.5 and PSS, each only as itself")
    func rsa() throws {
        let key = pki.rsaSigner.certificate.publicKey
        let (pkcs1, pss) = (
            try pki.rsaSigner.key.sign(message), try pki.rsaSigner.key.signPSS(message)
        )
        #expect(
            key.verify(signature: pkcs1, over: message, algorithm: .rsaPKCS1(.sha256)) == .valid)
        #expect(key.verify(signature: pss, over: message, algorithm: .rsaPSS(.sha256)) == .valid)
        #expect(
            key.verify(signature: pss, over: message, algorithm: .rsaPKCS1(.sha256)) == .invalid)
        #expect(
            key.verify(signature: pkcs1, over: message, algorithm: .rsaPSS(.sha256)) == .invalid)
    }

    @Test("what is not computed is unsupported, never invalid")
    func unsupported() throws {
        let brainpool = try OpenSSLVectors.certificate("self-brainpoolP256r1")
        #expect(
            brainpool.verifySignature(by: brainpool.publicKey)
                == .unsupported("key algorithm 1.3.36.3.3.2.8.1.1.7"))
    }

    @Test("foreign algorithms verify", arguments: ["P-384", "P-521", "Ed25519"])
    func foreign(_ name: String) throws {
        let certificate = try OpenSSLVectors.certificate("self-\(name)")
        #expect(certificate.verifySignature(by: certificate.publicKey) == .valid)
        #expect(certificate.verifySignature(by: pki.signer.certificate.publicKey) != .valid)
    }

    @Test(
        "algorithm identifiers come back",
        arguments: [DigestAlgorithm.sha1, .sha224, .sha256, .sha384, .sha512, .sha3_256].flatMap {
            [
                SignatureAlgorithm.rsaPKCS1($0), .rsaPSS($0), .rsaPSS($0, saltLength: 20),
                .rsaPSSWithMask($0, mask: .md5, saltLength: 0), .ecdsa($0),
            ]
        } + [.ed25519, .ed448, .dsa(.sha1), .dsa(.sha256)])
    func identifiers(_ algorithm: SignatureAlgorithm) {
        #expect(SignatureAlgorithm(algorithm.identifier) == algorithm)
    }

    @Test("a key's identifier needs the digest that CMS names apart")
    func keyIdentifiers() {
        let identifier = AlgorithmIdentifier(.rsaEncryption, parameters: .null)
        #expect(SignatureAlgorithm(identifier) == nil)
        #expect(SignatureAlgorithm(identifier, digest: .sha512) == .rsaPKCS1(.sha512))
    }

    @Test("a digest in pieces is the digest of the whole", arguments: DigestAlgorithm.allCases)
    func runningDigest(_ algorithm: DigestAlgorithm) {
        var running = algorithm.running
        running.update(message.prefix(3))
        running.update(message.dropFirst(3))
        #expect(running.finished() == algorithm.digest(message))
        #expect(running.finished().bytes.count == algorithm.sizeInBytes)
    }

    @Test("a compressed point is the same key")
    func compressedPoint() throws {
        guard case .p256(let key) = pki.signer.key else { return }
        let point = Array(key.publicKey.compressedRepresentation)
        let compressed = try PublicKey(curve: .p256, point: point)
        let value = try pki.signer.key.sign(message)
        let algorithm = SignatureAlgorithm.ecdsa(.sha256)
        #expect(compressed.verify(signature: value, over: message, algorithm: algorithm) == .valid)
    }

    @Test("keys are made from the numbers that XML carries")
    func keyValues() throws {
        let key = pki.signer.certificate.publicKey
        #expect(try PublicKey(curve: .p256, point: key.keyBits) == key)
        #expect(throws: DERError.invalidValue(in: "RSAPublicKey.modulus")) {
            try PublicKey(rsaModulus: [], exponent: [1, 0, 1])
        }
    }
}
