// SPDX-License-Identifier: Apache-2.0

package import Keys
package import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// One party of the sandbox's PKI: its key with its certificate and those above.
package struct PKIParty: Sendable {
    package let key: SoftwareKey
    package var certificate: Certificate { chain[0] }
    /// The party's own certificate first, the root last.
    package var chain: [Certificate] { key.certificateChain }

    init(_ key: SoftwareKey, chain: [Certificate]) {
        var key = key
        key.certificateChain = chain
        self.key = key
    }
}

/// One certificate that was issued, and whether it still counts.
package struct IssuedCertificate: Sendable, Hashable {
    package let certificate: Certificate
    package let profile: String
    package internal(set) var revokedAt: Date?
    package internal(set) var reason: RevocationReason?

    package var status: CertificateStatus {
        revokedAt.map { .revoked(at: $0, reason: reason) } ?? .good
    }
}

/// The sandbox's certificate authority as a value: keys, certificates and what was issued.
///
/// Nothing here reads a clock or draws randomness; given the same arguments it issues the same
/// serial numbers and names. Signature values differ, because ECDSA draws its own randomness.
package struct CertificateAuthority: Sendable {
    package let addresses: PKIAddresses
    package let root: PKIParty
    package let issuing: PKIParty
    /// Two responders and two time-stamping units, so that one can fail.
    package private(set) var responders: [PKIParty]
    package private(set) var timeStampingUnits: [PKIParty]
    package var responder: PKIParty { responders[0] }
    package var timeStampingUnit: PKIParty { timeStampingUnits[0] }
    /// By serial number; what the issuing authority issued.
    package internal(set) var issued: [SerialNumber: IssuedCertificate]

    /// The years for which long-lived certificates count: any clock a test may set.
    static let longValidity = (
        from: Date(timeIntervalSince1970: 1_577_836_800),  // 2020-01-01
        to: Date(timeIntervalSince1970: 2_840_140_800)  // 2060-01-01
    )
    static let shortValidityInSeconds = 3 * 366 * 86_400.0

    /// Founds a PKI: root, issuing authority, OCSP responders and time-stamping units, all P-256.
    package init(
        founding addresses: PKIAddresses, using generator: inout some RandomNumberGenerator
    ) throws {
        self.addresses = addresses
        let rootKey = try SoftwareKey(drawing: &generator)
        let root = PKIParty(rootKey, chain: [try Self.rootCertificate(rootKey, &generator)])
        let issuingKey = try SoftwareKey(drawing: &generator)
        let issuing = PKIParty(
            issuingKey,
            chain: [try Self.issuingCertificate(issuingKey, root, addresses, &generator)]
                + root.chain)
        self.root = root
        self.issuing = issuing
        (responders, timeStampingUnits, issued) = ([], [], [:])
        try addServices(using: &generator)
    }

    init(
        addresses: PKIAddresses, root: PKIParty, issuing: PKIParty, responders: [PKIParty],
        timeStampingUnits: [PKIParty], issued: [SerialNumber: IssuedCertificate]
    ) {
        self.addresses = addresses
        self.root = root
        self.issuing = issuing
        self.responders = responders
        self.timeStampingUnits = timeStampingUnits
        self.issued = issued
    }

    /// Responders and time-stamping units that a PKI should have.
    private static let servicesOfAKind = 2

    /// Adds the responders and time-stamping units that are still missing.
    ///
    /// - Returns: Whether any was.
    @discardableResult
    mutating func addServices(using generator: inout some RandomNumberGenerator) throws -> Bool {
        let before = responders.count + timeStampingUnits.count
        for number in 1...Self.servicesOfAKind {
            let suffix = number == 1 ? "" : " \(number)"
            if responders.count < number {
                responders.append(
                    try service("Sandbox OCSP Responder\(suffix)", .ocspResponder, &generator))
            }
            if timeStampingUnits.count < number {
                timeStampingUnits.append(
                    try service(
                        "Sandbox Time-Stamping Unit\(suffix)", .timeStampingUnit, &generator))
            }
        }
        return before < responders.count + timeStampingUnits.count
    }

    private mutating func service(
        _ name: String, _ profile: CertificateProfile,
        _ generator: inout some RandomNumberGenerator
    ) throws -> PKIParty {
        let key = try SoftwareKey(drawing: &generator)
        let (from, to) = Self.longValidity
        let certificate = try Issuer(party: issuing, addresses: addresses).issue(
            profile, to: Self.name(name), key.publicKey, from, to, &generator)
        record(certificate, profile)
        return PKIParty(key, chain: [certificate] + issuing.chain)
    }

    /// The anchor of everything the sandbox issues.
    package var anchors: TrustAnchors { TrustAnchors([root.certificate]) }

    static func name(_ commonName: String) -> DistinguishedName {
        DistinguishedName([
            (.countryName, "LU"), (.organizationName, "Open eConnector Sandbox (not official)"),
            (.commonName, commonName),
        ])
    }

    private static func rootCertificate(
        _ key: SoftwareKey, _ generator: inout some RandomNumberGenerator
    ) throws -> Certificate {
        let name = name("Sandbox Root CA")
        return try CertificateBuilder(
            serialNumber: SerialNumber(drawing: &generator), issuer: name, subject: name,
            notBefore: longValidity.from, notAfter: longValidity.to, publicKey: key.publicKey,
            extensions: [
                .basicConstraints(BasicConstraints(isAuthority: true)),
                .keyUsage([.keyCertSign, .cRLSign]), .subjectKeyIdentifier(of: key.publicKey),
            ]
        ).issue(algorithm: key.algorithm, sign: key.signature(over:))
    }

    private static func issuingCertificate(
        _ key: SoftwareKey, _ root: PKIParty, _ addresses: PKIAddresses,
        _ generator: inout some RandomNumberGenerator
    ) throws -> Certificate {
        try CertificateBuilder(
            serialNumber: SerialNumber(drawing: &generator), issuer: root.certificate.subject,
            subject: name("Sandbox Issuing CA"), notBefore: longValidity.from,
            notAfter: longValidity.to, publicKey: key.publicKey,
            extensions: [
                .basicConstraints(BasicConstraints(isAuthority: true, pathLength: 0)),
                .keyUsage([.keyCertSign, .cRLSign]),
                .certificatePolicies([.anyPolicy]),
                .authorityInformationAccess(caIssuers: [addresses.rootCertificate]),
                .cRLDistributionPoints([addresses.rootList]),
                .subjectKeyIdentifier(of: key.publicKey),
                .authorityKeyIdentifier(of: root.certificate.publicKey),
            ]
        ).issue(algorithm: root.key.algorithm, sign: root.key.signature(over:))
    }

    mutating func record(_ certificate: Certificate, _ profile: CertificateProfile) {
        issued[certificate.serialNumber] = IssuedCertificate(
            certificate: certificate, profile: profile.name)
    }
}

/// The issuing authority at work: one certificate after a profile.
struct Issuer {
    let party: PKIParty
    let addresses: PKIAddresses

    func issue(
        _ profile: CertificateProfile, to subject: DistinguishedName, _ key: PublicKey,
        _ notBefore: Date, _ notAfter: Date, _ generator: inout some RandomNumberGenerator
    ) throws -> Certificate {
        let pointers: [CertificateExtension] = [
            .authorityInformationAccess(
                ocsp: profile == .ocspResponder ? [] : addresses.responders,
                caIssuers: [addresses.issuingCertificate]),
            .cRLDistributionPoints([addresses.issuingList]),
            .subjectKeyIdentifier(of: key),
            .authorityKeyIdentifier(of: party.certificate.publicKey),
        ]
        return try CertificateBuilder(
            serialNumber: SerialNumber(drawing: &generator), issuer: party.certificate.subject,
            subject: subject, notBefore: notBefore, notAfter: notAfter, publicKey: key,
            extensions: profile.extensions(addresses) + pointers
        ).issue(algorithm: party.key.algorithm, sign: party.key.signature(over:))
    }
}

extension SerialNumber {
    /// Sixteen random octets, positive.
    init(drawing generator: inout some RandomNumberGenerator) {
        self.init(magnitude: Nonce(random: generator.octets(16)).octets)
    }
}

extension RandomNumberGenerator {
    mutating func octets(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }
}
