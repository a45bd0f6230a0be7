// SPDX-License-Identifier: Apache-2.0

package import Foundation
package import Trust

/// One party of the test PKI: a certificate, its key and what stands above it.
package struct TestIdentity: Sendable {
    package let certificate: Certificate
    package let key: TestKey
    /// The certificate first, the root last.
    package let chain: [Certificate]

    package init(certificate: Certificate, key: TestKey, chain: [Certificate]) {
        self.certificate = certificate
        self.key = key
        self.chain = chain
    }

    /// What a signature carries beside the signer's certificate.
    package var intermediates: [Certificate] { Array(chain.dropFirst().dropLast()) }
}

/// A whole PKI with fixed keys and a fixed clock, used by all suites.
///
/// Root, issuing authority, time-stamp authority, OCSP responder and signers; revocation data and
/// time-stamps are made on demand for any moment.
package struct TestPKI: Sendable {
    /// The moment around which everything is valid.
    package static let clock = Date(timeIntervalSince1970: 1_795_168_800)  // 2026-11-20T10:00:00Z
    package static let notBefore = Date(timeIntervalSince1970: 1_767_225_600)  // 2026-01-01
    package static let notAfter = Date(timeIntervalSince1970: 2_082_758_400)  // 2036-01-01

    package static let ocspURL = "http://pki.test/ocsp"
    package static let listURL = "http://pki.test/issuing.crl"
    package static let rootListURL = "http://pki.test/root.crl"
    package static let timestampPolicy: OID = "0.4.0.2023.1.1"

    package let root: TestIdentity
    package let issuing: TestIdentity
    package let tsa: TestIdentity
    package let responder: TestIdentity
    /// A doctor's signing certificate: P-256, contentCommitment only.
    package let signer: TestIdentity
    /// The same with RSA-3072.
    package let rsaSigner: TestIdentity

    /// The one PKI that suites share.
    package static let shared: TestPKI = {
        do { return try TestPKI() } catch {
            // Fixed keys and names: a failure here is a fault of the builder itself.
            preconditionFailure("the test PKI cannot be built: \(error)")
        }
    }()

    package init() throws {
        let rootKey = try TestKey.p256(named: "root")
        let rootName = Self.name("Test Root CA")
        let rootCertificate = try CertificateBuilder(
            serialNumber: SerialNumber(magnitude: [1]), issuer: rootName, subject: rootName,
            notBefore: Self.notBefore, notAfter: Self.notAfter, publicKey: rootKey.publicKey,
            extensions: [
                .basicConstraints(BasicConstraints(isAuthority: true)),
                .keyUsage([.keyCertSign, .cRLSign]),
                .subjectKeyIdentifier(of: rootKey.publicKey),
            ]
        ).issue(algorithm: rootKey.algorithm, sign: rootKey.sign)
        root = TestIdentity(certificate: rootCertificate, key: rootKey, chain: [rootCertificate])
        issuing = try Self.issue(
            "Test Issuing CA", serial: 2, key: .p256(named: "issuing"), by: root,
            extensions: [
                .basicConstraints(BasicConstraints(isAuthority: true, pathLength: 0)),
                .keyUsage([.keyCertSign, .cRLSign]),
                .cRLDistributionPoints([Self.rootListURL]),
            ])
        tsa = try Self.issue(
            "Test TSU", serial: 3, key: .p256(named: "tsa"), by: issuing,
            extensions: [
                .keyUsage(.digitalSignature),
                .extendedKeyUsage([.timeStamping], isCritical: true),
            ] + Self.statusPointers)
        responder = try Self.issue(
            "Test OCSP responder", serial: 4, key: .p256(named: "responder"), by: issuing,
            extensions: [
                .keyUsage(.digitalSignature), .extendedKeyUsage([.ocspSigning]), .ocspNoCheck,
            ])
        signer = try Self.issueSigner(serial: 5, key: .p256(named: "signer"), by: issuing)
        rsaSigner = try Self.issueSigner(serial: 6, key: .rsa3072(), by: issuing)
    }

    private static func name(_ commonName: String) -> DistinguishedName {
        DistinguishedName([
            (.countryName, "LU"), (.organizationName, "Open eConnector tests"),
            (.commonName, commonName),
        ])
    }

    /// Where a verifier finds the status of what the issuing authority issued.
    package static let statusPointers: [CertificateExtension] = [
        .authorityInformationAccess(ocsp: [ocspURL], caIssuers: ["http://pki.test/issuing.cer"]),
        .cRLDistributionPoints([listURL]),
    ]

    private static func issueSigner(
        serial: UInt8, key: TestKey, by issuer: TestIdentity
    ) throws -> TestIdentity {
        let subject = DistinguishedName([
            (.countryName, "LU"), (.givenName, "Camille"), (.surname, "Exemple"),
            (.serialNumber, "90000\(serial)"), (.commonName, "Camille Exemple"),
        ])
        return try issue(
            subject, serial: serial, key: key, by: issuer,
            extensions: [
                .keyUsage(.contentCommitment), .certificatePolicies([.policyNCPPlus]),
            ] + statusPointers)
    }

    private static func issue(
        _ commonName: String, serial: UInt8, key: TestKey, by issuer: TestIdentity,
        extensions: [CertificateExtension]
    ) throws -> TestIdentity {
        try issue(name(commonName), serial: serial, key: key, by: issuer, extensions: extensions)
    }

    /// Issues any certificate; key identifiers are added.
    package static func issue(
        _ subject: DistinguishedName, serial: UInt8, key: TestKey, by issuer: TestIdentity,
        notBefore: Date = notBefore, notAfter: Date = notAfter,
        extensions: [CertificateExtension]
    ) throws -> TestIdentity {
        let identifiers: [CertificateExtension] = [
            .subjectKeyIdentifier(of: try key.publicKey),
            .authorityKeyIdentifier(of: issuer.certificate.publicKey),
        ]
        let certificate = try CertificateBuilder(
            serialNumber: SerialNumber(magnitude: [serial]), issuer: issuer.certificate.subject,
            subject: subject, notBefore: notBefore, notAfter: notAfter, publicKey: key.publicKey,
            extensions: extensions + identifiers
        ).issue(algorithm: issuer.key.algorithm, sign: issuer.key.sign)
        return TestIdentity(certificate: certificate, key: key, chain: [certificate] + issuer.chain)
    }

    /// Issues a further certificate below the issuing authority, for a case of its own.
    ///
    /// - Parameter serial: 32 or more, so that it is nobody else's.
    package func issue(
        commonName: String, serial: UInt8, notBefore: Date = notBefore, notAfter: Date = notAfter,
        by issuer: TestIdentity? = nil, extensions: [CertificateExtension]
    ) throws -> TestIdentity {
        try Self.issue(
            Self.name(commonName), serial: serial, key: .p256(named: commonName),
            by: issuer ?? issuing, notBefore: notBefore, notAfter: notAfter, extensions: extensions)
    }
}
