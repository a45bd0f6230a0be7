// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

/// One DistributionPoint (RFC 5280, 4.2.1.13): where a list is found, and who signs it.
package struct DistributionPoint: Sendable, Hashable {
    package let name: DistributionPointName?
    /// Who signs the list; empty when the certificate's issuer does.
    package let issuers: [GeneralName]
    /// The reasons that the list covers; nil for all.
    package let reasons: RevocationReasons?

    /// The name's forms, when it does not depend on the issuer's.
    package var names: [GeneralName] { name?.fullNames ?? [] }

    package var urls: [String] {
        names.compactMap { if case .uri(let url) = $0 { url } else { nil } }
    }

    package init(
        name: DistributionPointName?, issuers: [GeneralName] = [],
        reasons: RevocationReasons? = nil
    ) {
        self.name = name
        self.issuers = issuers
        self.reasons = reasons
    }

    private init(_ element: DERElement) throws(DERError) {
        let structure = "DistributionPoint"
        var fields = try element.elements(in: structure)
        name = try fields.next(if: .context(0)).map { element throws(DERError) in
            try DistributionPointName(element)
        }
        reasons = try fields.next(if: .context(1)).map { element throws(DERError) in
            RevocationReasons(rawValue: try element.namedBits(as: .context(1), in: structure))
        }
        issuers =
            try fields.next(if: .context(2)).map { element throws(DERError) in
                try GeneralName.names(element, as: .context(2))
            } ?? []
        try fields.finish()
    }

    static func points(parsing value: [UInt8]) throws(DERError) -> [DistributionPoint] {
        var fields = try DERElement(parsing: value).elements(in: "CRLDistributionPoints")
        var points: [DistributionPoint] = []
        for field in try fields.rest(limit: Limits.extensionsPerObject) {
            points.append(try DistributionPoint(field))
        }
        return points
    }

    var der: DERValue {
        .sequence(
            name.map(\.der), reasons.map { .implicit(1, .namedBits($0.rawValue)) },
            issuers.isEmpty ? nil : .implicit(2, .sequence(issuers.map(\.der))))
    }
}

/// DistributionPointName (RFC 5280, 4.2.1.13).
package enum DistributionPointName: Sendable, Hashable {
    case full([GeneralName])
    /// The DER of a relative name to be put below the name of whoever signs the list.
    case relative([UInt8])

    /// Reads the name under its EXPLICIT tag.
    init(_ element: DERElement) throws(DERError) {
        let structure = "DistributionPointName"
        let inner = try element.unwrapped(.context(0), in: structure)
        if inner.has(.context(1)) {
            _ = try inner.elements(as: .context(1), in: structure)
            self = .relative([0x31] + inner.encoded.dropFirst())
        } else {
            self = .full(try GeneralName.names(inner, as: .context(0)))
        }
    }

    var fullNames: [GeneralName] { if case .full(let names) = self { names } else { [] } }

    /// The name's forms, a relative one put below each of these names.
    func names(below issuers: [DistinguishedName]) -> [GeneralName] {
        switch self {
        case .full(let names): names
        case .relative(let der):
            issuers.compactMap { $0.appending(relativeName: der) }.map(GeneralName.directory)
        }
    }

    var der: DERValue {
        switch self {
        case .full(let names): .explicit(0, .implicit(0, .sequence(names.map(\.der))))
        case .relative(let der): .explicit(0, .implicit(1, .encoded(der)))
        }
    }
}

/// ReasonFlags (RFC 5280, 4.2.1.13): the reasons that a list or a point covers.
package struct RevocationReasons: OptionSet, Sendable, Hashable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let keyCompromise = RevocationReasons(rawValue: 1 << 1)
    package static let cACompromise = RevocationReasons(rawValue: 1 << 2)
    package static let affiliationChanged = RevocationReasons(rawValue: 1 << 3)
    package static let superseded = RevocationReasons(rawValue: 1 << 4)
    package static let cessationOfOperation = RevocationReasons(rawValue: 1 << 5)
    package static let certificateHold = RevocationReasons(rawValue: 1 << 6)
    package static let privilegeWithdrawn = RevocationReasons(rawValue: 1 << 7)
    package static let aACompromise = RevocationReasons(rawValue: 1 << 8)
    /// Every reason there is (RFC 5280, 6.3.2 a).
    package static let all = RevocationReasons(rawValue: 0x1FE)
}
