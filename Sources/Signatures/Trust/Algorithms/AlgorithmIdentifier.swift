// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

/// AlgorithmIdentifier (RFC 5280, 4.1.1.2): an algorithm's name and its parameters as encoded.
package struct AlgorithmIdentifier: Sendable, Hashable {
    package let oid: OID
    /// The parameters' DER; nil when absent.
    package let parameters: [UInt8]?

    package init(_ oid: OID, parameters: DERValue? = nil) {
        self.oid = oid
        self.parameters = parameters?.encoded
    }

    /// Reads the DER form.
    package init(der: [UInt8]) throws(DERError) { try self.init(try DERElement(parsing: der)) }

    init(_ element: DERElement) throws(DERError) {
        var fields = try element.elements(in: "AlgorithmIdentifier")
        oid = try fields.next().objectIdentifier(in: "AlgorithmIdentifier.algorithm")
        parameters = fields.isAtEnd ? nil : try fields.next().encoded
        try fields.finish()
    }

    package var der: DERValue { .sequence(.oid(oid), parameters.map(DERValue.encoded)) }

    /// Parameters are absent or NULL: both are met and mean the same.
    var hasNoParameters: Bool { parameters == nil || parameters == DERValue.null.encoded }
}
