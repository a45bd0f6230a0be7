// SPDX-License-Identifier: Apache-2.0
package import JSON
package import Trust

/// The keys of one issuer (RFC 7517): its own collection, by name (JW-01).
///
/// Keys that are shared secrets, for encryption, nameless or of another kind are dropped, as the
/// standard wants; a name that occurs twice names no key.
package struct JSONWebKeys: Sendable, Hashable {
    package struct Key: Sendable, Hashable {
        package var publicKey: PublicKey
        /// The only one the issuer uses it with, where he says so.
        package var algorithm: TokenAlgorithm?
    }

    private var keys: [String: Key] = [:]

    package subscript(id: String) -> Key? { keys[id] }
    package var isEmpty: Bool { keys.isEmpty }

    package init(parsing bytes: [UInt8]) throws(TokenError) {
        guard bytes.count <= Limits.keySetInBytes else {
            throw .tooLarge(limit: Limits.keySetInBytes)
        }
        let limits = JSONLimits(sizeInBytes: Limits.keySetInBytes, depth: Limits.webTokenDepth)
        guard let list = (try? JSONValue(parsing: bytes, limits: limits))?["keys"]?.array,
            list.count <= Limits.keysInSet
        else { throw .malformed(what: "key set") }
        var doubled: Set<String> = []
        for entry in list {
            guard let (id, key) = Self.key(entry) else { continue }
            if keys.updateValue(key, forKey: id) != nil { doubled.insert(id) }
        }
        for id in doubled { keys[id] = nil }
    }

    private static func key(_ entry: JSONValue) -> (String, Key)? {
        guard let id = entry["kid"]?.string, !id.isEmpty, id.count <= Limits.keyIDCharacters,
            entry["use"].map({ $0.string == "sig" }) ?? true, let key = publicKey(entry)
        else { return nil }
        guard let name = entry["alg"] else { return (id, Key(publicKey: key)) }
        guard let algorithm = name.string.flatMap(TokenAlgorithm.init) else { return nil }
        return (id, Key(publicKey: key, algorithm: algorithm))
    }

    private static func publicKey(_ entry: JSONValue) -> PublicKey? {
        func octets(_ name: String) -> [UInt8]? { entry[name]?.string.flatMap(Base64URL.bytes) }
        switch entry["kty"]?.string {
        case "EC":
            guard entry["crv"]?.string == "P-256", let x = octets("x"), let y = octets("y"),
                x.count == 32, y.count == 32
            else { return nil }
            return try? PublicKey(curve: .p256, point: [4] + x + y)
        case "RSA":
            guard let modulus = octets("n"), let exponent = octets("e") else { return nil }
            return try? PublicKey(rsaModulus: modulus, exponent: exponent)
        default: return nil
        }
    }

    /// A P-256 key as a member of a key set; `nil` for other keys.
    package static func member(_ key: PublicKey, id: String) -> JSONValue? {
        guard case .ec(.p256) = key.kind, key.keyBits.count == 65 else { return nil }
        return [
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": .string(id),
            "x": .string(Base64URL.text(key.keyBits[1..<33])),
            "y": .string(Base64URL.text(key.keyBits[33...])),
        ]
    }
}
