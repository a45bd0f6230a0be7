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
        commandName: "keys", abstract: "Makes, certifies and lists signing keys.",
        subcommands: [EnrolKeys.self, ListKeys.self])
}

struct EnrolKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enrol",
        abstract: "Makes a provider's signing and authentication keys and has them certified.",
        discussion: """
            The keys are made here and stay here, encrypted (scrypt, AES-256-GCM). The sandbox must run.

            EXAMPLES
              econnector keys enrol --provider 90000135
              econnector keys enrol --provider 90000135 --rsa --passphrase-file secret.txt
            """)

    @Option(help: "Provider code, eight digits; see econnector sandbox --list.") var provider:
        String
    @Flag(help: "RSA-3072 for the signing key instead of P-256.") var rsa = false
    @OptionGroup var options: KeyOptions

    func run() async throws {
        let passphrase = try Terminal.passphrase(
            from: options.passphraseFile, prompt: "New passphrase, 12 characters or more")
        let enrolment = Enrolment(
            store: try options.store(), addresses: try options.addresses(), provider: provider)
        Terminal.note("making and certifying two keys…")
        let signing = try await enrolment.enrol(
            Enrolment.signing, purpose: .signing, kind: rsa ? .rsa3072 : .p256,
            passphrase: passphrase)
        _ = try await enrolment.enrol(
            Enrolment.authentication, purpose: .authentication, kind: .rsa3072,
            passphrase: passphrase)
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
                "\(key.name)  \(key.kind.rawValue)  \(key.purpose.rawValue)  \(certificate ?? "no certificate yet")"
            )
        }
    }
}

struct SignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Signs an XML or PDF file (XAdES enveloped, PAdES).",
        discussion: """
            EXAMPLES
              econnector sign letter.pdf --key signing --level B-LT -o signed.pdf
              econnector sign data.xml --key signing --level B-B -o signed.xml
            """)

    @Argument(help: "The file to sign.") var file: String
    @Option(help: "Name of the key; see econnector keys list.") var key = Enrolment.signing
    @Option(help: "B-B, B-T or B-LT.") var level = "B-LT"
    @Option(name: .shortAndLong, help: "The signed file.") var output: String
    @OptionGroup var options: KeyOptions

    func run() async throws {
        guard let level = SignatureReport.Level(rawValue: level),
            [.basic, .timestamped, .longTerm].contains(level)
        else { throw CommandFailure(.usage, "--level takes B-B, B-T or B-LT") }
        let bytes = try Terminal.read(file)
        let passphrase = try Terminal.passphrase(
            from: options.passphraseFile, prompt: "Passphrase of the key")
        let unlocked: SoftwareKey
        do {
            unlocked = try options.store().unlockForUse(key, passphrase: passphrase, now: Date())
        } catch let error as KeyStoreError {
            throw CommandFailure(.refused, "key \(key): \(error)")
        }
        let sender = try HTTPSender()
        let signer = DocumentSigner(
            key: unlocked, addresses: try options.addresses().services,
            send: { try await sender.send($0, body: $1, timeout: $2) }, now: { Date() },
            random: { Installation.random($0) })
        do {
            let signed = try await signer.sign(
                bytes, level: level, identifier: "id-\(Installation.makeUUID())")
            await sender.shutDown()
            try Terminal.write(signed, to: output)
        } catch let failure as StageFailure {
            await sender.shutDown()
            throw CommandFailure(.unavailable, "\(failure.code.rawValue): \(failure.detail)")
        } catch {
            await sender.shutDown()
            throw CommandFailure(.refused, "\(file) cannot be signed: \(error)")
        }
    }
}
