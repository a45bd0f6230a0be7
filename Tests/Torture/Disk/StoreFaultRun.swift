// SPDX-License-Identifier: Apache-2.0
import CFaults
import Foundation
import Keys
import SQLiteStore

/// A store and the files beside it, in a process that goes on after a call failed.
struct StoreFaultRun {
    let call: FailingCall
    private static let filesOfForm = 4

    func run() async throws -> FaultCount {
        let folder = try ScratchFolder()
        defer { folder.remove() }
        faults_watch(folder.path, 0)
        defer { faults_watch(nil, 0) }
        call.arm()
        var count = FaultCount(runs: 1)
        let (promises, failures) = (Promises(), Failures())
        let path = "\(folder.path)/transmissions.sqlite"
        do {
            // The file of an opening that failed is taken up by the next.
            let store = try await failures.retrying {
                try await SQLiteTransmissionStore(path: path)
            }
            let workload = StoreWorkload(
                store: RetryingStore(base: store, failures: failures), promises: promises)
            var (index, after) = (0, 0)
            // Goes on for a while after the call that failed.
            while index < 60, after < 3 {
                try await workload.accept(index)
                _ = try await workload.work(worker: "w", limit: 1)
                try writeFiles(index, in: folder.path, &count)
                index += 1
                after += faults_fired() == 1 ? 1 : 0
            }
        } catch {
            count.violations.append("\(call): \(error)")
        }
        if faults_fired() == 1 { count.failed[call.kind] = 1 }
        faults_watch(nil, 0)
        for code in failures.all { count.told[code, default: 0] += 1 }
        var promised = PromisedContent()
        for promise in promises.all { promised.add(promise) }
        count.violations += await StoreCheck(path: path, promised: promised).violations()
            .map { "\(call): \($0)" }
        return count
    }

    /// Files as keys and settings are kept: each is there in full, old or new, whatever fails.
    private func writeFiles(_ index: Int, in folder: String, _ count: inout FaultCount) throws {
        let path = "\(folder)/settings"
        for round in 0..<Self.filesOfForm {
            let number = index * Self.filesOfForm + round
            do throws(FileError) {
                try DurableFile.write(
                    Self.content(number), to: path, keeping: "\(path).previous")
            } catch {
                count.told["FileError \(error.operation)", default: 0] += 1
                if error.code == EINTR, error.operation != "rename" {
                    count.violations.append("\(call): not tried again after a signal")
                }
                let found = try DurableFile.read(path, limit: 10_000)
                if number > 0, found != Self.content(number), found != Self.content(number - 1) {
                    count.violations.append("\(call): a file is neither old nor new")
                }
                try DurableFile.write(Self.content(number), to: path)
            }
            // A read that fails says so; the next one finds what is there.
            let found =
                try (try? DurableFile.read(path, limit: 10_000))
                ?? DurableFile.read(path, limit: 10_000)
            if found != Self.content(number) {
                count.violations.append("\(call): a file that was written is not there")
            }
        }
    }

    private static func content(_ number: Int) -> [UInt8] {
        PromisedContent.bytes(of: "file \(number)")
    }
}
