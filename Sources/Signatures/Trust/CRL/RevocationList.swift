// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// CertificateList (RFC 5280, 5), read and kept as received.
package struct RevocationList: Sendable {
    /// One revoked certificate.
    package struct Entry: Sendable, Hashable {
        package let serialNumber: SerialNumber
        package let revokedAt: Date
        package let reason: RevocationReason?

        package init(serialNumber: SerialNumber, revokedAt: Date, reason: RevocationReason?) {
            self.serialNumber = serialNumber
            self.revokedAt = revokedAt
            self.reason = reason
        }
    }

    package let der: [UInt8]
    /// TBSCertList as received: what the issuer signed.
    package let tbs: [UInt8]
    package let issuer: DistinguishedName
    package let thisUpdate: Date
    package let nextUpdate: Date?
    package let entries: [SerialNumber: Entry]
    package let authorityKeyIdentifier: AuthorityKeyIdentifier?
    /// cRLNumber, in its own octets.
    package let number: SerialNumber?
    package let scope: IssuingDistributionPoint?
    /// Certificates that expired after this moment are still listed (X.509, 9.5.2.8).
    package let expiredCertificatesSince: Date?
    package let isDelta: Bool
    /// Critical extensions, of the list or an entry, that are not processed here.
    package let unprocessedCritical: [OID]
    package let signatureAlgorithm: AlgorithmIdentifier
    package let signature: [UInt8]

    /// Reads a list.
    package init(der: [UInt8]) throws(DERError) {
        var fields = try DERElement(parsing: der).elements(in: "CertificateList")
        let list = try fields.next()
        signatureAlgorithm = try AlgorithmIdentifier(fields.next())
        signature = try fields.next().bitString(in: "CertificateList.signatureValue")
        try fields.finish()

        let name = "TBSCertList"
        var inner = try list.elements(in: name)
        let version = try inner.next(if: .integer)?.integer(in: "TBSCertList.version")
        guard version == nil || version == 1 else { throw .unsupported("CertificateList version") }
        guard try AlgorithmIdentifier(inner.next()) == signatureAlgorithm else {
            throw .invalidValue(in: "TBSCertList.signature")
        }
        issuer = try DistinguishedName(inner.next())
        thisUpdate = try inner.next().time(in: "TBSCertList.thisUpdate")
        let next = inner.next(if: .utcTime) ?? inner.next(if: .generalizedTime)
        nextUpdate = try next?.time(in: "TBSCertList.nextUpdate")
        let (entries, critical) = try Self.entries(inner.next(if: .sequence))
        self.entries = entries
        var extensions: [CertificateExtension] = []
        if let wrapped = inner.next(if: .context(0)) {
            extensions = try CertificateExtension.list(wrapped.unwrapped(.context(0), in: name))
        }
        try inner.finish()

        func value(_ id: OID) throws(DERError) -> DERElement? {
            guard let found = extensions.first(where: { $0.id == id }) else { return nil }
            return try DERElement(parsing: found.value)
        }
        authorityKeyIdentifier = try extensions.first { $0.id == .authorityKeyIdentifier }
            .map { item throws(DERError) in try AuthorityKeyIdentifier(parsing: item.value) }
        number = try value(.cRLNumber).map { element throws(DERError) in
            try SerialNumber(element, in: "cRLNumber")
        }
        scope = try value(.issuingDistributionPoint).map { element throws(DERError) in
            try IssuingDistributionPoint(element)
        }
        expiredCertificatesSince = try value(.expiredCertsOnCRL).map { element throws(DERError) in
            try element.generalizedTime(in: "expiredCertsOnCRL")
        }
        isDelta = extensions.contains { $0.id == .deltaCRLIndicator }
        unprocessedCritical =
            critical
            + extensions.filter { $0.isCritical && !Self.processed.contains($0.id) }.map(\.id)
        tbs = list.encoded
        self.der = der
    }

    private static let processed: Set<OID> = [
        .issuingDistributionPoint, .deltaCRLIndicator, .authorityKeyIdentifier, .cRLNumber,
        .expiredCertsOnCRL,
    ]

    private static func entries(
        _ element: DERElement?
    ) throws(DERError) -> ([SerialNumber: Entry], critical: [OID]) {
        guard let element else { return ([:], []) }
        let name = "TBSCertList.revokedCertificates"
        var fields = try element.elements(in: name)
        var entries: [SerialNumber: Entry] = [:]
        var critical: Set<OID> = []
        for item in try fields.rest(limit: Limits.entriesPerRevocationList) {
            var entry = try item.elements(in: name)
            let serial = try SerialNumber(entry.next(), in: name)
            let moment = try entry.next().time(in: name)
            let extensions = entry.isAtEnd ? [] : try CertificateExtension.list(entry.next())
            try entry.finish()
            var reason: RevocationReason?
            for item in extensions {
                if item.id == .reasonCode {
                    let code = try DERElement(parsing: item.value)
                        .integer(as: .enumerated, in: "CRLReason")
                    reason = RevocationReason(rawValue: code)
                } else if item.isCritical {
                    critical.insert(item.id)
                }
            }
            entries[serial] = Entry(serialNumber: serial, revokedAt: moment, reason: reason)
        }
        return (entries, Array(critical))
    }

    /// Verifies the list's signature with a key; nothing else is looked at.
    package func verifySignature(by key: PublicKey) -> SignatureCheck {
        guard let algorithm = SignatureAlgorithm(signatureAlgorithm) else {
            return .unsupported("signature algorithm \(signatureAlgorithm.oid.dotted)")
        }
        return key.verify(signature: signature, over: tbs, algorithm: algorithm)
    }
}

extension RevocationList: Hashable {
    package static func == (left: RevocationList, right: RevocationList) -> Bool {
        left.der == right.der
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(der) }
}

/// IssuingDistributionPoint (RFC 5280, 5.2.5): what a list covers.
package struct IssuingDistributionPoint: Sendable, Hashable {
    package let names: [GeneralName]
    package let onlyUserCertificates: Bool
    package let onlyAuthorityCertificates: Bool
    package let onlyAttributeCertificates: Bool
    package let isIndirect: Bool
    package let isLimitedToReasons: Bool

    init(_ element: DERElement) throws(DERError) {
        let name = "IssuingDistributionPoint"
        var fields = try element.elements(in: name)
        names = try DistributionPoint.names(fields.next(if: .context(0)))
        onlyUserCertificates = try Self.flag(&fields, 1)
        onlyAuthorityCertificates = try Self.flag(&fields, 2)
        isLimitedToReasons = fields.next(if: .context(3)) != nil
        isIndirect = try Self.flag(&fields, 4)
        onlyAttributeCertificates = try Self.flag(&fields, 5)
        try fields.finish()
    }

    private static func flag(_ fields: inout DERElements, _ tag: UInt) throws(DERError) -> Bool {
        try fields.next(if: .context(tag))?
            .boolean(as: .context(tag), in: "IssuingDistributionPoint") ?? false
    }
}
