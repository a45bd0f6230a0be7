// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CFaults
import Foundation
import SQLiteStore

/// Layer C: the power goes at a chosen call, and with it what was not synced.
struct Power: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Cuts the power under SQLite between two system calls.",
        discussion: """
            Everything the store does to its files is recorded. For each cut the files are rebuilt: all that was
            synced, and of the rest any subset, single writes torn at 512 bytes. A store is opened on them.
            Linux only.
            """)

    @Option(help: "Cut points.") var cuts = 2_000
    @Option(help: "Cut points of one recording.") var cutsEach = 200
    @Option(help: "Forms of one recording.") var forms = 120
    @Option(help: "The first recording's seed.") var seed: UInt64 = 1
    @Flag(help: "The disk forgets what was synced: violations must be found.") var lying = false
    @Option(help: "Only this cut of the first recording.") var only: Int?

    func run() async throws {
        var (done, promises, violations, recorded) = (0, 0, 0, 0)
        var seed = seed
        while done < cuts {
            let session = try await PowerSession.recorded(seed: seed, forms: forms)
            recorded += session.recording.calls.count
            let count = min(cutsEach, cuts - done)
            let found = try await session.judge(cuts: count, only: only, isLying: lying)
            promises += found.promises
            for violation in found.violations {
                violations += 1
                Output.line("power: seed \(seed) \(violation)")
            }
            done += count
            seed += 1
        }
        Output.line(
            "power: \(done) cuts in \(recorded) recorded calls, \(promises) promises held against"
                + " them, \(violations) violations")
        if violations > 0 { throw ExitCode(1) }
    }
}

/// One recording, cut at many places.
struct PowerSession {
    let seed: UInt64
    let recording: Recording
    let promises: [Promises.Promise]

    private static let database = "transmissions.sqlite"

    /// Runs the workload on a fresh store and records what it does to its files, closing included.
    static func recorded(seed: UInt64, forms: Int) async throws -> PowerSession {
        let folder = try ScratchFolder()
        defer { folder.remove() }
        faults_watch(folder.path, 1)
        defer { faults_watch(nil, 0) }
        let promises = Promises()
        do {
            let store = try await SQLiteTransmissionStore(path: "\(folder.path)/\(database)")
            let workload = StoreWorkload(store: store, promises: promises, name: "form\(seed)")
            try await workload.run(forms: forms)
        }
        return PowerSession(
            seed: seed, recording: .taken(from: folder.path), promises: promises.all)
    }

    /// - Parameter only: Judges this cut alone.
    func judge(
        cuts: Int, only: Int?, isLying: Bool
    ) async throws -> (violations: [String], promises: Int) {
        var random = SeededRandom(seed: seed)
        let places = (0..<cuts).map { _ in Int.random(in: 0...recording.calls.count, using: &random)
        }
        var (violations, held): ([String], Int) = ([], 0)
        var disk = PoweredDisk(folder: recording.files.firstIndex(of: ""), isLying: isLying)
        var (promised, next) = (PromisedContent(), 0)
        for (index, place) in places.sorted().enumerated() {
            for call in recording.calls[next..<place] {
                disk.see(call)
                guard case .promise = call.act else { continue }
                promised.add(promises[call.number])
            }
            next = place
            var random = SeededRandom(seed: seed &* 1_000_000 &+ UInt64(index))
            let files = disk.surviving(&random)
            if let only, only != index { continue }
            held += promised.steps.count + promised.documents.count
            violations += try await self.violations(of: files, promised).map {
                "cut \(index) before call \(place): \($0)"
            }
        }
        return (violations, held)
    }

    /// Opens a store on what the cut left.
    private func violations(
        of files: [Int: [UInt8]], _ promised: PromisedContent
    ) async throws -> [String] {
        let folder = try ScratchFolder()
        defer { folder.remove() }
        for (number, bytes) in files {
            let name = recording.files[number]
            // Shared memory does not outlive the power; the folder itself has no bytes.
            guard name.hasPrefix(Self.database), !name.hasSuffix("-shm") else { continue }
            try Data(bytes).write(to: URL(fileURLWithPath: "\(folder.path)/\(name)"))
        }
        return await StoreCheck(path: "\(folder.path)/\(Self.database)", promised: promised)
            .violations()
    }
}

/// A folder of its own for one run, in memory where the system has such a place.
struct ScratchFolder {
    let path: String

    init() throws {
        let memory = "/dev/shm"
        let base = FileManager.default.isWritableFile(atPath: memory) ? memory : "/tmp"
        path = "\(base)/torture-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
