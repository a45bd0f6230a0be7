// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import Keys
import Trust

struct ImportKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Takes over a key from a PKCS #12 file, or registers one on a token.",
        discussion: """
            A PKCS #12 file must be protected with AES; its key is encrypted anew at once under a passphrase of
            its own. A token's key stays on the token: no PIN is asked for, nothing secret is stored. The
            certificate must be for signing (contentCommitment), valid now, and end in an anchor if one is given.

            EXAMPLES
              econnector keys import doctor.p12 --name doctor --anchor root.pem
              econnector keys import --pkcs11 /usr/lib/softhsm/libsofthsm2.so --token Doctor --name card
            """)

    @Argument(help: "A PKCS #12 file.") var file: String?
    @Option(help: "Name for the key: lower-case letters, digits, hyphens.") var name =
        Enrolment.signing
    @Flag(help: "For logging in, not for signing.") var authentication = false
    @Option(name: .customLong("pkcs11"), help: "Absolute path of a PKCS #11 module.") var module:
        String?
    @Option(help: "Label of the token, where there are several.") var token: String?
    @Option(help: "Label of the certificate, where the token has several.") var certificate: String?
    @Option(help: "File with the passphrase of the PKCS #12 file.") var filePassphraseFile: String?
    @Option(help: "Certificate that the chain must end in (PEM or DER); repeatable.") var anchor:
        [String] = []
    @OptionGroup var options: KeyOptions

    private var purpose: KeyPurpose { authentication ? .authentication : .signing }

    func run() async throws {
        do {
            switch (file, module) {
            case (let file?, nil): try importFile(file)
            case (nil, let module?): try await register(TokenModule(registering: module))
            default: throw CommandFailure(.usage, "name a PKCS #12 file, or --pkcs11 MODULE")
            }
        } catch let error as CommandFailure {
            throw error
        } catch let error as PKCS12Error {
            let status: ExitStatus = error == .notPKCS12 ? .unreadableInput : .refused
            throw CommandFailure(status, "\(file ?? ""): \(error)")
        } catch let error as KeyStoreError {
            throw CommandFailure(.refused, "key \(name): \(error)")
        } catch let error as TokenError {
            throw CommandFailure(.refused, "\(error)")
        }
    }

    private func importFile(_ path: String) throws {
        let file = try PKCS12File(
            parsing: Terminal.read(path, limit: Keys.Limits.pkcs12SizeInBytes))
        let secret = try Terminal.passphrase(
            from: filePassphraseFile, prompt: "Passphrase of \(path)")
        let key = try file.open(passphrase: secret)
        let passphrase = try Terminal.passphrase(
            from: options.passphraseFile, prompt: "New passphrase, 12 characters or more")
        try options.store().adopt(
            key, name: name, purpose: purpose, passphrase: passphrase, acceptance: acceptance(),
            now: Date())
        Terminal.note(
            """
            warning: whoever made \(path) has had this key, so it is under your sole control only if they \
            kept no copy. It is encrypted here; delete the file and its copies.
            """)
        say(key.certificate)
    }

    private func register(_ module: TokenModule) async throws {
        let tokens = try await KeyStore.tokens(of: module, helper: Installation.tokenHelper)
            .filter { token == nil || $0.label == token }
        let candidates = tokens.flatMap { $0.candidates(for: purpose) }
            .filter { certificate == nil || $0.entry.label == certificate }
        guard let candidate = candidates.first else {
            throw CommandFailure(
                .refused,
                tokens.isEmpty
                    ? "there is no such token; insert it"
                    : "there is no \(purpose.rawValue) certificate on the token")
        }
        guard candidates.count == 1 else {
            throw TokenError.ambiguous(
                candidates.map { "--token '\($0.token.label)' --certificate '\($0.entry.label)'" })
        }
        try options.store().register(
            candidate, of: module, name: name, purpose: purpose, acceptance: acceptance(),
            now: Date())
        say(candidate.chain.first)
    }

    private func acceptance() throws -> CertificateAcceptance {
        guard !anchor.isEmpty else {
            Terminal.note("note: without --anchor nobody checks who issued the certificate")
            return .withoutAnchors
        }
        let anchors = try anchor.flatMap { path in
            do {
                return try Certificate.certificates(in: Terminal.read(path))
            } catch is DERError {
                throw CommandFailure(.unreadableInput, "\(path) holds no certificate")
            }
        }
        return CertificateAcceptance(trust: TrustPolicy(anchors: TrustAnchors(anchors)))
    }

    private func say(_ certificate: Certificate?) {
        let subject = certificate.map { "\($0.subject)" } ?? ""
        Terminal.result("imported \(name)  \(purpose.rawValue)  \(subject)")
    }
}
