// SPDX-License-Identifier: Apache-2.0
import Keys

/// What this process knows between two messages: the driver, once loaded, and the open key.
struct TokenDriver {
    private struct OpenKey {
        var session: Cryptoki.Session
        var key: Cryptoki.Object
        /// Kept only for a key that wants the PIN before each signature (CKA_ALWAYS_AUTHENTICATE).
        var pin: SecretBytes?
    }

    private let module: String
    private var loaded: Cryptoki?
    private var open: OpenKey?

    init(module: String) { self.module = module }

    mutating func answer(_ request: TokenRequest, secret: SecretBytes?) -> TokenReply {
        do throws(TokenRefusal) {
            let cryptoki = try cryptoki()
            switch request {
            case .health: return .health(try cryptoki.library())
            case .list:
                return .list(
                    try cryptoki.slots().map { slot throws(TokenRefusal) in
                        try cryptoki.token(in: slot)
                    })
            case .open(let serial, let keyID, let usesLastTry):
                open = try Self.open(
                    cryptoki, serial, keyID, pin: secret, usesLastTry: usesLastTry)
                return .opened
            case .sign(let mechanism, let data):
                return .signed(try sign(cryptoki, mechanism, data))
            }
        } catch {
            return .refused(error)
        }
    }

    private mutating func cryptoki() throws(TokenRefusal) -> Cryptoki {
        if let loaded { return loaded }
        let cryptoki = try Cryptoki(loading: module)
        loaded = cryptoki
        return cryptoki
    }

    private static func open(
        _ cryptoki: Cryptoki, _ serial: String, _ keyID: [UInt8], pin: SecretBytes?,
        usesLastTry: Bool
    ) throws(TokenRefusal) -> OpenKey {
        let slot = try cryptoki.slot(ofTokenWithSerial: serial)
        let state = try cryptoki.pinState(in: slot)
        switch state {
        case .locked, .uninitialised: throw .notTried(state)
        case .finalTry where !usesLastTry: throw .notTried(state)
        default: break
        }
        let session = try cryptoki.session(in: slot)
        try cryptoki.logIn(session, in: slot, pin: pin)
        let key = try cryptoki.privateKey(keyID, in: session)
        let wantsPINEachTime = cryptoki.isAlwaysAuthenticated(key, in: session)
        return OpenKey(session: session, key: key, pin: wantsPINEachTime ? pin : nil)
    }

    private mutating func sign(
        _ cryptoki: Cryptoki, _ mechanism: TokenMechanism, _ data: [UInt8]
    ) throws(TokenRefusal) -> [UInt8] {
        guard let open else { throw .notOpen }
        do throws(TokenRefusal) {
            return try cryptoki.sign(
                data, mechanism, with: open.key, in: open.session, pin: open.pin)
        } catch {
            // A PIN that was refused once is never tried again.
            if case .wrongPIN = error { self.open = nil }
            throw error
        }
    }
}
