// SPDX-License-Identifier: Apache-2.0

import JSON

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Where the private key of a registered certificate is: no secret stands in it.
package struct TokenReference: Sendable, Hashable {
    package let module: TokenModule
    /// The token's serial number, and its label for people.
    package let serial: String
    package let tokenLabel: String
    /// CKA_ID, which key and certificate share.
    package let keyID: [UInt8]
    package let purpose: KeyPurpose
    package let created: Date

    package init(
        module: TokenModule, serial: String, tokenLabel: String, keyID: [UInt8],
        purpose: KeyPurpose, created: Date
    ) {
        self.module = module
        self.serial = serial
        self.tokenLabel = tokenLabel
        self.keyID = keyID
        self.purpose = purpose
        self.created = created
    }

    var bytes: [UInt8] {
        let value: JSONValue = [
            "version": 1, "module": .string(module.path), "moduleSHA256": .base64(module.digest),
            "serial": .string(serial), "token": .string(tokenLabel), "keyID": .base64(keyID),
            "purpose": .string(purpose.rawValue),
            "created": .int(Int(created.timeIntervalSince1970)),
        ]
        return value.serialized(.pretty)
    }

    init(parsing bytes: [UInt8]) throws {
        do {
            let reader = JSONReader(try JSONDocument(parsing: bytes).root)
            _ = try reader.member("version").int(in: 1...1)
            module = TokenModule(
                path: try reader.member("module").string(),
                digest: try reader.member("moduleSHA256").base64())
            serial = try reader.member("serial").string()
            tokenLabel = try reader.member("token").string()
            keyID = try reader.member("keyID").base64()
            purpose = try reader.member("purpose").choice(KeyPurpose.self)
            created = Date(timeIntervalSince1970: Double(try reader.member("created").int()))
        } catch { throw KeyStoreError.damaged("the reference to a token") }
    }
}
