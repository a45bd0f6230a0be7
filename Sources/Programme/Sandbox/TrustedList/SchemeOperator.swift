// SPDX-License-Identifier: Apache-2.0

package import Keys
package import Trust
import XAdES

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Whoever publishes the sandbox's trusted list: a key and a certificate apart from the PKI's.
package struct SchemeOperator: Sendable {
    package let key: SoftwareKey
    package var certificate: Certificate { key.certificateChain[0] }

    /// Makes the operator's key and its certificate, self-signed as most schemes have it
    /// (TS 119 612, 5.7.1).
    package init(drawing generator: inout some RandomNumberGenerator) throws {
        var key = try SoftwareKey(drawing: &generator)
        let name = CertificateAuthority.name("Sandbox Scheme Operator")
        let (from, to) = CertificateAuthority.longValidity
        let certificate = try CertificateBuilder(
            serialNumber: SerialNumber(drawing: &generator), issuer: name, subject: name,
            notBefore: from, notAfter: to, publicKey: key.publicKey,
            extensions: [
                .basicConstraints(BasicConstraints(isAuthority: false)),
                .keyUsage(.digitalSignature), .extendedKeyUsage([.tslSigning]),
                .subjectKeyIdentifier(of: key.publicKey),
            ]
        ).issue(algorithm: key.algorithm, sign: key.signature(over:))
        key.certificateChain = [certificate]
        self.key = key
    }

    private init(_ key: SoftwareKey) { self.key = key }

    /// The list as the operator publishes it at a moment: XAdES B-B, enveloped (TS 119 612,
    /// annex B).
    package func publish(_ list: PublishedTrustedList) throws -> [UInt8] {
        let prepared = try PreparedSignature(
            enveloping: list.document, seat: nil,
            parameters: SignatureParameters(
                identifier: "list-\(list.sequenceNumber)", signingTime: list.issued,
                certificates: [certificate], algorithm: key.algorithm))
        return try prepared.signed(with: key.signature(over: prepared.toBeSigned))
    }

    private static let (keyFile, certificateFile) = ("operator.key", "operator.pem")

    /// Writes key and certificate beside the PKI's, in clear as they are.
    package func save(to directory: String) throws {
        try DurableFile.makeDirectory(directory)
        let text = PEM.text(label: "PRIVATE KEY", der: key.pkcs8)
        try DurableFile.write(Array(text.utf8), to: "\(directory)/\(Self.keyFile)")
        try DurableFile.write(
            Array(certificate.pem.utf8), to: "\(directory)/\(Self.certificateFile)")
    }

    /// Reads the operator; nil if the directory holds none.
    package init?(loadingFrom directory: String) throws {
        let limit = 1 << 16
        guard
            let pem = try DurableFile.read("\(directory)/\(Self.keyFile)", limit: limit),
            let chain = try DurableFile.read("\(directory)/\(Self.certificateFile)", limit: limit)
        else { return nil }
        guard let block = PEM.blocks(in: String(decoding: pem, as: UTF8.self)).first,
            let certificate = try? Certificate.certificates(in: chain).first,
            let key = try? SoftwareKey(pkcs8: block.der, certificateChain: [certificate]),
            key.publicKey == certificate.publicKey
        else { throw PKIStorageError.damaged(Self.keyFile) }
        self.init(key)
    }
}

extension OID {
    /// id-tsl-kp-tslSigning (TS 119 612, 5.7.1).
    static let tslSigning: OID = "0.4.0.2231.3.0"
}
