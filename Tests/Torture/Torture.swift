// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Connector
import Foundation
import InProcess

/// Makes everything fail that can, and counts what was lost: `make torture`.
@main
struct Torture: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "torture",
        abstract: "Breaks the connector in every way it can and counts what was lost.",
        subcommands: [Simulate.self, Power.self, DiskFaults.self, Kill.self])
}

/// Layer A: many seeds under virtual time.
struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Connector and sandbox in one process, virtual time, faults drawn by seed.")

    @Option(help: "The first seed.") var first: UInt64 = 1
    @Option(help: "How many seeds.") var seeds: UInt64 = 100
    @Flag(help: "Tells every run.") var verbose = false

    func run() async throws {
        let side = try await NationalSide()
        let (first, seeds, verbose) = (first, seeds, verbose)
        // Runs take turns on a thread of their own: virtual time needs it to itself.
        let violations = await withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: Self.all(first, seeds, side, verbose)) }.start()
        }
        if violations > 0 { throw ExitCode(1) }
    }

    private static func all(
        _ first: UInt64, _ seeds: UInt64, _ side: NationalSide, _ verbose: Bool
    ) -> Int {
        var (violations, forms, faults, crashes) = (0, 0, 0, 0)
        var (states, problems): ([String: Int], [String: Int]) = ([:], [:])
        for seed in first..<(first + seeds) {
            let outcome = SimulatedRun(seed: seed, side: side).run()
            forms += outcome.accepted
            faults += outcome.faults
            crashes += outcome.crashes
            for (state, count) in outcome.states { states[state.rawValue, default: 0] += count }
            problems.merge(outcome.problems, uniquingKeysWith: +)
            if verbose { Output.line("seed \(seed): \(outcome)") }
            for violation in outcome.violations.prefix(4) {
                violations += 1
                Output.line("seed \(seed): \(violation)")
            }
        }
        for (problem, count) in problems.sorted(by: { $0.value > $1.value }).prefix(12) {
            Output.line("  \(count) need a person: \(problem)")
        }
        let ends = states.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        Output.line(
            "simulation: \(seeds) seeds from \(first), \(forms) accepted, \(faults) faults,"
                + " \(crashes) crashes; \(ends.joined(separator: ", "));"
                + " \(violations) violations")
        return violations
    }
}

enum Output {
    static func line(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }
}
