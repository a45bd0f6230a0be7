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
        /// Who issued the certificate, in an indirect list; nil when the list's issuer did.
        package let issuer: DistinguishedName?

        package init(
            serialNumber: SerialNumber, revokedAt: Date, reason: RevocationReason?,
            issuer: DistinguishedName? = nil
        ) {
            self.serialNumber = serialNumber
            self.revokedAt = revokedAt
            self.reason = reason
            self.issuer = issuer
        }
    }

    package let der: [UInt8]
    /// TBSCertList as received: what the issuer signed.
    package let tbs: [UInt8]
    package let issuer: DistinguishedName
    package let thisUpdate: Date
    package let nextUpdate: Date?
    /// Certificates of the list's own issuer.
    package let entries: [SerialNumber: Entry]
    /// Certificates of other issuers (RFC 5280, 5.3.3); only indirect lists have them.
    package let foreignEntries: [SerialNumber: [Entry]]
    /// Whether a certificate stands in the list more than once.
    package let hasRepeatedEntries: Bool
    package let authorityKeyIdentifier: AuthorityKeyIdentifier?
    /// cRLNumber, in its own octets.
    package let number: SerialNumber?
    package let scope: IssuingDistributionPoint?
    /// Certificates that expired after this moment are still listed (X.509, 9.5.2.8).
    package let expiredCertificatesSince: Date?
    /// The list to which this one states changes (RFC 5280, 5.2.4); nil for a complete list.
    package let baseNumber: SerialNumber?
    /// Critical extensions, of the list or an entry, that are not processed here.
    package let unprocessedCritical: [OID]
    package let signatureAlgorithm: AlgorithmIdentifier
    package let signature: [UInt8]

    /// Reads a list.
    package init(der: [UInt8]) throws(DERError) {
        guard der.count <= Limits.revocationListSizeInBytes else {
            throw .tooLarge(size: der.count, limit: Limits.revocationListSizeInBytes)
        }
        var whole = DERScanner(der[...], in: "CertificateList")
        var fields = DERScanner(try whole.next(0x30).content, in: "CertificateList")
        try whole.finish()
        let list = try fields.next(0x30)
        signatureAlgorithm = try AlgorithmIdentifier(fields.next().parsed)
        signature = try fields.next().parsed.bitString(in: "CertificateList.signatureValue")
        try fields.finish()

        let name = "TBSCertList"
        var inner = DERScanner(list.content, in: name)
        if inner.upcomingTag == 0x02 {
            guard try inner.next().parsed.integer(in: "TBSCertList.version") == 1 else {
                throw .unsupported("CertificateList version")
            }
        }
        guard try AlgorithmIdentifier(inner.next().parsed) == signatureAlgorithm else {
            throw .invalidValue(in: "TBSCertList.signature")
        }
        issuer = try DistinguishedName(inner.next().parsed)
        thisUpdate = try inner.next().parsed.time(in: "TBSCertList.thisUpdate")
        let isDated = inner.upcomingTag == 0x17 || inner.upcomingTag == 0x18
        nextUpdate = isDated ? try inner.next().parsed.time(in: "TBSCertList.nextUpdate") : nil
        let entries = inner.upcomingTag == 0x30 ? try inner.next().content : []
        let revoked = try RevokedCertificates(entries, issuer: issuer)
        (self.entries, foreignEntries) = (revoked.own, revoked.foreign)
        hasRepeatedEntries = revoked.hasRepeats
        var extensions: [CertificateExtension] = []
        if inner.upcomingTag == 0xA0 {
            extensions = try CertificateExtension.list(
                inner.next().parsed.unwrapped(.context(0), in: name))
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
        baseNumber = try value(.deltaCRLIndicator).map { element throws(DERError) in
            try SerialNumber(element, in: "deltaCRLIndicator")
        }
        guard Set(extensions.map(\.id)).count == extensions.count else {
            throw .extraElement(in: "TBSCertList.crlExtensions")
        }
        // RFC 5280, 5.3.3: only indirect lists name other issuers.
        let misplaced = revoked.namesIssuers && scope?.isIndirect != true
        unprocessedCritical =
            Array(revoked.unprocessedCritical) + (misplaced ? [.certificateIssuer] : [])
            + extensions.filter { $0.isCritical && !Self.processed.contains($0.id) }.map(\.id)
        tbs = Array(list.encoded)
        self.der = der
    }

    private static let processed: Set<OID> = [
        .issuingDistributionPoint, .deltaCRLIndicator, .authorityKeyIdentifier, .cRLNumber,
        .expiredCertsOnCRL, .issuerAlternativeName, .freshestCRL,
    ]

    package var isDelta: Bool { baseNumber != nil }

    /// What the list says about a certificate; nil when it is not listed.
    package func entry(of certificate: Certificate) -> Entry? {
        if issuer.matches(certificate.issuer) { return entries[certificate.serialNumber] }
        return foreignEntries[certificate.serialNumber]?
            .last { $0.issuer?.matches(certificate.issuer) == true }
    }

    /// Verifies the list's signature with a key; nothing else is looked at.
    package func verifySignature(
        by key: PublicKey, memory: VerificationMemory? = nil
    ) -> SignatureCheck {
        guard let algorithm = SignatureAlgorithm(signatureAlgorithm) else {
            return .unsupported("signature algorithm \(signatureAlgorithm.oid.dotted)")
        }
        return key.verify(
            signature: signature, over: tbs, algorithm: algorithm, memory: memory)
    }
}

extension RevocationList: Hashable {
    package static func == (left: RevocationList, right: RevocationList) -> Bool {
        left.der == right.der
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(der.suffix(32)) }
}
