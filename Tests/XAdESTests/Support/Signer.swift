// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation
import Testing
import Trust
import XAdES
import XML

/// A self-signed signer: what is judged here is the signature, not the chain.
struct Signer {
    let key = P256.Signing.PrivateKey()
    let certificate: Certificate

    init(serial: UInt8 = 1) throws {
        let name = DistinguishedName([(.commonName, "Signer of tests")])
        let key = key
        certificate = try CertificateBuilder(
            serialNumber: SerialNumber(magnitude: [serial]), issuer: name, subject: name,
            notBefore: Date(timeIntervalSince1970: 1_700_000_000),
            notAfter: Date(timeIntervalSince1970: 2_000_000_000),
            publicKey: PublicKey(subjectPublicKeyInfo: Array(key.publicKey.derRepresentation))
        ).issue(algorithm: .ecdsa(.sha256)) {
            Array(try key.signature(for: SHA256.hash(data: $0)).derRepresentation)
        }
    }

    func sign(_ bytes: [UInt8]) throws -> [UInt8] {
        Array(try key.signature(for: SHA256.hash(data: bytes)).derRepresentation)
    }

    func parameters(identifier: String = "id-1") -> SignatureParameters {
        SignatureParameters(
            identifier: identifier, signingTime: Date(timeIntervalSince1970: 1_790_000_000),
            certificates: [certificate], algorithm: .ecdsa(.sha256))
    }

    func signed(
        _ text: String, seat: String? = nil, identifier: String = "id-1"
    ) throws -> [UInt8] {
        let prepared = try PreparedSignature(
            enveloping: Array(text.utf8), seat: seat, parameters: parameters(identifier: identifier)
        )
        return try prepared.signed(with: sign(prepared.toBeSigned))
    }
}

func onlySignature(in bytes: [UInt8]) throws -> AdvancedSignature {
    let found = AdvancedSignature.all(in: try XMLDocument(parsing: bytes))
    try #require(found.count == 1)
    return try found[0].get()
}
