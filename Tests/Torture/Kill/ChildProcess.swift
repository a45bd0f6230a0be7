// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A program of ours that runs beside this one, with its output in a file.
final class ChildProcess: Sendable {
    /// Why a program did not come up.
    struct NotReady: Error, CustomStringConvertible {
        var description: String
    }

    private let process: Process
    private let output: String

    init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:],
        output: String
    ) throws {
        process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        try Data().write(to: URL(fileURLWithPath: output))
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
        (process.standardOutput, process.standardError) = (file, file)
        process.standardInput = FileHandle.nullDevice
        self.output = output
        try process.run()
    }

    var isRunning: Bool { process.isRunning }

    /// What it has written so far.
    var said: String { (try? String(contentsOfFile: output, encoding: .utf8)) ?? "" }

    var wasKilled: Bool {
        !process.isRunning && process.terminationReason == .uncaughtSignal
            && process.terminationStatus == SIGKILL
    }

    /// Waits until it says that it is ready.
    ///
    /// - Returns: False when it ended before.
    func becomesReady() async throws -> Bool {
        try await Self.until(.seconds(60)) { self.said.contains("ready") || !self.isRunning }
        return isRunning
    }

    /// - Returns: Whether it ended in time.
    @discardableResult
    func ends(within limit: Duration) async throws -> Bool {
        try await Self.until(limit) { !self.isRunning }
    }

    func kill() { Foundation.kill(process.processIdentifier, SIGKILL) }

    /// Lets it end by itself.
    func stop() async throws {
        process.terminate()
        if try await !ends(within: .seconds(30)) { kill() }
        try await ends(within: .seconds(5))
    }

    /// Runs a command to its end.
    ///
    /// - Returns: Its exit status; of one that was killed, minus the signal.
    static func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:],
        output: String
    ) async throws -> (status: Int32, said: String) {
        let child = try ChildProcess(
            program, arguments, environment: environment, output: output)
        try await child.ends(within: .seconds(120))
        guard !child.isRunning else {
            child.kill()
            throw NotReady(description: "\(arguments.first ?? "") does not end")
        }
        let status = child.process.terminationStatus
        let isSignal = child.process.terminationReason == .uncaughtSignal
        return (isSignal ? -status : status, child.said)
    }

    /// Other processes run in real time, so here that is waited for.
    @discardableResult
    static func until(_ limit: Duration, _ condition: () -> Bool) async throws -> Bool {
        let end = ContinuousClock.now + limit
        while !condition() {
            guard ContinuousClock.now < end else { return false }
            // A real process: its end is polled for.
            try await Task.sleep(for: .milliseconds(5))
        }
        return true
    }
}
