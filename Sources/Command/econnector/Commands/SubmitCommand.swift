// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Coverage
import Foundation
import JSON
import Transport

/// Which connector to talk to.
struct ConnectorOptions: ParsableArguments {
    @Option(help: "State directory of the connector; $XDG_STATE_HOME/econnector otherwise.")
    var state: String?
    @Option(help: "Address of the connector, instead of the one in the state directory.")
    var url: String?
    @Option(help: "File with the client secret, with --url.") var secretFile: String?
    @Option(help: "Language of refusals: fr, de or en.") var language = "fr"

    func address() throws -> ConnectorAddress {
        guard let url else { return try ConnectorAddress(state: Installation.state(state)) }
        guard let secretFile else {
            throw CommandFailure(.usage, "--url needs --secret-file")
        }
        let secret = String(decoding: try Terminal.read(secretFile, limit: 4_096), as: UTF8.self)
        return ConnectorAddress(
            url: url, secret: secret.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    func withClient<Value>(_ body: (ConnectorClient) async throws -> Value) async throws -> Value {
        let language = try Language.named(language)
        let sender = try HTTPSender()
        do {
            let value = try await body(
                ConnectorClient(address: address(), sender: sender, language: language))
            await sender.shutDown()
            return value
        } catch {
            await sender.shutDown()
            throw error
        }
    }
}

struct SubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit", abstract: "Hands a form to the running connector.",
        discussion: """
            EXAMPLES
              econnector submit form.json
              econnector submit form.xml --wait --out results/

            Exit status 0 accepted (or, with --wait, received by the platform), 1 refused, 2 outcome
            still open, 69 the connector is not there.
            """)

    @Argument(help: "The form, JSON or XML; - reads standard input.") var form: String
    @Flag(help: "Wait until the platform has answered.") var wait = false
    @Option(help: "With --wait: at most so many seconds.") var timeout = 60
    @Option(help: "With --wait: folder for the XML, PDF, receipt and report.") var out: String?
    @OptionGroup var connector: ConnectorOptions

    func run() async throws {
        let bytes = try Terminal.read(form, limit: 21 << 20)
        try await connector.withClient { client in
            var answer = try await client.submit(bytes)
            let uuid = try answer.member("uuid").string()
            if wait {
                answer = try await client.settled(uuid, within: .seconds(timeout)) {
                    Terminal.note("\(uuid): \($0)")
                }
                if let out { try await Self.fetch(uuid, from: client, to: out) }
            }
            Terminal.result(bytes: answer.value.serialized(.pretty))
            try Self.judge(answer, waited: wait)
        }
    }

    static func fetch(_ uuid: String, from client: ConnectorClient, to folder: String) async throws
    {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let files = [
            ("xml", "\(uuid).xml"), ("pdf", "\(uuid).pdf"), ("receipt", "receipt.json"),
            ("report", "validation-report.xml"),
        ]
        for (name, file) in files {
            guard let bytes = try await client.document(name, of: uuid) else { continue }
            try Terminal.write(bytes, to: "\(folder)/\(file)")
        }
    }

    private static func judge(_ answer: JSONReader, waited: Bool) throws {
        let problem = answer.value["problem"]?["detail"]?.string ?? ""
        switch answer.value["state"]?.string {
        case "attention": throw CommandFailure(.refused, "the form needs attention: \(problem)")
        case let state? where waited && state != "final":
            throw CommandFailure(
                .indeterminate, "the form is kept and goes on by itself: \(problem)")
        default: return
        }
    }
}

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows where a form stands.",
        discussion: "EXAMPLE\n  econnector status 3f0f6c1e-7f8a-4b7e-9a55-0d6c3c1f2a01")

    @Argument(help: "The UUID of a form.") var uuid: String
    @OptionGroup var connector: ConnectorOptions

    func run() async throws {
        try await connector.withClient { client in
            let answer = try await client.status(of: uuid)
            Terminal.result(bytes: answer.value.serialized(.pretty))
        }
    }
}
