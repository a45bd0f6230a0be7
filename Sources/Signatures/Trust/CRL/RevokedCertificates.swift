// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

/// TBSCertList.revokedCertificates (RFC 5280, 5.1.2.6 and 5.3), sorted by who issued them.
struct RevokedCertificates {
    private(set) var own: [SerialNumber: RevocationList.Entry] = [:]
    private(set) var foreign: [SerialNumber: [RevocationList.Entry]] = [:]
    /// Critical entry extensions that are not processed: the list is then not used (5.3).
    private(set) var unprocessedCritical: Set<OID> = []
    /// Whether any entry says who issued its certificate.
    private(set) var namesIssuers = false

    /// Whether a certificate is listed more than once; then what weighs more counts.
    private(set) var hasRepeats = false

    private static let name = "TBSCertList.revokedCertificates"

    /// - Parameter entries: The contents of the SEQUENCE OF; empty when it is absent.
    init(_ entries: ArraySlice<UInt8>, issuer: DistinguishedName) throws(DERError) {
        var scanner = DERScanner(entries, in: Self.name)
        // An issuer named holds for the entries that follow, until another is named (5.3.3).
        var current: DistinguishedName?
        var count = 0
        while !scanner.isAtEnd {
            count += 1
            guard count <= Limits.entriesPerRevocationList else {
                throw .extraElement(in: Self.name)
            }
            let entry = try read(scanner.next(0x30).content, &current, listIssuer: issuer)
            if entry.issuer != nil {
                foreign[entry.serialNumber, default: []].append(entry)
            } else if let earlier = own.updateValue(entry, forKey: entry.serialNumber) {
                hasRepeats = true
                own[entry.serialNumber] = earlier.graver(than: entry)
            }
        }
    }

    private mutating func read(
        _ content: ArraySlice<UInt8>, _ current: inout DistinguishedName?,
        listIssuer: DistinguishedName
    ) throws(DERError) -> RevocationList.Entry {
        var fields = DERScanner(content, in: Self.name)
        let serial = try SerialNumber(contents: fields.next(0x02).content, in: Self.name)
        let time = try fields.next()
        let moment =
            time.tag == 0x17
            ? ASN1Time.utcTime(time.content) : try time.parsed.time(in: Self.name)
        guard let moment else { throw .invalidValue(in: Self.name) }
        var reason: RevocationReason?
        if !fields.isAtEnd {
            let extensions = try fields.next(0x30)
            try fields.finish()
            // Nearly every list has entries with just a reason: one byte tells them apart.
            if extensions.encoded.dropLast().elementsEqual(Self.reasonOnly) {
                reason = extensions.encoded.last.flatMap { RevocationReason(rawValue: Int($0)) }
            } else {
                reason = try readExtensions(extensions.parsed, &current, listIssuer)
            }
        }
        return RevocationList.Entry(
            serialNumber: serial, revokedAt: moment, reason: reason, issuer: current)
    }

    /// Extensions with a reasonCode that is not critical, up to the code itself.
    private static let reasonOnly: [UInt8] = [
        0x30, 0x0C, 0x30, 0x0A, 0x06, 0x03, 0x55, 0x1D, 0x15, 0x04, 0x03, 0x0A, 0x01,
    ]

    private mutating func readExtensions(
        _ element: DERElement, _ current: inout DistinguishedName?,
        _ listIssuer: DistinguishedName
    ) throws(DERError) -> RevocationReason? {
        var reason: RevocationReason?
        for item in try CertificateExtension.list(element) {
            switch item.id {
            case .reasonCode:
                let code = try DERElement(parsing: item.value)
                    .integer(as: .enumerated, in: "CRLReason")
                reason = RevocationReason(rawValue: code)
            case .certificateIssuer:
                let named = try Self.issuer(item.value)
                current = named.matches(listIssuer) ? nil : named
                namesIssuers = true
            case .invalidityDate: continue
            default: if item.isCritical { unprocessedCritical.insert(item.id) }
            }
        }
        return reason
    }

    private static func issuer(_ value: [UInt8]) throws(DERError) -> DistinguishedName {
        for name in try GeneralName.names(DERElement(parsing: value)) {
            if case .directory(let name) = name { return name }
        }
        throw .unexpectedElement(in: "CertificateIssuer")
    }
}

extension RevocationList.Entry {
    /// Of two entries about one certificate the one that revokes, and of two such the earlier.
    fileprivate func graver(than other: RevocationList.Entry) -> RevocationList.Entry {
        if reason == .removeFromCRL { return other }
        if other.reason == .removeFromCRL { return self }
        return other.revokedAt < revokedAt ? other : self
    }
}
