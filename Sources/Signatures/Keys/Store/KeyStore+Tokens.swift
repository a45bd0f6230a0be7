// SPDX-License-Identifier: Apache-2.0

package import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A certificate on a token that a key of ours could be made of.
package struct TokenCandidate: Sendable, Hashable {
    package let token: Token
    package let entry: Token.Entry
    /// The certificate, then those above it that lie on the same token.
    package let chain: [Certificate]
}

extension Token {
    /// The certificates of this token for a purpose, authorities aside.
    package func candidates(for purpose: KeyPurpose) -> [TokenCandidate] {
        let all = entries.compactMap { entry in
            (try? Certificate(der: entry.certificate)).map { (entry: entry, certificate: $0) }
        }
        let use: CertificatePurpose =
            purpose == .signing ? .contentCommitment : .clientAuthentication
        return all.filter { use.refusal(of: $0.certificate) == nil && !$0.entry.keyID.isEmpty }
            .map { found in
                let chain = found.certificate.chain(in: all.map(\.certificate))
                return TokenCandidate(token: self, entry: found.entry, chain: chain)
            }
    }
}

/// Keys on tokens: the store keeps where they are, never a secret.
extension KeyStore {
    /// The tokens that a driver sees, without a PIN.
    ///
    /// - Parameter helper: Path of `econnector-token`.
    package static func tokens(
        of module: TokenModule, helper: String
    ) async throws -> [Token] {
        let process = try TokenProcess(helper: helper, module: module)
        guard case .list(let tokens) = try await process.ask(.list) else {
            throw TokenError.garbage
        }
        return tokens
    }

    /// Makes a certificate on a token a key of ours, after the checks of KC-31.
    package func register(
        _ candidate: TokenCandidate, of module: TokenModule, name: String, purpose: KeyPurpose,
        acceptance: CertificateAcceptance, now: Date
    ) throws {
        guard let certificate = candidate.chain.first,
            SignatureAlgorithm(usualFor: certificate.publicKey) != nil
        else { throw TokenError.unsupportedKey }
        try Self.check(
            candidate.chain, publicKey: certificate.publicKey, for: purpose, acceptance, now)
        let reference = TokenReference(
            module: module, serial: candidate.token.serial, tokenLabel: candidate.token.label,
            keyID: candidate.entry.keyID, purpose: purpose, created: now)
        try exclusively {
            let folder = try newFolder(name)
            try DurableFile.makeDirectory(folder.path)
            try write(candidate.chain, to: folder)
            try DurableFile.write(reference.bytes, to: folder.token)
        }
    }

    /// What the token of a key says about its PIN, to be shown before it is asked for (KC-11).
    package func token(ofKeyNamed name: String, helper: String) async throws -> Token {
        let reference = try reference(of: name)
        let tokens = try await Self.tokens(of: reference.module, helper: helper)
        guard let token = tokens.first(where: { $0.serial == reference.serial }) else {
            throw TokenError.refused(.noToken)
        }
        return token
    }

    /// Opens a key on a token for use at once.
    ///
    /// The attempt is counted on disk before the PIN goes anywhere (KC-11); what is certain not to
    /// have been tried is not counted.
    ///
    /// - Parameters:
    ///   - pin: None where the reader has its own keypad.
    ///   - usesLastTry: Tries the PIN though a wrong one would lock the token.
    package func openToken(
        _ name: String, pin: SecretBytes?, helper: String, now: Date, usesLastTry: Bool = false
    ) async throws -> PKCS11Key {
        let key = try key(named: name)
        try checkValidity(key, now)
        guard (1...Limits.pinSizeInBytes).contains(pin?.count ?? 1) else {
            throw TokenError.unusablePIN
        }
        let reference = try reference(of: name)
        let process = try TokenProcess(helper: helper, module: reference.module)
        let attempts = try folder(of: name).attempts
        let before = try exclusively { try attempts.begin(now: now) }
        do {
            let opened = try await PKCS11Key(
                on: process, reference: reference, certificateChain: key.certificateChain,
                pin: pin, usesLastTry: usesLastTry)
            try attempts.succeed()
            return opened
        } catch TokenError.refused(.wrongPIN(let state)) {
            throw TokenError.refused(.wrongPIN(state))
        } catch let error as TokenError {
            if case .refused = error { try attempts.write(before) }
            throw error
        }
    }

    private func reference(of name: String) throws -> TokenReference {
        guard case .token(let reference) = try key(named: name).place else {
            throw KeyStoreError.unknownKey(name)
        }
        return reference
    }
}
