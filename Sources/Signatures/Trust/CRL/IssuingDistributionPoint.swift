// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

/// IssuingDistributionPoint (RFC 5280, 5.2.5): what a list covers.
package struct IssuingDistributionPoint: Sendable, Hashable {
    package let name: DistributionPointName?
    package let onlyUserCertificates: Bool
    package let onlyAuthorityCertificates: Bool
    package let onlyAttributeCertificates: Bool
    package let isIndirect: Bool
    /// The reasons the list covers; nil for all.
    package let reasons: RevocationReasons?

    init(_ element: DERElement) throws(DERError) {
        let structure = "IssuingDistributionPoint"
        var fields = try element.elements(in: structure)
        name = try fields.next(if: .context(0)).map { element throws(DERError) in
            try DistributionPointName(element)
        }
        onlyUserCertificates = try Self.flag(&fields, 1)
        onlyAuthorityCertificates = try Self.flag(&fields, 2)
        reasons = try fields.next(if: .context(3)).map { element throws(DERError) in
            RevocationReasons(rawValue: try element.namedBits(as: .context(3), in: structure))
        }
        isIndirect = try Self.flag(&fields, 4)
        onlyAttributeCertificates = try Self.flag(&fields, 5)
        try fields.finish()
        guard
            [onlyUserCertificates, onlyAuthorityCertificates, onlyAttributeCertificates]
                .filter({ $0 }).count <= 1
        else { throw .invalidValue(in: structure) }
    }

    package init(
        name: DistributionPointName? = nil, onlyUserCertificates: Bool = false,
        onlyAuthorityCertificates: Bool = false, onlyAttributeCertificates: Bool = false,
        isIndirect: Bool = false, reasons: RevocationReasons? = nil
    ) {
        self.name = name
        self.onlyUserCertificates = onlyUserCertificates
        self.onlyAuthorityCertificates = onlyAuthorityCertificates
        self.onlyAttributeCertificates = onlyAttributeCertificates
        self.isIndirect = isIndirect
        self.reasons = reasons
    }

    package var der: DERValue {
        .sequence(
            name.map(\.der),
            onlyUserCertificates ? .implicit(1, .boolean(true)) : nil,
            onlyAuthorityCertificates ? .implicit(2, .boolean(true)) : nil,
            reasons.map { .implicit(3, .namedBits($0.rawValue)) },
            isIndirect ? .implicit(4, .boolean(true)) : nil,
            onlyAttributeCertificates ? .implicit(5, .boolean(true)) : nil)
    }

    private static func flag(_ fields: inout DERElements, _ tag: UInt) throws(DERError) -> Bool {
        try fields.next(if: .context(tag))?
            .boolean(as: .context(tag), in: "IssuingDistributionPoint") ?? false
    }
}
