// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON

/// The part of the demo that is about immediate direct payment: priced here, simulated by the
/// insurer, validated, paid; another one contested.
struct PIDDemo: Sendable {
    let client: ConnectorClient
    let folder: String
    /// A fee statement of today under a UUID of its own each time.
    let statement: @Sendable (_ number: String) throws -> [UInt8]
    let say: @Sendable (String) -> Void

    func run() async throws {
        let form = try statement("PID-1")
        try Terminal.write(form, to: "\(folder)/pid-form.json")
        let simulated = try await timed("simulated") {
            try await client.simulate(form, wait: 20)
        }
        say("  \(Self.shares(simulated))")
        let other = try await client.simulate(statement("PID-2"), wait: 20)
        let id = try simulated.member("id").string()
        let validated = try await timed("validated") {
            try await client.decide(id, "validation", [:], wait: 20)
        }
        let paid = try await timed("payment advice seen") { try await settled(id) }
        if let paper = try await client.paper("paper", of: id) {
            try Terminal.write(paper, to: "\(folder)/pid-paper.pdf")
        }
        let contested = try await contest(other.member("id").string())
        let story: JSONValue = [
            "simulated": simulated.value, "validated": validated.value, "paid": paid.value,
            "contested": contested.value,
        ]
        try Terminal.write(story.serialized(.pretty), to: "\(folder)/pid.json")
        guard Self.state(paid) == "paid", Self.state(contested) == "contested" else {
            throw CommandFailure(
                .unavailable,
                "the insurer did not pay, or did not take the contestation; see pid.json")
        }
    }

    private func timed(
        _ what: String, _ step: () async throws -> JSONReader
    ) async throws -> JSONReader {
        let start = ContinuousClock.now
        let answer = try await step()
        say("PID: \(what): \(Self.state(answer)) (+\(Self.milliseconds(since: start)) ms)")
        return answer
    }

    private func contest(_ id: String) async throws -> JSONReader {
        let contested = try await timed("another one contested") {
            try await client.decide(
                id, "contestation",
                ["reason": "CHOIX_PATIENT", "text": "Le patient règle lui-même."], wait: 20)
        }
        for (name, accept, file) in [
            ("fee-statement", "application/xml", "pid-fee-statement.xml"),
            ("fee-statement", "application/pdf", "pid-fee-statement.pdf"),
            ("notice", "application/pdf", "pid-notice.pdf"),
        ] {
            guard let bytes = try await client.paper(name, of: id, accept: accept) else {
                continue
            }
            try Terminal.write(bytes, to: "\(folder)/\(file)")
        }
        return contested
    }

    /// Waits until the payment was credited, at most ten seconds.
    private func settled(_ id: String) async throws -> JSONReader {
        let end = ContinuousClock.now + .seconds(10)
        while true {
            let answer = try await client.simulation(id)
            if Self.state(answer) == "paid" || ContinuousClock.now > end { return answer }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private static func state(_ answer: JSONReader) -> String {
        answer.value["state"]?.string ?? ""
    }

    private static func shares(_ answer: JSONReader) -> String {
        let totals = answer.value["totals"]
        return
            "insurer \(totals?["statutory"]?.string ?? "-"), patient \(totals?["patient"]?.string ?? "-")"
    }

    private static func milliseconds(since start: ContinuousClock.Instant) -> Int {
        let duration = ContinuousClock.now - start
        return Int(duration.components.seconds) * 1_000
            + Int(duration.components.attoseconds / 1_000_000_000_000_000)
    }
}
