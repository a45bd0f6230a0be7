// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

extension AuthorityKeyIdentifier {
    init(parsing value: [UInt8]) throws(DERError) {
        let name = "AuthorityKeyIdentifier"
        var fields = try DERElement(parsing: value).elements(in: name)
        keyIdentifier = try fields.next(if: .context(0))?.octetString(as: .context(0), in: name)
        if let names = fields.next(if: .context(1)) {
            issuer = try GeneralName.names(names, as: .context(1))
        } else {
            issuer = []
        }
        if let serial = fields.next(if: .context(2)) {
            let octets = try serial.integerOctets(as: .context(2), in: name)
            serialNumber = SerialNumber(magnitude: octets)
        } else {
            serialNumber = nil
        }
        try fields.finish()
    }
}

extension DistributionPoint {
    static func points(parsing value: [UInt8]) throws(DERError) -> [DistributionPoint] {
        var fields = try DERElement(parsing: value).elements(in: "CRLDistributionPoints")
        var points: [DistributionPoint] = []
        for field in try fields.rest(limit: Limits.extensionsPerObject) {
            points.append(try DistributionPoint(field))
        }
        return points
    }

    private init(_ element: DERElement) throws(DERError) {
        var fields = try element.elements(in: "DistributionPoint")
        names = try Self.names(fields.next(if: .context(0)))
        isLimitedToReasons = fields.next(if: .context(1)) != nil
        if let element = fields.next(if: .context(2)) {
            issuers = try GeneralName.names(element, as: .context(2))
        } else {
            issuers = []
        }
        try fields.finish()
    }

    /// DistributionPointName (RFC 5280, 4.2.1.13); a name relative to the issuer is kept encoded.
    static func names(_ element: DERElement?) throws(DERError) -> [GeneralName] {
        guard let element else { return [] }
        let inner = try element.unwrapped(.context(0), in: "DistributionPointName")
        if inner.has(.context(1)) { return [.other(inner.encoded)] }
        return try GeneralName.names(inner, as: .context(0))
    }
}

extension QCStatements {
    init(parsing value: [UInt8]) throws(DERError) {
        let name = "QCStatements"
        var fields = try DERElement(parsing: value).elements(in: name)
        var identifiers: [OID] = []
        var types: [OID] = []
        for field in try fields.rest(limit: Limits.extensionsPerObject) {
            var statement = try field.elements(in: name)
            let identifier = try statement.next().objectIdentifier(in: name)
            identifiers.append(identifier)
            guard identifier == .qcType, !statement.isAtEnd else { continue }
            var listed = try statement.next().elements(in: name)
            for type in try listed.rest(limit: Limits.extensionsPerObject) {
                types.append(try type.objectIdentifier(in: name))
            }
        }
        self.init(identifiers: identifiers, types: types)
    }
}
