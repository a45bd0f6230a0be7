// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Connector
import Foundation
import Keys

/// Layer B: SIGKILL for the real program at every named place and at random times.
struct Kill: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Kills the real program at every named place, and at random times.",
        discussion: """
            A debug build of econnector against its own sandbox: forms, cancellations and simulations are handed in
            over HTTP and repeated under their UUIDs until they are answered. At the end everything must have come
            to rest, once.
            """)

    @Option(help: "Kills at each named place.") var each = 5
    @Option(help: "Kills at random times.") var random = 500
    @Option(help: "Only so many of the named places; for a quick look.") var places: Int?
    @Option(help: "Of the random times.") var seed: UInt64 = 1
    @Option(help: "A debug build of econnector.") var program = "bin/econnector"
    @Option(help: "Where everything is kept; a folder that goes at the end otherwise.")
    var state: String?

    func run() async throws {
        let scratch = try state == nil ? ScratchFolder() : nil
        defer { scratch?.remove() }
        let folder = scratch?.path ?? state ?? ""
        let installation = try await TortureInstallation(program: program, folder: folder)
        do {
            let violations = try await torture(installation)
            try await installation.end()
            if violations > 0 { throw ExitCode(1) }
        } catch {
            try? await installation.end()
            throw error
        }
    }

    private func torture(_ installation: TortureInstallation) async throws -> Int {
        try await installation.enrol()
        let example = "Packs/memoire-honoraires/2025.1/examples/valid-minimal.json"
        let practice = Practice(
            sender: installation.sender,
            example: try String(contentsOfFile: example, encoding: .utf8))
        let run = KillRun(installation: installation, practice: practice)
        var count = KillRun.Count()
        let wanted = Array(CrashPoint.all.prefix(places ?? .max))
        var generator = SeededRandom(seed: seed)
        if each > 0 {
            try await run.warmUp(forms: min(2 + each * 4, 40), &count)
            for _ in 0..<each {
                // Not in their order: a form that died twice at one step is put aside (RE-09).
                for place in wanted.shuffled(using: &generator) {
                    try await run.kill(at: place, &count)
                }
            }
            if places == nil {
                try await KeyKills(installation: installation).run(each: each, &count)
            }
        }
        for _ in 0..<random {
            let milliseconds = Int.random(in: 0...1_000, using: &generator)
            try await run.kill(
                after: .milliseconds(milliseconds), isStarting: generator.chance(0.1), &count)
        }
        let check = KillCheck(installation: installation, practice: practice)
        var findings = KillCheck.Findings()
        try await run.settle(&count) { findings = try await check.findings($0) }
        findings.violations += count.violations + (try await check.files())
        var names = wanted.map(\.description)
        if places == nil { names += DurableFile.Place.allCases.map(\.name) }
        let missed = each > 0 ? names.filter { count.reached[$0] == nil } : []
        findings.violations += missed.map { "no run reached \($0)" }
        await tell(count, findings, practice, places: names.count, missed: missed.count)
        return findings.violations.count
    }

    private func tell(
        _ count: KillRun.Count, _ findings: KillCheck.Findings, _ practice: Practice,
        places: Int, missed: Int
    ) async {
        for violation in findings.violations.prefix(40) { Output.line("kill: \(violation)") }
        for (code, forms) in findings.told.sorted(by: { $0.key < $1.key }) {
            Output.line("  \(forms) need a person: \(code)")
        }
        let start = count.slowestStart / .seconds(1)
        let reached = each > 0 ? "\(places - missed) of \(places) places reached, " : ""
        Output.line(
            "kill: \(reached)\(count.named) kills at places and \(count.random) at random times,"
                + " \(await practice.forms.count) forms and \(await practice.simulations.count)"
                + " simulations accepted; \(findings.lost) lost, \(findings.doubled) doubled,"
                + " \(findings.unsigned) unsigned, \(findings.stuck) stuck; slowest start"
                + " \(start.formatted(.number.precision(.fractionLength(1)))) s;"
                + " \(findings.violations.count) violations")
    }
}
