// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Connector
import Foundation
import HTTPTypes
import Keys
import Transport
import Trust
import Validation

/// Where keys are, and the sandbox that certifies them.
struct KeyOptions: ParsableArguments {
    @Option(help: "State directory; $XDG_STATE_HOME/econnector otherwise.") var state: String?
    @Option(help: "State directory of the sandbox; STATE/sandbox otherwise.") var sandbox: String?
    @Option(help: "File with the passphrase; - is standard input.") var passphraseFile: String?
    @Flag(help: "Try the PIN of a token though it reports that a wrong one would lock it.")
    var lastTry = false

    func store() throws -> KeyStore {
        try KeyStore(directory: Installation.state(state) + "/keys")
    }

    func addresses() throws -> SandboxAddresses {
        try SandboxAddresses(
            file: (sandbox ?? Installation.state(state) + "/sandbox") + "/sandbox.json")
    }
}

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Makes, imports, certifies and lists signing keys.",
        subcommands: [EnrolKeys.self, ImportKey.self, ListKeys.self, RemoveKey.self])
}

struct EnrolKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enrol",
        abstract: "Makes somebody's signing and authentication keys and has them certified.",
        discussion: """
            The keys are made here and stay here, encrypted (scrypt, AES-256-GCM). The sandbox must run.

            EXAMPLES
              econnector keys enrol --provider 90000135
              econnector keys enrol --provider 90000135 --rsa --passphrase-file secret.txt
              econnector keys enrol --provider 90000135 --delegate 1000900018
            """)

    @Option(help: "Provider code, eight digits; see econnector sandbox --list.") var provider:
        String
    @Option(help: "eHealth ID of the delegate (délégué autorisé) who acts for the provider.")
    var delegate: String?
    @Flag(help: "RSA-3072 for the signing key instead of P-256.") var rsa = false
    @OptionGroup var options: KeyOptions

    func run() async throws {
        let passphrase = try Terminal.passphrase(
            from: options.passphraseFile, prompt: "New passphrase, 12 characters or more")
        let enrolment = Enrolment(
            store: try options.store(), addresses: try options.addresses(),
            person: delegate.map { .delegate($0) } ?? .provider(provider))
        // The note is written last: without it no enrolment has come to its end here.
        let isResumed = try Enrolment.provider(in: Installation.state(options.state)) == nil
        Terminal.note("making and certifying two keys…")
        let signing = try await enrolment.enrol(
            Enrolment.signing, purpose: .signing, kind: rsa ? .rsa3072 : .p256,
            passphrase: passphrase, isResumed: isResumed)
        _ = try await enrolment.enrol(
            Enrolment.authentication, purpose: .authentication, kind: .rsa3072,
            passphrase: passphrase, isResumed: isResumed)
        try Enrolment.note(
            provider: provider, delegate: delegate, in: Installation.state(options.state))
        Terminal.result("enrolled \(signing.certificate.map { "\($0.subject)" } ?? "")")
    }
}

struct ListKeys: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists keys and their certificates.",
        discussion: "EXAMPLE\n  econnector keys list")

    @OptionGroup var options: KeyOptions

    func run() throws {
        for key in try options.store().list() {
            let certificate = key.certificate.map {
                "\($0.subject), valid to \($0.notAfter.formatted(.iso8601))"
            }
            Terminal.result(
                "\(key.name)  \(key.summary)  \(key.purpose.rawValue)  \(certificate ?? "no certificate yet")"
            )
        }
    }
}

struct RemoveKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Removes a key for good.",
        discussion: """
            A key in a file is lost with it. One on a token stays there; only its entry here goes.

            EXAMPLE
              econnector keys remove signing
            """)

    @Argument(help: "Name of the key; see econnector keys list.") var name: String
    @OptionGroup var options: KeyOptions

    func run() throws {
        do {
            try options.store().remove(name)
            Terminal.result("removed \(name)")
        } catch let error as KeyStoreError {
            throw CommandFailure(.refused, "key \(name): \(error)")
        }
    }
}
