// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

/// QCStatements (EN 319 412-5): what a certificate, or a time-stamp token, says about its
/// qualified status. Claims of the issuer; a trusted list says whether they count.
package struct QCStatements: Sendable, Hashable {
    /// All statement identifiers, known or not.
    package let identifiers: [OID]
    /// The certificate types (4.2.3): signature, seal, web; empty when not stated.
    package let types: [OID]
    /// The countries under whose law it is qualified (4.2.4), as ISO 3166-1 codes; empty for the
    /// Union's.
    package let legislations: [String]
    /// Years for which the issuer keeps its records after expiry (4.3.3); nil when not stated.
    package let retentionPeriodInYears: Int?

    package var claimsCompliance: Bool { identifiers.contains(.qcCompliance) }
    package var claimsQSCD: Bool { identifiers.contains(.qcSSCD) }

    /// Claims to be qualified under Regulation (EU) 910/2014, not under another law.
    package var claimsEUQualified: Bool { claimsCompliance && legislations.isEmpty }

    /// Whether it is for electronic signatures; certificates that state no type are (4.2.3).
    package var isForSignatures: Bool { types.isEmpty || types.contains(.qcTypeSignature) }
    package var isForSeals: Bool { types.contains(.qcTypeSeal) }

    init(parsing value: [UInt8]) throws(DERError) {
        let name = "QCStatements"
        var fields = try DERElement(parsing: value).elements(in: name)
        var identifiers: [OID] = []
        var types: [OID] = []
        var legislations: [String] = []
        var years: Int?
        for field in try fields.rest(limit: Limits.extensionsPerObject) {
            var statement = try field.elements(in: name)
            let identifier = try statement.next().objectIdentifier(in: name)
            identifiers.append(identifier)
            guard !statement.isAtEnd else { continue }
            let info = try statement.next()
            switch identifier {
            case .qcType:
                types += try Self.list(info).map { item throws(DERError) in
                    try item.objectIdentifier(in: name)
                }
            case .qcLegislation: legislations += try Self.list(info).compactMap(\.text)
            case .qcRetentionPeriod: years = try info.integer(in: name)
            default: break
            }
        }
        self.identifiers = identifiers
        self.types = types
        self.legislations = legislations
        retentionPeriodInYears = years
    }

    private static func list(_ element: DERElement) throws(DERError) -> [DERElement] {
        var fields = try element.elements(in: "QCStatement")
        return try fields.rest(limit: Limits.extensionsPerObject)
    }
}
