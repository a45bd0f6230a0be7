// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Connector
import Foundation
import JSON

struct PIDCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pid",
        abstract: "Immediate direct payment: the insurer pays the doctor at once.",
        discussion: """
            Talks to the running connector. The answer is JSON on standard output.

            Exit status 0 answered or confirmed, 1 refused, 2 outcome unknown (the
            connector asks and repeats by itself), 69 the insurer or the connector is not
            there. Refusals are in the language of --language.
            """,
        subcommands: [
            SimulateCommand.self, ValidateCommand.self, ContestCommand.self, AbandonCommand.self,
            PIDStatusCommand.self,
        ])
}

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Asks the insurer what it takes on: a simulation message or a fee statement.",
        discussion: """
            EXAMPLES
              econnector pid simulate statement.json
              econnector pid simulate simulation.xml --wait 5
            """)

    @Argument(help: "The message or statement, JSON or XML; - reads standard input.")
    var form: String
    @Option(help: "Wait at most so many seconds for the insurer.") var wait = 20
    @OptionGroup var connector: ConnectorOptions

    func validate() throws { try PIDAnswer.check(wait) }

    func run() async throws {
        let bytes = try Terminal.read(form, limit: 2 << 20)
        try await connector.withClient { client in
            try PIDAnswer(await client.simulate(bytes, wait: wait)).finish()
        }
    }
}

struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Accepts a simulation: the insurer orders the payment.",
        discussion: """
            EXAMPLES
              econnector pid validate 3f0f6c1e-7f8a-4b7e-9a55-0d6c3c1f2a01
              econnector pid validate ID --out papers/   and the patient's ID-paper.pdf
            """)

    @Argument(help: "The id of a simulation.") var id: String
    @Option(help: "Folder for the patient's paper.") var out: String?
    @Option(help: "Wait at most so many seconds for the insurer.") var wait = 35
    @OptionGroup var connector: ConnectorOptions

    func validate() throws { try PIDAnswer.check(wait) }

    func run() async throws {
        try await connector.withClient { client in
            let answer = PIDAnswer(try await client.decide(id, "validation", [:], wait: wait))
            try await client.fetchPapers(of: id, named: ["paper"], to: out)
            try answer.finish()
        }
    }
}

struct ContestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contest",
        abstract: "Does not accept a simulation: the ordinary fee statement takes over.",
        discussion: """
            EXAMPLES
              econnector pid contest ID --reason "Devis accepté." --code TARIF --line 2
              econnector pid contest ID --reason "Le patient paie." --out papers/
            """)

    @Argument(help: "The id of a simulation.") var id: String
    @Option(help: "Why, in at most 500 characters.") var reason: String
    @Option(help: "Kind of reason: TARIF, TAUX, REGLE, DROITS, CHOIX_PATIENT or AUTRE.")
    var code = "AUTRE"
    @Option(parsing: .singleValue, help: "A contested line; may be repeated; all otherwise.")
    var line: [Int] = []
    @Option(help: "Folder for the fee statement and the notice to the patient.") var out: String?
    @Option(help: "Wait at most so many seconds for the insurer.") var wait = 35
    @OptionGroup var connector: ConnectorOptions

    func validate() throws { try PIDAnswer.check(wait) }

    func run() async throws {
        let body: JSONValue = [
            "reason": .string(code), "text": .string(reason),
            "lines": .array(line.map { .int($0) }),
        ]
        try await connector.withClient { client in
            let answer = PIDAnswer(try await client.decide(id, "contestation", body, wait: wait))
            try await client.fetchPapers(of: id, named: ["notice", "fee-statement"], to: out)
            try answer.finish()
        }
    }
}

struct AbandonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "abandon", abstract: "Gives a simulation up before anything was decided.",
        discussion: "EXAMPLE\n  econnector pid abandon ID")

    @Argument(help: "The id of a simulation.") var id: String
    @OptionGroup var connector: ConnectorOptions

    func run() async throws {
        try await connector.withClient { client in
            let answer = try await client.decide(id, "abandonment", [:], wait: nil)
            Terminal.result(bytes: answer.value.serialized(.pretty))
        }
    }
}

struct PIDStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows where a simulation stands.",
        discussion: "EXAMPLE\n  econnector pid status ID")

    @Argument(help: "The id of a simulation.") var id: String
    @OptionGroup var connector: ConnectorOptions

    func run() async throws {
        try await connector.withClient { client in
            let answer = try await client.simulation(id)
            Terminal.result(bytes: answer.value.serialized(.pretty))
        }
    }
}

/// Where a simulation stands, as the connector tells it.
struct PIDAnswer {
    let json: JSONReader

    init(_ json: JSONReader) { self.json = json }

    static func check(_ wait: Int) throws {
        guard (0...50).contains(wait) else {
            throw ValidationError("--wait takes 0 to 50 seconds")
        }
    }

    /// Whether the insurer said no, as against nobody having answered.
    private var isRefusal: Bool {
        json.value["problem"]?["code"]?.string == ProblemCode.refusedByInsurer.rawValue
    }

    /// Prints the answer, and ends with the status that belongs to it.
    func finish() throws {
        Terminal.result(bytes: json.value.serialized(.pretty))
        let problem = json.value["problem"]?["detail"]?.string ?? ""
        switch json.value["state"]?.string {
        case "unknown", "simulation_sent", "validation_sent", "contestation_sent":
            throw CommandFailure(
                .indeterminate, "the outcome is not known yet; the connector goes on: \(problem)")
        case "draft":
            throw CommandFailure(
                .unavailable,
                "the insurer cannot be reached; the ordinary fee statement stays open: \(problem)")
        case "simulated" where json.value["problem"] != nil && !isRefusal:
            throw CommandFailure(
                .unavailable, "nothing was decided; do it again when this is mended: \(problem)")
        case "simulated" where isRefusal || json.value["result"]?.string == "refused":
            let reason = problem.isEmpty ? "the insurer pays nothing" : problem
            throw CommandFailure(.refused, "\(reason); see the anomalies")
        case "expired": throw CommandFailure(.refused, "the simulation is not valid any more")
        default: return
        }
    }
}
