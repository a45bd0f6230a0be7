// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Connector
import Foundation
import Transport
import Trust

/// Whom to trust and whom to ask when files are signed or extended: a sandbox that is known here,
/// and what the command line adds.
struct ServiceOptions: ParsableArguments {
    @Option(parsing: .singleValue, help: "A certificate to trust, PEM or DER; may be repeated.")
    var anchor: [String] = []
    @Option(parsing: .singleValue, help: "Certificates between signer and anchor, PEM or DER.")
    var other: [String] = []
    @Option(
        help: ArgumentHelp(
            "Time-stamp authority (RFC 3161); the sandbox's otherwise.", valueName: "URL"))
    var tsa: String?

    func addresses(state: String?, sandbox: String?) throws -> ServiceAddresses {
        let file = try (sandbox ?? Installation.state(state) + "/sandbox") + "/sandbox.json"
        var services = ServiceAddresses(
            exchange: "", timestampAuthority: "", platform: "", anchors: [], allowedHosts: [])
        if sandbox != nil || FileManager.default.fileExists(atPath: file) {
            services = try SandboxAddresses(file: file).services
        }
        services.anchors += try anchor.flatMap(VerifyCommand.certificates)
        if let tsa { services.timestampAuthorities = [TimestampAuthority(url: tsa)] }
        guard !services.anchors.isEmpty else {
            throw CommandFailure(
                .usage, "no certificate is trusted here; give one with --anchor FILE")
        }
        return services
    }

    func certificates() throws -> [Certificate] { try other.flatMap(VerifyCommand.certificates) }

    /// Runs something that sends, and ends its connections.
    static func sending<Value>(
        trusting anchors: [Certificate], _ body: (@escaping Send) async throws -> Value
    ) async throws -> Value {
        let sender = try HTTPSender(tls: ClientTLS(anchors: anchors.map(\.der)))
        do {
            let value = try await body { try await sender.send($0, body: $1, timeout: $2) }
            await sender.shutDown()
            return value
        } catch {
            await sender.shutDown()
            throw error
        }
    }

    /// What a failure of signing or extending a file means for the command.
    static func failure(_ error: any Error, _ file: String) -> any Error {
        switch error {
        case is CommandFailure, is CancellationError: error
        case let failure as StageFailure:
            CommandFailure(.unavailable, "\(failure.code.rawValue): \(failure.detail)")
        default: CommandFailure(.refused, "\(file): \(error)")
        }
    }
}
