// SPDX-License-Identifier: Apache-2.0
import Foundation
import Keys

extension Installation {
    /// `econnector-token`, beside this program.
    static var tokenHelper: String {
        URL(fileURLWithPath: Bundle.main.executablePath ?? CommandLine.arguments[0])
            .resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("econnector-token").path
    }
}

extension KeyOptions {
    /// Opens a key for use, wherever it is kept: asks for the passphrase of a file or the PIN of a
    /// token.
    func key(named name: String) async throws -> any SigningKey {
        do {
            let store = try store()
            switch try store.key(named: name).place {
            case .file:
                let passphrase = try Terminal.passphrase(
                    from: passphraseFile, prompt: "Passphrase of the key")
                return try store.unlockForUse(name, passphrase: passphrase, now: Date())
            case .token: return try await tokenKey(named: name, in: store)
            }
        } catch let error as KeyStoreError {
            throw CommandFailure(.refused, "key \(name): \(error)")
        } catch let error as TokenError {
            throw CommandFailure(.refused, "key \(name): \(error)")
        }
    }

    /// What the token says about its PIN is shown before it is asked for (KC-11).
    private func tokenKey(named name: String, in store: KeyStore) async throws -> any SigningKey {
        let token = try await store.token(ofKeyNamed: name, helper: Installation.tokenHelper)
        if token.pin != .good { Terminal.note("token \(token.label): \(token.pin.sentence)") }
        if token.pin == .finalTry, !lastTry {
            throw CommandFailure(.refused, "the last try is kept; --last-try spends it")
        }
        var pin: SecretBytes?
        if token.hasOwnKeypad {
            Terminal.note("give the PIN at the reader")
        } else {
            pin = try Terminal.passphrase(from: passphraseFile, prompt: "PIN of \(token.label)")
        }
        return try await store.openToken(
            name, pin: pin, helper: Installation.tokenHelper, now: Date(), usesLastTry: lastTry)
    }
}
