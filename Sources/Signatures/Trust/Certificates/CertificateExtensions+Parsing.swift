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
