// SPDX-License-Identifier: Apache-2.0

extension CertificateChain {
    /// The key of a certificate of the chain, completed with the parameters of the keys above when
    /// it has none of its own (RFC 5280, 6.1.4 d to f).
    func workingKey(at index: Int) -> PublicKey {
        let key = certificates[index].publicKey
        guard key.lacksParameters, index + 1 < certificates.count else { return key }
        return key.inheriting(from: workingKey(at: index + 1))
    }
}

extension PublicKey {
    /// A DSA key whose parameters are those of the issuer's key (RFC 3279, 2.3.2).
    var lacksParameters: Bool { kind == .unsupported(.dsa) && parameters == nil }

    fileprivate func inheriting(from issuer: PublicKey) -> PublicKey {
        guard case .dsa = issuer.kind, let parameters = issuer.parameters else { return self }
        let algorithm = AlgorithmIdentifier(.dsa, parameters: .encoded(parameters))
        let whole = DERValue.sequence(algorithm.der, .bitString(keyBits))
        return (try? PublicKey(subjectPublicKeyInfo: whole.encoded)) ?? self
    }
}
