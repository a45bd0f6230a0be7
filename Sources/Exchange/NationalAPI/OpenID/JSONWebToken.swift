// SPDX-License-Identifier: Apache-2.0
package import JSON
package import Trust

/// The signature algorithms of tokens that are taken (JW-02): none that knows a shared secret.
package enum TokenAlgorithm: String, Sendable, Hashable, CaseIterable {
    case es256 = "ES256"
    case ps256 = "PS256"
    case rs256 = "RS256"

    package var signature: SignatureAlgorithm {
        switch self {
        case .es256: .ecdsa(.sha256)
        case .ps256: .rsaPSS(.sha256)
        case .rs256: .rsaPKCS1(.sha256)
        }
    }

    func takes(_ key: PublicKey) -> Bool {
        switch (self, key.kind) {
        case (.es256, .ec(.p256)): true
        case (.ps256, .rsa(let size)), (.rs256, .rsa(let size)): size >= 2048
        default: false
        }
    }
}

/// A JSON Web Token in its compact form, read but not yet believed (RFC 7519, RFC 7515).
///
/// Keys come from the issuer's key set alone: `jku`, `x5u`, `jwk` and `x5c` are never looked at
/// (JW-01). The payload can be seen only after the signature was verified.
package struct JSONWebToken: Sendable {
    package let algorithm: TokenAlgorithm
    package let keyID: String
    package let type: String?
    private let signingInput: [UInt8]
    private let payload: [UInt8]
    private let signature: [UInt8]

    /// - Throws: Form, algorithm or key identifier cannot be taken; no key was looked up yet.
    package init(
        parsing text: String, algorithms: Set<TokenAlgorithm>
    ) throws(TokenError) {
        guard text.utf8.count <= Limits.webTokenInBytes else {
            throw .tooLarge(limit: Limits.webTokenInBytes)
        }
        let segments = text.split(separator: ".", omittingEmptySubsequences: false)
        guard segments.count == 3, segments.allSatisfy({ !$0.isEmpty }) else {
            throw .malformed(what: "three segments")
        }
        guard let header = Base64URL.bytes(segments[0]), let payload = Base64URL.bytes(segments[1]),
            let signature = Base64URL.bytes(segments[2])
        else { throw .malformed(what: "base64url") }
        let fields = try Self.object(header)
        guard let name = fields["alg"]?.string, let algorithm = TokenAlgorithm(rawValue: name),
            algorithms.contains(algorithm)
        else { throw .algorithmRefused }
        guard fields["crit"] == nil, fields["b64"] == nil else { throw .criticalHeader }
        guard let keyID = fields["kid"]?.string, !keyID.isEmpty,
            keyID.count <= Limits.keyIDCharacters
        else { throw .keyUnknown }
        type = try fields["typ"].map { value throws(TokenError) in
            guard let type = value.string else { throw .malformed(what: "typ") }
            return type
        }
        (self.algorithm, self.keyID, self.payload) = (algorithm, keyID, payload)
        (self.signature, signingInput) = (signature, Array("\(segments[0]).\(segments[1])".utf8))
    }

    /// The claims, once the signature is found to be made by the issuer's key of this name.
    package func verified(with keys: JSONWebKeys) throws(TokenError) -> JSONValue {
        guard let key = keys[keyID] else { throw .keyUnknown }
        guard algorithm.takes(key.publicKey), key.algorithm.map({ $0 == algorithm }) ?? true else {
            throw .keyUnfit
        }
        // JOSE carries r || s of exactly the curve's size (RFC 7518, 3.4): DER is no signature.
        guard algorithm != .es256 || signature.count == 64,
            key.publicKey.verify(
                rawSignature: signature, over: signingInput, algorithm: algorithm.signature)
                == .valid
        else { throw .signatureInvalid }
        return try Self.object(payload)
    }

    /// JW-04: an object without doubled names, not too deep.
    private static func object(_ bytes: [UInt8]) throws(TokenError) -> JSONValue {
        let limits = JSONLimits(
            sizeInBytes: Limits.webTokenInBytes, depth: Limits.webTokenDepth)
        guard let value = try? JSONValue(parsing: bytes, limits: limits), value.object != nil
        else { throw .malformed(what: "JSON object") }
        return value
    }

    /// A signed token in its compact form.
    ///
    /// - Parameter sign: Gives `r || s` for ES256.
    package static func compact(
        header: JSONValue, claims: JSONValue, sign: ([UInt8]) throws -> [UInt8]
    ) rethrows -> String {
        let input =
            Base64URL.text(header.serialized()) + "." + Base64URL.text(claims.serialized())
        return input + "." + Base64URL.text(try sign(Array(input.utf8)))
    }
}
