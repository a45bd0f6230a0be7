// SPDX-License-Identifier: Apache-2.0
import CFaults
import Connector
import FormPacks
import Foundation
import InProcess
import Keys
import SQLiteStore
import Sandbox
import Trust

/// One form from hand-in to receipt over the in-process sandbox, on a disk on which one call fails.
struct RoadFaultRun {
    let side: NationalSide
    let call: FailingCall?

    /// - Returns: What came of it, and how many calls of each kind there were.
    func run() async throws -> FaultCount {
        let folder = try ScratchFolder()
        defer { folder.remove() }
        await side.exchange.reset()
        faults_watch(folder.path, 0)
        defer { faults_watch(nil, 0) }
        call?.arm()
        var count = FaultCount(runs: 1)
        let failures = Failures()
        let path = "\(folder.path)/transmissions.sqlite"
        do {
            let store = try await failures.retrying { try await sealed(path) }
            let uuid = UUID().uuidString.lowercased()
            let form = ReceivedForm(.json(try side.form(uuid: uuid)))
            let answer = try await failures.retrying {
                try await side.intake(store).submit(form)
            }
            switch answer {
            case .accepted, .replayed: break
            default: count.violations.append("the form is refused")
            }
            try await settle(uuid, store)
            if faults_fired() == 1, let call { count.failed[call.kind] = 1 }
            count.violations += try await violations(of: uuid, store)
        } catch {
            count.violations.append("\(error)")
        }
        for code in failures.all { count.told[code, default: 0] += 1 }
        count.violations = count.violations.map { "road, \(call?.description ?? ""): \($0)" }
        return count
    }

    private func sealed(_ path: String) async throws -> SealedStore {
        var key = [UInt8](repeating: 7, count: RecordSeal.keyInBytes)
        return SealedStore(
            try await SQLiteTransmissionStore(path: path),
            seal: try RecordSeal(key: SecretBytes(wiping: &key)),
            random: { count in (0..<count).map { _ in UInt8.random(in: 0...255) } })
    }

    /// Works as long as there is work, as a process does that goes on.
    private func settle(_ uuid: String, _ store: SealedStore) async throws {
        for _ in 0..<8 {
            let dispatcher = await side.dispatcher(store)
            try? await store.release(worker: "tests", isOrderly: true)
            try? await dispatcher.drain()
            if try await store.transmission(uuid)?.state.isSettled == true { return }
            side.clock.set(to: side.clock.now.addingTimeInterval(60))
        }
    }

    private func violations(of uuid: String, _ store: SealedStore) async throws -> [String] {
        guard let form = try await store.transmission(uuid) else { return ["lost"] }
        guard form.state == .final else { return ["\(form.state) \(form.problem?.detail ?? "")"] }
        let entries = await side.exchange.ledger.entries.filter { $0.uuid == uuid }
        let effects = entries.reduce(0) { $0 + $1.effects }
        var found = effects == 1 ? [] : ["\(effects) effects"]
        let sent = try await store.output(.completeXML, of: uuid)
        let digest = sent.map { DigestAlgorithm.sha256.digest($0).bytes.hexText }
        if entries.first?.sha256 != digest { found.append("other bytes there than here") }
        found += try await AuditVerification(store).report().faults.map { "audit: \($0)" }
        return found
    }
}
