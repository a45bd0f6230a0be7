// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Connector
import Foundation
import JSON
import SQLiteStore
import Trust
import Validation
import Validation

struct ArchiveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive", abstract: "Keeps signed files believable over the years.",
        subcommands: [RenewArchive.self])
}

struct RenewArchive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "renew",
        abstract: "Lists when the proof of each file ends, and renews what is due.",
        discussion: """
            A file is due six months before the newest time-stamping unit's certificate expires, or before a key
            or algorithm it rests on stops counting. What is due gets the validation data that is missing and
            an archive time-stamp. Without files, the forms of this connector are looked at; their renewals are
            kept beside the outputs, which never change. Files on disk are replaced only when the renewed file
            has passed our own judge, or written to --out.

            EXAMPLES
              econnector archive renew --dry-run
              econnector archive renew --within 30
              econnector archive renew archive/ --anchor roots.pem --tsa http://tsa.example.org --json

            Exit status 0 everything is kept, 1 a file could not be renewed, 69 a service was not to be had.
            """)

    @Argument(help: "Files, or folders of .xml and .pdf files.") var files: [String] = []
    @Option(help: "Also what becomes due within so many days.") var within = 0
    @Flag(help: "Only list deadlines and what would be added.") var dryRun = false
    @Flag(help: "One JSON object a file.") var json = false
    @Option(help: "Folder for renewed files; the originals stay.") var out: String?
    @Option(help: "State directory; $XDG_STATE_HOME/econnector otherwise.") var state: String?
    @Option(help: "State directory of the sandbox; STATE/sandbox otherwise.") var sandbox: String?
    @OptionGroup var services: ServiceOptions

    func validate() throws {
        guard (0...36_500).contains(within) else {
            throw ValidationError("--within takes 0 to 36500 days")
        }
    }

    func run() async throws {
        let addresses = try services.addresses(state: state, sandbox: sandbox)
        let tally = try await ServiceOptions.sending(trusting: addresses.anchors) { send in
            let renewal = ArchiveRenewal(
                SignatureExtender(
                    addresses: addresses, allowsPublic: true, send: send, now: { Date() },
                    random: { Installation.random($0) }),
                now: { Date() }, within: within, isDryRun: dryRun)
            return files.isEmpty
                ? try await renewStore(renewal) : try await renewFiles(renewal)
        }
        Terminal.note(tally.sentence)
        if tally.hasPermanentFailure { throw ExitCode(ExitStatus.refused.rawValue) }
        if tally.failed > 0 { throw ExitCode(ExitStatus.unavailable.rawValue) }
    }

    private func renewStore(_ renewal: ArchiveRenewal) async throws -> Tally {
        let path = try Installation.state(state) + "/transmissions.sqlite"
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandFailure(
                .unavailable, "no connector has worked here (\(path) does not exist); name files")
        }
        var tally = Tally()
        let store = try await Installation.store(try Installation.state(state))
        try await renewal.renew(store) { file, outcome, number, count in
            let name = "\(file.uuid) \(file.kind.rawValue)"
            report(outcome, of: name, number, count)
            tally.count(outcome)
        }
        return tally
    }

    private func renewFiles(_ renewal: ArchiveRenewal) async throws -> Tally {
        var tally = Tally()
        let paths = try files.flatMap(Self.files)
        for (index, path) in paths.enumerated() {
            var outcome: ArchiveRenewal.Outcome
            do {
                outcome = try await renewal.renew(try Terminal.read(path)) { renewed in
                    try Terminal.write(renewed, to: try target(of: path))
                }
            } catch let failure as CommandFailure {
                outcome = .init(action: .failed, problem: failure.message)
            }
            report(outcome, of: path, index + 1, paths.count)
            tally.count(outcome)
        }
        return tally
    }

    private func target(of path: String) throws -> String {
        guard let out else { return path }
        try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
        let target = "\(out)/\(URL(filePath: path).lastPathComponent)"
        guard !FileManager.default.fileExists(atPath: target) else {
            throw CommandFailure(
                .refused, "\(target) exists already; renew one folder at a time into a new one")
        }
        return target
    }

    /// The file itself, or the signed files at any depth of a folder, in the order of their names.
    private static func files(at path: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw CommandFailure(.unreadableInput, "\(path) does not exist")
        }
        guard isFolder.boolValue else { return [path] }
        return try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
            .filter { ["xml", "pdf"].contains(URL(filePath: $0).pathExtension.lowercased()) }
            .map { "\(path)/\($0)" }
    }

    // MARK: What is told

    private func report(
        _ outcome: ArchiveRenewal.Outcome, of name: String, _ number: Int, _ count: Int
    ) {
        if json {
            return Terminal.result(bytes: outcome.json(name: name).serialized() + [0x0A])
        }
        if count > 1 { Terminal.note("\(number) of \(count)") }
        let standing = outcome.standing.map { "\($0.level.rawValue), \($0.sentence)" } ?? ""
        Terminal.result("\(name): \(outcome.action.rawValue). \(outcome.problem ?? standing)")
        for step in outcome.steps {
            Terminal.result("  \(dryRun ? "would add" : "added") \(step.sentence)")
        }
    }

    private struct Tally {
        var kept = 0
        var due = 0
        var renewed = 0
        var failed = 0
        var hasPermanentFailure = false

        mutating func count(_ outcome: ArchiveRenewal.Outcome) {
            switch outcome.action {
            case .kept: kept += 1
            case .due: due += 1
            case .renewed: renewed += 1
            case .failed:
                failed += 1
                if !outcome.isTemporary { hasPermanentFailure = true }
            }
        }

        var sentence: String {
            "\(renewed) renewed, \(due) due, \(kept) kept, \(failed) with problems"
        }
    }
}

extension ArchiveStanding {
    fileprivate var sentence: String {
        guard let deadline else { return "nothing holds it" }
        let cause =
            switch deadline.cause {
            case .certificateExpiry(let subject): "the certificate of \(subject) expires"
            case .algorithmSunset(let name): "\(name) stops counting"
            }
        guard deadline.end < .distantFuture else { return "no end in sight" }
        return
            "renew from \(deadline.renewFrom.formatted(.iso8601)): \(cause) at \(deadline.end.formatted(.iso8601))"
    }
}

extension ArchiveRenewal.Outcome {
    fileprivate func json(name: String) -> JSONValue {
        func text(_ value: String?) -> JSONValue {
            value.map { .string($0) } ?? JSONValue(.null)
        }
        let deadline = standing?.deadline
        let cause: String? =
            switch deadline?.cause {
            case .certificateExpiry(let subject): "certificate expiry: \(subject)"
            case .algorithmSunset(let name): "algorithm sunset: \(name)"
            case nil: nil
            }
        return .object([
            JSONMember("file", .string(name)), JSONMember("action", .string(action.rawValue)),
            JSONMember("level", text(standing?.level.rawValue)),
            JSONMember("renewFrom", text(deadline?.renewFrom.formatted(.iso8601))),
            JSONMember("end", text(deadline?.end.formatted(.iso8601))),
            JSONMember("cause", text(cause)),
            JSONMember("added", .array(steps.map { .string($0.sentence) })),
            JSONMember("problem", text(problem)),
        ])
    }
}
