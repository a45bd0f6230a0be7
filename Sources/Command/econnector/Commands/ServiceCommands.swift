// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Connector
import Foundation
import JSON
import Keys
import Sandbox
import Transport

struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Runs the other side of the wire: test PKI, time-stamps, OCSP and MySecu.",
        discussion: """
            EXAMPLES
              econnector sandbox
              econnector sandbox --port 0 --state /tmp/sandbox
              econnector sandbox --list
            """)

    @Option(help: "P exchange, P+1 PKI and time-stamps, P+2 admin; 0 takes free ports.")
    var port = 48_310
    @Option(help: "Where keys, register and ledger are kept.") var state: String?
    @Option(help: "Makes identifiers and serial numbers repeatable.") var seed: UInt64?
    @Option(
        help: ArgumentHelp("What the sandbox's clock shows at the start.", valueName: "RFC3339"))
    var clock: String?
    func validate() throws {
        guard (0...65_533).contains(port) else { throw ValidationError("--port takes 0 to 65533") }
    }

    @Flag(help: "Print the fictitious providers, persons and acts with what each forces, and end.")
    var list = false
    @Option(help: "Folder of form packs.") var packs: String?

    func run() async throws {
        if list { return try Self.printRegister() }
        var start: Date?
        if let clock {
            guard let moment = try? Date(clock, strategy: .iso8601) else {
                throw CommandFailure(.usage, "--clock takes a time such as 2026-11-20T10:00:00Z")
            }
            start = moment
        }
        let folder = try state ?? Installation.state(nil) + "/sandbox"
        let program = SandboxProgram(
            port: port, state: folder, seed: seed, start: start, packs: packs)
        try await Services.untilSignalled {
            try await program.run { addresses in
                Terminal.result("sandbox ready")
                Terminal.result("  exchange  \(addresses.exchange)")
                Terminal.result("  pki, tsa  \(addresses.pki)")
                Terminal.result("  admin     \(addresses.admin)")
                Terminal.result("  addresses \(folder)/sandbox.json")
            }
        }
    }

    private static func printRegister() throws {
        Terminal.result(MagicValues.table(try Installation.register()))
        Terminal.result(
            "faults: POST /admin/faults {\"service\": …, \"fault\": …, \"delayMilliseconds\": …}")
        let services = SandboxService.allCases.map(\.rawValue).joined(separator: ", ")
        let faults = ServiceFault.allCases.map(\.rawValue).joined(separator: ", ")
        Terminal.result("  services \(services); faults \(faults)")
    }
}

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Runs the connector for the practice's software.",
        discussion: """
            Needs keys (`econnector keys enrol`) and the addresses of a national side, today the
            sandbox's.

            EXAMPLES
              econnector serve
              econnector serve --port 0 --state /tmp/connector --sandbox /tmp/sandbox --passphrase-file -
              econnector serve --profile open-oidc-2026
            """)

    @Option(help: "National profile.") var profile = "lu-mysecu-2023"
    @Option(help: "0 takes a free port; without it the first free one of 48210 to 48214.") var port:
        Int?
    @Option(help: "At most so many connections at a time; more for many users or load tests.")
    var connections = 64
    @Option(help: "Seconds between two looks at every service.") var healthInterval = 15
    @Option(help: "Days until drafts and messages of settled forms are erased.")
    var keepMessages = RetentionRules().messages
    @Option(help: "Days until signed files, reports and receipts are erased.")
    var keepSigned = RetentionRules().signed

    func validate() throws {
        guard (0...65_535).contains(port ?? 0) else {
            throw ValidationError("--port takes 0 to 65535")
        }
        guard keepMessages >= 1, keepSigned >= keepMessages else {
            throw ValidationError(
                "--keep-signed takes no fewer days than --keep-messages, and 1 at least")
        }
        guard (1...10_000).contains(connections) else {
            throw ValidationError("--connections takes 1 to 10000")
        }
        guard (1...3_600).contains(healthInterval) else {
            throw ValidationError("--health-interval takes 1 to 3600")
        }
    }

    @Option(
        help: "Provider code of the space that sessions are for; that of keys enrol otherwise.")
    var provider: String?
    @Option(help: "State directory.") var state: String?
    @Option(help: "State directory of the sandbox.") var sandbox: String?
    @Option(help: "File with the keys' passphrase; - is standard input.") var passphraseFile:
        String?
    @Option(help: "Folder of form packs.") var packs: String?

    func run() async throws {
        let folder = try Installation.state(state)
        let addresses = try SandboxAddresses(
            file: (sandbox ?? "\(folder)/sandbox") + "/sandbox.json")
        let passphrase = try Terminal.passphrase(
            from: passphraseFile, prompt: "Passphrase of the keys")
        let store = try KeyStore(directory: "\(folder)/keys")
        func unlock(_ name: String) throws -> SoftwareKey {
            do {
                return try store.unlockForUse(name, passphrase: passphrase, now: Date())
            } catch let error as KeyStoreError {
                throw CommandFailure(.refused, "key \(name): \(error)")
            }
        }
        let program = ConnectorProgram(
            state: folder, port: port, profile: profile, packs: packs, addresses: addresses,
            providerCode: try provider ?? Enrolment.provider(in: folder),
            isDelegate: try Enrolment.delegate(in: folder) != nil,
            signingKey: try unlock(Enrolment.signing),
            authenticationKey: try unlock(Enrolment.authentication), connections: connections,
            retention: RetentionRules(messages: keepMessages, signed: keepSigned),
            healthInterval: .seconds(healthInterval))
        try await Services.untilEnded { signalled in
            try await program.run(until: signalled) { address in
                Terminal.result("connector ready at \(address.url)")
                Terminal.result("  client secret in \(folder)/client-secret")
            }
        }
    }
}

/// Runs services until they end or the user asks to stop.
enum Services {
    /// Cancels the services at the first signal.
    static func untilSignalled(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await run(patience: 0) { _ in try await body() }
    }

    /// Lets the services end by themselves at the first signal, cancels them at the second.
    ///
    /// - Parameter body: Is given a function that returns at the first signal.
    static func untilEnded(
        _ body:
            @escaping @Sendable (_ signalled: @escaping @Sendable () async -> Void) async throws
            -> Void
    ) async throws {
        try await run(patience: 1, body)
    }

    /// - Parameter patience: Signals that do not cancel yet.
    private static func run(
        patience: Int,
        _ body: @escaping @Sendable (@escaping @Sendable () async -> Void) async throws -> Void
    ) async throws {
        let (signals, signalled) = AsyncStream<Int32>.makeStream()
        let (firsts, first) = AsyncStream<Void>.makeStream()
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { signalled.yield(number) }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await body { for await _ in firsts { return } } }
                group.addTask {
                    var count = 0
                    for await _ in signals {
                        count += 1
                        guard count <= patience else { throw CancellationError() }
                        Terminal.note("ending: work in hand is finished; once more ends at once")
                        first.finish()
                    }
                }
                try await group.next()
                group.cancelAll()
            }
            if patience > 0 { Terminal.note("stopped") }
        } catch is CancellationError {
            Terminal.note("stopped")
        } catch let error as TransportError {
            throw CommandFailure(.unavailable, "\(error)")
        }
    }
}
