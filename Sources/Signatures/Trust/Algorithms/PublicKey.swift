// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

/// A SubjectPublicKeyInfo (RFC 5280, 4.1.2.7), with what is needed to verify with it.
package struct PublicKey: Sendable, Hashable {
    /// The elliptic curves that are computed here.
    package enum Curve: String, Sendable, Hashable, CaseIterable {
        case p256 = "P-256"
        case p384 = "P-384"
        case p521 = "P-521"

        package var oid: OID {
            switch self {
            case .p256: .p256
            case .p384: .p384
            case .p521: .p521
            }
        }

        package var orderSizeInBytes: Int {
            switch self {
            case .p256: 32
            case .p384: 48
            case .p521: 66
            }
        }
    }

    package enum Kind: Sendable, Hashable {
        case rsa(sizeInBits: Int)
        case ec(Curve)
        case ed25519
        case ed448
        /// A key of the old signature standard: verified with, never signed with.
        case dsa(sizeInBits: Int)
        /// A key of another algorithm or curve, by its identifier: read, never used.
        case unsupported(OID)
    }

    package let kind: Kind
    /// The DER of the whole structure.
    package let subjectPublicKeyInfo: [UInt8]
    /// The contents of the BIT STRING: what key identifiers and OCSP hash.
    package let keyBits: [UInt8]
    /// The parameters of the key's AlgorithmIdentifier, which DSA computes with.
    let parameters: [UInt8]?

    /// Reads a SubjectPublicKeyInfo.
    package init(subjectPublicKeyInfo: [UInt8]) throws(DERError) {
        try self.init(try DERElement(parsing: subjectPublicKeyInfo))
    }

    init(_ element: DERElement) throws(DERError) {
        var fields = try element.elements(in: "SubjectPublicKeyInfo")
        let algorithm = try AlgorithmIdentifier(try fields.next())
        keyBits = try fields.next().bitString(in: "SubjectPublicKeyInfo.subjectPublicKey")
        try fields.finish()
        subjectPublicKeyInfo = element.encoded
        parameters = algorithm.parameters
        kind = try Self.kind(algorithm, keyBits)
    }

    private static func kind(
        _ algorithm: AlgorithmIdentifier, _ keyBits: [UInt8]
    ) throws(DERError) -> Kind {
        switch algorithm.oid {
        case .rsaEncryption, .rsaPSS:
            return .rsa(sizeInBits: try modulusSizeInBits(keyBits))
        case .ecPublicKey:
            guard let parameters = algorithm.parameters,
                let curve = try? DERElement(parsing: parameters).objectIdentifier(
                    in: "ECParameters")
            else { return .unsupported(.ecPublicKey) }
            guard let known = Curve.allCases.first(where: { $0.oid == curve }) else {
                return .unsupported(curve)
            }
            return .ec(known)
        case .ed25519: return .ed25519
        case .ed448: return .ed448
        case .dsa:
            let key = DSAVerification(parameters: algorithm.parameters, keyBits: keyBits)
            return key.map { .dsa(sizeInBits: $0.sizeInBits) } ?? .unsupported(.dsa)
        default: return .unsupported(algorithm.oid)
        }
    }

    private static func modulusSizeInBits(_ keyBits: [UInt8]) throws(DERError) -> Int {
        var fields = try DERElement(parsing: keyBits).elements(in: "RSAPublicKey")
        let modulus = try fields.next().integerOctets(in: "RSAPublicKey.modulus")
        _ = try fields.next().integerOctets(in: "RSAPublicKey.publicExponent")
        try fields.finish()
        guard modulus[0] < 0x80 else { throw .invalidValue(in: "RSAPublicKey.modulus") }
        let magnitude = modulus.drop { $0 == 0 }
        guard let first = magnitude.first else { throw .invalidValue(in: "RSAPublicKey.modulus") }
        return magnitude.count * 8 - first.leadingZeroBitCount
    }

    /// The same key as `rsaEncryption`, the form in which the library reads RSA keys.
    var rsaSubjectPublicKeyInfo: [UInt8] {
        let algorithm = AlgorithmIdentifier(.rsaEncryption, parameters: .null)
        return DERValue.sequence(algorithm.der, .bitString(keyBits)).encoded
    }
}

extension PublicKey {
    /// An RSA key from its two unsigned numbers, as XML-DSig's RSAKeyValue gives them.
    package init(rsaModulus: [UInt8], exponent: [UInt8]) throws(DERError) {
        let algorithm = AlgorithmIdentifier(.rsaEncryption, parameters: .null)
        let key = DERValue.sequence(Self.integer(rsaModulus), Self.integer(exponent))
        try self.init(
            subjectPublicKeyInfo: DERValue.sequence(algorithm.der, .bitString(key.encoded)).encoded)
    }

    /// A DSA key from its four unsigned numbers, as XML-DSig's DSAKeyValue gives them.
    package init(
        dsaPrime p: [UInt8], order q: [UInt8], generator g: [UInt8], y: [UInt8]
    ) throws(DERError) {
        let parameters = DERValue.sequence([p, q, g].map(Self.integer))
        let algorithm = AlgorithmIdentifier(.dsa, parameters: parameters)
        try self.init(
            subjectPublicKeyInfo: DERValue.sequence(
                algorithm.der, .bitString(Self.integer(y).encoded)
            ).encoded)
    }

    private static func integer(_ number: [UInt8]) -> DERValue {
        let magnitude = Array(number.drop { $0 == 0 })
        let needsZero = magnitude.first.map { $0 >= 0x80 } ?? true
        return .integer(octets: (needsZero ? [0] : []) + magnitude)
    }

    /// An elliptic-curve key from its point (SEC 1, 2.3.3), on any curve.
    package init(curve: OID, point: [UInt8]) throws(DERError) {
        let algorithm = AlgorithmIdentifier(.ecPublicKey, parameters: .oid(curve))
        try self.init(
            subjectPublicKeyInfo: DERValue.sequence(algorithm.der, .bitString(point)).encoded)
    }

    /// What a reader is told about the key: `EC P-256`, `RSA 3072`.
    package var summary: String {
        switch kind {
        case .rsa(let sizeInBits): "RSA \(sizeInBits)"
        case .ec(let curve): "EC \(curve.rawValue)"
        case .ed25519: "Ed25519"
        case .ed448: "Ed448"
        case .dsa(let sizeInBits): "DSA \(sizeInBits)"
        case .unsupported(let oid): oid.dotted
        }
    }
}
