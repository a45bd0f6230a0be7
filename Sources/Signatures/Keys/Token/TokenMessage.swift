// SPDX-License-Identifier: Apache-2.0

package import JSON
package import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What the connector asks the process that drives a token.
package enum TokenRequest: Sendable, Hashable {
    case health
    /// All tokens with their certificates; needs no PIN.
    case list
    /// Logs in and finds the private key; the PIN comes beside the message.
    case open(serial: String, keyID: [UInt8], usesLastTry: Bool)
    case sign(TokenMechanism, data: [UInt8])
}

/// How a token signs (PKCS #11): always over what was digested here.
package enum TokenMechanism: Sendable, Hashable {
    /// CKM_ECDSA over a digest; gives `r || s`.
    case ecdsa
    /// CKM_RSA_PKCS over a DigestInfo.
    case rsaPKCS1
    /// CKM_RSA_PKCS_PSS over a digest.
    case rsaPSS(DigestAlgorithm, saltLength: Int)
}

/// What the process answers.
package enum TokenReply: Sendable, Hashable {
    case health(TokenLibrary)
    case list([Token])
    case opened
    case signed([UInt8])
    case refused(TokenRefusal)
}

/// The driver, in its own words.
package struct TokenLibrary: Sendable, Hashable {
    package var manufacturer: String
    package var description: String
    /// Tokens that are present.
    package var tokens: Int

    package init(manufacturer: String, description: String, tokens: Int) {
        self.manufacturer = manufacturer
        self.description = description
        self.tokens = tokens
    }
}

/// How many tries of its PIN a token has left, as far as it tells (CKF_USER_PIN_...).
package enum PINState: String, Sendable, Hashable, CaseIterable {
    case good
    /// A wrong PIN was given since the last right one.
    case countLow = "count-low"
    case finalTry = "final-try"
    case locked
    /// Nobody has set a PIN yet.
    case uninitialised
}

/// A token that is present, and the certificates on it.
package struct Token: Sendable, Hashable {
    /// A certificate on a token; the private key that goes with it has the same identifier.
    package struct Entry: Sendable, Hashable {
        package var keyID: [UInt8]
        package var label: String
        package var certificate: [UInt8]

        package init(keyID: [UInt8], label: String, certificate: [UInt8]) {
            self.keyID = keyID
            self.label = label
            self.certificate = certificate
        }
    }

    package var label: String
    package var serial: String
    package var model: String
    package var pin: PINState
    /// The PIN is given at the reader, not here.
    package var hasOwnKeypad: Bool
    package var entries: [Entry]

    package init(
        label: String, serial: String, model: String, pin: PINState, hasOwnKeypad: Bool,
        entries: [Entry]
    ) {
        self.label = label
        self.serial = serial
        self.model = model
        self.pin = pin
        self.hasOwnKeypad = hasOwnKeypad
        self.entries = entries
    }
}

/// Why the driver or its token refused.
package enum TokenRefusal: Error, Hashable {
    /// The file is no PKCS #11 module, or what it needs is missing.
    case noModule
    case noToken
    case noKey
    /// The PIN is wrong; what the token says about the tries that are left.
    case wrongPIN(PINState)
    /// The PIN was not tried: the token is in this state (KC-11).
    case notTried(PINState)
    /// The token cannot sign so.
    case mechanism
    /// Nobody logged in, or the token was taken out since.
    case notOpen
    case badRequest
    /// Another return value of PKCS #11 (`CKR_...`), and the function that gave it.
    case driver(function: String, code: Int)
}

// MARK: - JSON

extension TokenRequest {
    package var json: JSONValue {
        switch self {
        case .health: ["operation": "health"]
        case .list: ["operation": "list"]
        case .open(let serial, let keyID, let usesLastTry):
            [
                "operation": "open", "serial": .string(serial), "keyID": .base64(keyID),
                "usesLastTry": .bool(usesLastTry),
            ]
        case .sign(let mechanism, let data):
            .object(
                [JSONMember("operation", "sign"), JSONMember("data", .base64(data))]
                    + mechanism.members)
        }
    }

    package init(_ reader: JSONReader) throws(JSONReadingError) {
        switch try reader.member("operation").string() {
        case "health": self = .health
        case "list": self = .list
        case "open":
            self = .open(
                serial: try reader.member("serial").string(),
                keyID: try reader.member("keyID").base64(),
                usesLastTry: try reader.member("usesLastTry").boolean())
        case "sign":
            self = .sign(
                try TokenMechanism(reader), data: try reader.member("data").base64())
        default: throw try reader.member("operation").unexpected("an operation")
        }
    }
}

extension TokenMechanism {
    fileprivate var members: [JSONMember] {
        switch self {
        case .ecdsa: [JSONMember("mechanism", "ecdsa")]
        case .rsaPKCS1: [JSONMember("mechanism", "rsa-pkcs1")]
        case .rsaPSS(let digest, let saltLength):
            [
                JSONMember("mechanism", "rsa-pss"), JSONMember("digest", .string(digest.rawValue)),
                JSONMember("saltLength", .int(saltLength)),
            ]
        }
    }

    fileprivate init(_ reader: JSONReader) throws(JSONReadingError) {
        switch try reader.member("mechanism").string() {
        case "ecdsa": self = .ecdsa
        case "rsa-pkcs1": self = .rsaPKCS1
        case "rsa-pss":
            self = .rsaPSS(
                try reader.member("digest").choice(DigestAlgorithm.self),
                saltLength: try reader.member("saltLength").int(in: 0...512))
        default: throw try reader.member("mechanism").unexpected("a mechanism")
        }
    }
}

extension TokenReply {
    package var json: JSONValue {
        switch self {
        case .health(let library):
            [
                "answer": "health", "manufacturer": .string(library.manufacturer),
                "description": .string(library.description), "tokens": .int(library.tokens),
            ]
        case .list(let tokens): ["answer": "list", "tokens": .array(tokens.map(\.json))]
        case .opened: ["answer": "opened"]
        case .signed(let value): ["answer": "signed", "value": .base64(value)]
        case .refused(let refusal):
            .object([JSONMember("answer", "refused")] + refusal.members)
        }
    }

    package init(_ reader: JSONReader) throws(JSONReadingError) {
        switch try reader.member("answer").string() {
        case "health":
            self = .health(
                TokenLibrary(
                    manufacturer: try reader.member("manufacturer").string(),
                    description: try reader.member("description").string(),
                    tokens: try reader.member("tokens").int(in: 0...Limits.tokens)))
        case "list":
            self = .list(
                try reader.member("tokens").elements().map { item throws(JSONReadingError) in
                    try Token(item)
                })
        case "opened": self = .opened
        case "signed": self = .signed(try reader.member("value").base64())
        case "refused": self = .refused(try TokenRefusal(reader))
        default: throw try reader.member("answer").unexpected("an answer")
        }
    }
}

extension Token {
    fileprivate var json: JSONValue {
        [
            "label": .string(label), "serial": .string(serial), "model": .string(model),
            "pin": .string(pin.rawValue), "hasOwnKeypad": .bool(hasOwnKeypad),
            "entries": .array(
                entries.map {
                    [
                        "keyID": .base64($0.keyID), "label": .string($0.label),
                        "certificate": .base64($0.certificate),
                    ]
                }),
        ]
    }

    fileprivate init(_ reader: JSONReader) throws(JSONReadingError) {
        self.init(
            label: try reader.member("label").string(),
            serial: try reader.member("serial").string(),
            model: try reader.member("model").string(),
            pin: try reader.member("pin").choice(PINState.self),
            hasOwnKeypad: try reader.member("hasOwnKeypad").boolean(),
            entries: try reader.member("entries").elements().map { item throws(JSONReadingError) in
                Entry(
                    keyID: try item.member("keyID").base64(),
                    label: try item.member("label").string(),
                    certificate: try item.member("certificate").base64())
            })
    }
}

extension TokenRefusal {
    fileprivate var members: [JSONMember] {
        let (reason, more): (String, [JSONMember]) =
            switch self {
            case .noModule: ("no-module", [])
            case .noToken: ("no-token", [])
            case .noKey: ("no-key", [])
            case .wrongPIN(let state): ("wrong-pin", [JSONMember("pin", .string(state.rawValue))])
            case .notTried(let state): ("not-tried", [JSONMember("pin", .string(state.rawValue))])
            case .mechanism: ("mechanism", [])
            case .notOpen: ("not-open", [])
            case .badRequest: ("bad-request", [])
            case .driver(let function, let code):
                (
                    "driver",
                    [JSONMember("function", .string(function)), JSONMember("code", .int(code))]
                )
            }
        return [JSONMember("reason", .string(reason))] + more
    }

    fileprivate init(_ reader: JSONReader) throws(JSONReadingError) {
        switch try reader.member("reason").string() {
        case "no-module": self = .noModule
        case "no-token": self = .noToken
        case "no-key": self = .noKey
        case "wrong-pin": self = .wrongPIN(try reader.member("pin").choice(PINState.self))
        case "not-tried": self = .notTried(try reader.member("pin").choice(PINState.self))
        case "mechanism": self = .mechanism
        case "not-open": self = .notOpen
        case "bad-request": self = .badRequest
        case "driver":
            self = .driver(
                function: try reader.member("function").string(),
                code: try reader.member("code").int())
        default: throw try reader.member("reason").unexpected("a reason")
        }
    }
}

extension JSONValue {
    static func base64(_ bytes: [UInt8]) -> JSONValue { .string(Data(bytes).base64EncodedString()) }
}

extension JSONReader {
    func base64() throws(JSONReadingError) -> [UInt8] {
        guard let data = Data(base64Encoded: try string()) else { throw unexpected("base64") }
        return Array(data)
    }
}
