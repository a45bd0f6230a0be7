// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON
import NationalAPI
import TestSupport
import Testing
import Trust

/// An issuer with one P-256 and one RSA key, and what its client demands.
struct TestIssuer {
    static let now = TestPKI.clock
    static let issuer = "https://identity.test"
    let ecKey = TestPKI.shared.signer.key
    let rsaKey = TestPKI.shared.rsaSigner.key
    let keys: JSONWebKeys

    init() throws {
        let member = JSONWebKeys.member(try ecKey.publicKey, id: "k1")
        keys = try Self.set([member].compactMap { $0 })
    }

    static func set(_ members: [JSONValue]) throws -> JSONWebKeys {
        try JSONWebKeys(
            parsing: JSONValue.object([JSONMember("keys", .array(members))]).serialized())
    }

    var rules: TokenRules {
        TokenRules(
            use: .identity, algorithms: Set(TokenAlgorithm.allCases), issuer: Self.issuer,
            audience: "client", nonce: "nonce", accessToken: "access", code: "code")
    }

    static let header: [(String, JSONValue?)] = [
        ("alg", "ES256"), ("kid", "k1"), ("typ", "JWT"),
    ]
    static let claims: [(String, JSONValue?)] = [
        ("iss", .string(issuer)), ("sub", "1000234560"), ("aud", "client"),
        ("iat", .int(Int(now.timeIntervalSince1970))),
        ("exp", .int(Int(now.timeIntervalSince1970) + 300)), ("nonce", "nonce"),
        ("at_hash", .string(TokenRules.hash(of: "access"))),
        ("c_hash", .string(TokenRules.hash(of: "code"))),
    ]

    private static func object(
        _ base: [(String, JSONValue?)], _ changes: [String: JSONValue?]
    ) -> JSONValue {
        var members = base.filter { changes.index(forKey: $0.0) == nil }
        for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
            members.append((name, value))
        }
        return .object(members.compactMap { name, value in value.map { JSONMember(name, $0) } })
    }

    /// A token whose members are changed, or taken out for `nil`.
    func token(
        header: [String: JSONValue?] = [:], claims: [String: JSONValue?] = [:],
        sign: (([UInt8]) throws -> [UInt8])? = nil
    ) throws -> String {
        try JSONWebToken.compact(
            header: Self.object(Self.header, header), claims: Self.object(Self.claims, claims)
        ) { input in
            if let sign { return try sign(input) }
            return try ECDSASignature(der: ecKey.sign(input)).raw(for: .p256) ?? []
        }
    }

    func check(_ token: String, _ rules: TokenRules? = nil) throws -> TokenClaims {
        try (rules ?? self.rules).check(token, keys: keys, now: Self.now)
    }
}

@Suite("Tokens: form, algorithm and key (JW-01, JW-02, JW-04)")
struct TokenFormTests {
    private let issuer: TestIssuer

    init() throws { issuer = try TestIssuer() }

    private func refuses(_ error: TokenError, _ token: String) {
        #expect(throws: error) { try issuer.check(token) }
    }

    @Test("a good token is taken")
    func good() throws {
        #expect(try issuer.check(issuer.token()).subject == "1000234560")
    }

    @Test(
        "no algorithm, before any key is looked up", arguments: ["none", "None", "nOnE", "HS256"])
    func algorithm(_ name: String) throws {
        // The last is a public key used as a secret: J-02.
        let token = try issuer.token(header: ["alg": .string(name), "kid": "unknown"])
        refuses(.algorithmRefused, token)
        refuses(.algorithmRefused, try issuer.token(header: ["alg": nil]))
    }

    @Test(
        "a key that is not the issuer's (J-03)",
        arguments: [
            "unknown", "../../dev/null", "' OR 1=1 --", "", String(repeating: "k", count: 129),
        ])
    func key(_ id: String) throws {
        refuses(.keyUnknown, try issuer.token(header: ["kid": .string(id)]))
        refuses(.keyUnknown, try issuer.token(header: ["kid": nil]))
    }

    @Test("a key the token brings along is not used (J-04, J-05)")
    func brought() throws {
        let other = try TestKey.p256(named: "attacker")
        let jwk = try #require(JSONWebKeys.member(other.publicKey, id: "k1"))
        let forged = try issuer.token(header: [
            "jwk": jwk, "jku": "https://attacker.test/keys", "x5u": "https://attacker.test/c",
        ]) { try ECDSASignature(der: other.sign($0)).raw(for: .p256) ?? [] }
        refuses(.signatureInvalid, forged)
        // The same names beside a good signature do no harm: nobody looks at them.
        _ = try issuer.check(issuer.token(header: ["jku": "https://attacker.test/keys"]))
    }

    @Test("anything critical is refused (JW-01)")
    func critical() throws {
        refuses(.criticalHeader, try issuer.token(header: ["crit": ["b64"], "b64": false]))
    }

    @Test("a signature that is stripped, and other numbers of segments (J-06)")
    func segments() throws {
        let token = try issuer.token()
        let cut = token.lastIndex(of: ".") ?? token.endIndex
        for forged in [
            String(token[..<cut]), token[..<cut] + ".", token + ".", token + ".e30", "." + token,
        ] {
            refuses(.malformed(what: "three segments"), forged)
        }
        refuses(.malformed(what: "base64url"), token + "=")
    }

    @Test("ECDSA of zeros, and in DER (J-07)")
    func ecdsa() throws {
        refuses(
            .signatureInvalid, try issuer.token { _ in [UInt8](repeating: 0, count: 64) })
        refuses(.signatureInvalid, try issuer.token { try issuer.ecKey.sign($0) })
        let longer = try issuer.token { input in
            let raw = try ECDSASignature(der: issuer.ecKey.sign(input)).raw(for: .p256) ?? []
            return [0] + raw.prefix(32) + [0] + raw.suffix(32)
        }
        refuses(.signatureInvalid, longer)
    }

    @Test("an algorithm the key is not for")
    func unfit() throws {
        let rsa = try issuer.token(header: ["alg": "RS256"]) { try issuer.rsaKey.sign($0) }
        refuses(.keyUnfit, rsa)
    }

    @Test("RSA by both paddings, and shared secrets dropped from a key set (JW-02)")
    func rsa() throws {
        let bits = try issuer.rsaKey.publicKey.keyBits
        // RSAPublicKey: SEQUENCE { INTEGER 0 ‖ 384 octets, INTEGER 65537 }.
        let modulus = Base64URL.text(bits.dropLast(5).suffix(384))
        let entry: JSONValue = [
            "kty": "RSA", "kid": "r1", "n": .string(modulus), "e": "AQAB", "use": "sig",
        ]
        let secret: JSONValue = ["kty": "oct", "kid": "k1", "k": "AAAA"]
        let keys = try TestIssuer.set([secret, entry])
        #expect(keys["k1"] == nil)
        let plain = try issuer.token(header: ["alg": "RS256", "kid": "r1"]) {
            try issuer.rsaKey.sign($0)
        }
        let pss = try issuer.token(header: ["alg": "PS256", "kid": "r1"]) {
            try issuer.rsaKey.signPSS($0)
        }
        for token in [plain, pss] {
            _ = try issuer.rules.check(token, keys: keys, now: TestIssuer.now)
        }
    }

    @Test("two keys of one name name none (JW-01)")
    func doubledKey() throws {
        let one = try #require(JSONWebKeys.member(issuer.ecKey.publicKey, id: "k1"))
        let other = try #require(
            JSONWebKeys.member(TestKey.p256(named: "other").publicKey, id: "k1"))
        #expect(try TestIssuer.set([one, other])["k1"] == nil)
    }

    @Test("too large, too deep, a member twice (JW-04)")
    func limits() throws {
        refuses(
            .tooLarge(limit: 16 << 10),
            try issuer.token(claims: ["x": .string(String(repeating: "x", count: 17_000))]))
        var deep: JSONValue = 1
        for _ in 0..<20 { deep = .array([deep]) }
        refuses(.malformed(what: "JSON object"), try issuer.token(claims: ["x": deep]))
        let doubled = Base64URL.text(Array(#"{"alg":"ES256","alg":"none","kid":"k1"}"#.utf8))
        refuses(.malformed(what: "JSON object"), doubled + ".e30.AAAA")
    }
}

@Suite("Tokens: what they must say (JW-03)")
struct TokenClaimTests {
    private let issuer: TestIssuer
    private static let seconds = Int(TestIssuer.now.timeIntervalSince1970)

    init() throws { issuer = try TestIssuer() }

    private func refuses(_ error: TokenError, _ claims: [String: JSONValue?]) throws {
        let token = try issuer.token(claims: claims)
        #expect(throws: error) { try issuer.check(token) }
    }

    @Test(
        "another issuer, also by a slash alone (J-08)",
        arguments: ["https://identity.test/", "https://other.test", "https://integration.test"])
    func issuers(_ name: String) throws {
        try refuses(.foreign(claim: "iss"), ["iss": .string(name)])
    }

    @Test("another audience; several without the party that is meant (J-09)")
    func audience() throws {
        try refuses(.foreign(claim: "aud"), ["aud": "other"])
        try refuses(.foreign(claim: "azp"), ["aud": ["client", "other"]])
        try refuses(.foreign(claim: "azp"), ["aud": ["client", "other"], "azp": "other"])
        try refuses(.malformed(what: "aud"), ["aud": nil])
        _ = try issuer.check(
            issuer.token(claims: ["aud": ["client", "other"], "azp": "client"]))
    }

    @Test(
        "an end that is no moment (J-10)",
        arguments: [
            .string("1795169100"), try? JSONValue(parsing: Array("1e30".utf8)),
            .int(-1), nil,
        ] as [JSONValue?])
    func end(_ value: JSONValue?) throws {
        try refuses(.malformed(what: "exp"), ["exp": value])
    }

    @Test("over, or not begun, by more than a minute")
    func times() throws {
        try refuses(.expired, ["exp": .int(Self.seconds - 60)])
        _ = try issuer.check(issuer.token(claims: ["exp": .int(Self.seconds - 59)]))
        try refuses(.notYetValid, ["nbf": .int(Self.seconds + 61)])
        try refuses(.notYetValid, ["iat": .int(Self.seconds + 61)])
        try refuses(.malformed(what: "iat"), ["iat": nil])
        _ = try issuer.check(issuer.token(claims: ["nbf": .int(Self.seconds + 60)]))
    }

    @Test("the token of an earlier login (J-11)")
    func nonce() throws {
        try refuses(.foreign(claim: "nonce"), ["nonce": "earlier"])
        try refuses(.foreign(claim: "nonce"), ["nonce": nil])
    }

    @Test("a token for another use, by its type")
    func type() throws {
        let access = try issuer.token(header: ["typ": "at+jwt"])
        #expect(throws: TokenError.typeRefused) { try issuer.check(access) }
        var rules = issuer.rules
        rules.use = .access
        _ = try issuer.check(access, rules)
        let identity = try issuer.token()
        #expect(throws: TokenError.typeRefused) { try issuer.check(identity, rules) }
    }

    @Test("hashes of another code or access token")
    func hashes() throws {
        try refuses(.foreign(claim: "at_hash"), ["at_hash": "AAAA"])
        try refuses(.foreign(claim: "c_hash"), ["c_hash": "AAAA"])
        _ = try issuer.check(issuer.token(claims: ["at_hash": nil, "c_hash": nil]))
    }

    @Test("a login that is too long ago, or by too weak means, where that was asked for")
    func login() throws {
        var rules = issuer.rules
        rules.maxAgeInSeconds = 300
        let missing = try issuer.token()
        #expect(throws: TokenError.malformed(what: "auth_time")) {
            try issuer.check(missing, rules)
        }
        let old = try issuer.token(claims: ["auth_time": .int(Self.seconds - 361)])
        #expect(throws: TokenError.expired) { try issuer.check(old, rules) }
        rules.maxAgeInSeconds = nil
        rules.contextClasses = ["high"]
        let weak = try issuer.token(claims: ["acr": "low"])
        #expect(throws: TokenError.foreign(claim: "acr")) { try issuer.check(weak, rules) }
    }
}
