// SPDX-License-Identifier: Apache-2.0

package import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A key as the store shows it, without opening it.
package struct StoredKey: Sendable, Hashable {
    /// The name by which it is asked for.
    package let name: String
    package let place: Place
    package let purpose: KeyPurpose
    package let created: Date
    /// Empty until the certificate came.
    package let certificateChain: [Certificate]
    /// Wrong passphrases in a row.
    package let failures: Int

    package var certificate: Certificate? { certificateChain.first }

    /// Where the private key is.
    package enum Place: Sendable, Hashable {
        case file(SoftwareKeyKind)
        case token(TokenReference)
    }

    /// Of a key in a file; nil for one on a token.
    package var kind: SoftwareKeyKind? {
        if case .file(let kind) = place { kind } else { nil }
    }

    /// What a list shows: `P-256`, `RSA 3072 on the token Doctor`.
    package var summary: String {
        switch place {
        case .file(let kind): kind.rawValue
        case .token(let reference):
            "\(certificate?.publicKey.summary ?? "key") on the token \(reference.tokenLabel)"
        }
    }
}

/// Encrypted private keys in a directory: one folder each, one device secret for all (4.2).
///
///     device-secret            32 octets, 0600
///     NAME/key.cks1            the encrypted key; key.cks1.previous is the generation before
///     NAME/certificates.pem    its certificate and those above it
///     NAME/token.json          instead of key.cks1: on which token the key is
///     NAME/attempts.json       wrong passphrases in a row
///
/// The store remembers nothing in memory; several processes may use it.
package struct KeyStore: Sendable {
    package let directory: String

    /// Opens a store, made if there is none.
    package init(directory: String) throws {
        self.directory = directory
        try DurableFile.makeDirectory(directory)
    }

    // MARK: Looking

    /// All keys, by name.
    package func list() throws -> [StoredKey] {
        try names().map { try key(named: $0) }
    }

    /// One key, without opening it.
    package func key(named name: String) throws -> StoredKey {
        let folder = try folder(of: name)
        let chain = try certificates(folder)
        let failures = try folder.attempts.state().failures
        if let reference = try tokenReference(folder) {
            return StoredKey(
                name: name, place: .token(reference), purpose: reference.purpose,
                created: reference.created, certificateChain: chain, failures: failures)
        }
        let header = try readKeyFile(folder).header
        return StoredKey(
            name: name, place: .file(header.kind), purpose: header.purpose,
            created: Date(timeIntervalSince1970: Double(header.created)),
            certificateChain: chain, failures: failures)
    }

    // MARK: Making

    /// Makes a key, encrypts it under a passphrase and returns it open, so that it can sign the
    /// request for its certificate (KC-30).
    package func create(
        name: String, kind: SoftwareKeyKind, purpose: KeyPurpose, passphrase: SecretBytes,
        now: Date
    ) throws -> SoftwareKey {
        let key = try SoftwareKey(generating: kind)
        try store(key, name: name, kind: kind, purpose: purpose, passphrase: passphrase, now: now)
        return key
    }

    /// Takes over a key that was made elsewhere, with its certificate: checked (KC-31), then
    /// encrypted at once (KC-30).
    ///
    /// - Parameter key: With its chain, as ``PKCS12File`` gives it.
    package func adopt(
        _ key: SoftwareKey, name: String, purpose: KeyPurpose, passphrase: SecretBytes,
        acceptance: CertificateAcceptance, now: Date
    ) throws {
        try Self.check(
            key.certificateChain, publicKey: key.publicKey, for: purpose, acceptance, now)
        try store(
            key, name: name, kind: key.kind, purpose: purpose, passphrase: passphrase, now: now)
    }

    private func store(
        _ key: SoftwareKey, name: String, kind: SoftwareKeyKind, purpose: KeyPurpose,
        passphrase: SecretBytes, now: Date
    ) throws {
        guard Self.isUsable(name) else { throw KeyStoreError.unusableName }
        if let fault = PassphraseRules.fault(of: passphrase) {
            throw KeyStoreError.weakPassphrase(fault)
        }
        try exclusively {
            let folder = try newFolder(name)
            let file = try KeyFile(
                sealing: key, kind: kind, purpose: purpose,
                created: Int(now.timeIntervalSince1970), counter: 1, passphrase: passphrase,
                deviceSecret: deviceSecret())
            try DurableFile.makeDirectory(folder.path)
            if !key.certificateChain.isEmpty { try write(key.certificateChain, to: folder) }
            try DurableFile.write(file.bytes, to: folder.keyFile)
        }
    }

    /// Gives a key its certificate, after all checks of KC-31.
    ///
    /// - Parameters:
    ///   - chain: The certificate first, then those above it, as far as they came.
    ///   - acceptance: What it must fulfil; nil only where a caller has checked otherwise.
    package func add(
        _ chain: [Certificate], toKeyNamed name: String, publicKey: PublicKey,
        acceptance: CertificateAcceptance?, now: Date
    ) throws {
        let folder = try folder(of: name)
        if let acceptance {
            let purpose = try key(named: name).purpose
            try Self.check(chain, publicKey: publicKey, for: purpose, acceptance, now)
        }
        guard chain.first?.publicKey == publicKey else { throw KeyStoreError.foreignCertificate }
        try write(chain, to: folder)
    }

    /// The checks of KC-31 on a certificate and what came with it.
    static func check(
        _ chain: [Certificate], publicKey: PublicKey, for purpose: KeyPurpose,
        _ acceptance: CertificateAcceptance, _ now: Date
    ) throws {
        guard let certificate = chain.first, certificate.publicKey == publicKey else {
            throw KeyStoreError.foreignCertificate
        }
        var acceptance = acceptance
        acceptance.material.certificates += chain.dropFirst()
        let faults = acceptance.faults(of: certificate, for: purpose, now: now)
        guard faults.isEmpty else { throw KeyStoreError.certificateRefused(faults) }
    }

    // MARK: Opening

    /// Opens a key with its passphrase (KC-11).
    ///
    /// - Throws: ``KeyStoreError``; a wrong passphrase says when the next attempt may be made.
    package func unlock(
        _ name: String, passphrase: SecretBytes, now: Date
    ) throws -> SoftwareKey {
        let folder = try folder(of: name)
        return try exclusively {
            let file = try readKeyFile(folder)
            let secret = try deviceSecret()
            try folder.attempts.begin(now: now)
            do {
                var key = try file.open(passphrase: passphrase, deviceSecret: secret)
                try folder.attempts.succeed()
                key.certificateChain = try certificates(folder)
                try Self.checkMatch(key)
                return key
            } catch KeyFileError.doesNotOpen {
                let state = try folder.attempts.state()
                throw KeyStoreError.wrongPassphrase(
                    failures: state.failures, next: state.nextAttempt)
            }
        }
    }

    /// Opens a key that is to be used at once: its certificate is there and valid now.
    package func unlockForUse(
        _ name: String, passphrase: SecretBytes, now: Date
    ) throws -> SoftwareKey {
        // What can be told without the passphrase is told before it costs an attempt.
        try checkValidity(try key(named: name), now)
        return try unlock(name, passphrase: passphrase, now: now)
    }

    func checkValidity(_ key: StoredKey, _ now: Date) throws {
        let name = key.name
        guard let certificate = key.certificate else {
            throw KeyStoreError.noCertificate(name)
        }
        guard now >= certificate.notBefore else {
            throw KeyStoreError.certificateNotYetValid(from: certificate.notBefore)
        }
        guard now <= certificate.notAfter else {
            throw KeyStoreError.certificateExpired(on: certificate.notAfter)
        }
    }

    /// Removes a key for good, its earlier generation too.
    package func remove(_ name: String) throws {
        let folder = try folder(of: name)
        try exclusively {
            for path in folder.all { try DurableFile.remove(path) }
            try FileManager.default.removeItem(atPath: folder.path)
        }
    }

    private static func checkMatch(_ key: SoftwareKey) throws {
        guard let certificate = key.certificate else { return }
        guard certificate.publicKey == key.publicKey else { throw KeyStoreError.foreignCertificate }
    }
}
