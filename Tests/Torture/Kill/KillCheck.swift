// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPTypes
import JSON
import Trust

/// What must hold when everything has come to rest (security-requirements, 8.2: I1 to I7), judged by
/// the sandbox's ledger and by what the connector answers.
struct KillCheck: Sendable {
    let installation: TortureInstallation
    let practice: Practice

    struct Findings: Sendable {
        var (lost, doubled, unsigned, stuck) = (0, 0, 0, 0)
        /// Forms that a person was told to look at.
        var told: [String: Int] = [:]
        var violations: [String] = []
    }

    private struct Form {
        var state: String
        var problem: String
    }

    func findings(_ connector: ConnectorAtWork) async throws -> Findings {
        var findings = Findings()
        findings.violations = await practice.violations
        let forms = try await settled(await practice.forms, connector, &findings)
        let entries = try await installation.admin(.get, "ledger").array ?? []
        let ledger = Dictionary(grouping: entries) { $0["uuid"]?.string ?? "" }
        for (uuid, form) in forms.sorted(by: { $0.key < $1.key }) {
            try await check(uuid, form, ledger[uuid] ?? [], connector, &findings)
        }
        // Messages of simulations have UUIDs of their own.
        let deposits = entries.filter { $0["form"] != nil || $0["cancels"] != nil }
        for uuid in deposits.compactMap({ $0["uuid"]?.string }) where forms[uuid] == nil {
            findings.violations.append("I2 \(uuid): the ledger has it, nobody was told")
        }
        try await checkSimulations(connector, &findings)
        return findings
    }

    /// I1: everything accepted comes to rest.
    private func settled(
        _ uuids: Set<String>, _ connector: ConnectorAtWork, _ findings: inout Findings
    ) async throws -> [String: Form] {
        var forms: [String: Form] = [:]
        let end = ContinuousClock.now + .seconds(180)
        for uuid in uuids.sorted() {
            while true {
                let answer = await connector.ask(
                    .get, "/v1/forms/\(uuid)", through: installation.sender)
                if answer?.status == 404 {
                    findings.lost += 1
                    findings.violations.append("I1 \(uuid): lost")
                    break
                }
                let state = answer?.answer?["stage"]?.string ?? ""
                let problem = answer?.answer?["problem"]?["code"]?.string ?? ""
                forms[uuid] = Form(state: state, problem: problem)
                if ["final", "cancelled", "attention"].contains(state) { break }
                guard ContinuousClock.now < end else {
                    findings.stuck += 1
                    findings.violations.append("I1 \(uuid): stuck at \(state) \(problem)")
                    break
                }
                // A real process: its answer is polled for.
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        return forms
    }

    /// I2, I3, I4 and I6 of one form or cancellation.
    private func check(
        _ uuid: String, _ form: Form, _ entries: [JSONValue], _ connector: ConnectorAtWork,
        _ findings: inout Findings
    ) async throws {
        let effects = entries.reduce(0) { $0 + ($1["effects"]?.int ?? 0) }
        if effects > 1 {
            findings.doubled += 1
            findings.violations.append("I2 \(uuid): \(effects) effects")
        }
        if form.state == "attention" {
            findings.told[form.problem, default: 0] += 1
            if form.problem.isEmpty { findings.violations.append("I1 \(uuid): nobody is told") }
            if effects > 0 {
                findings.violations.append("I4 \(uuid): received there, put aside here")
            }
            return
        }
        guard entries.contains(where: { $0["cancels"] == nil && $0["form"] != nil }),
            let sha256 = entries.first?["sha256"]?.string
        else {
            // A cancellation, or a form that was taken back before it left.
            if form.state == "final", effects != 1, entries.isEmpty,
                try await hasDocument("xml", uuid, connector)
            {
                findings.lost += 1
                findings.violations.append("I4 \(uuid): final here, not there")
            }
            return
        }
        let xml = await connector.fetch(
            .get, "/v1/forms/\(uuid)/xml", through: installation.sender)
        if xml.map({ DigestAlgorithm.sha256.digest($0.bytes).bytes.hexText }) != sha256 {
            findings.violations.append("I6 \(uuid): other bytes there than here")
        }
        if try await !hasDocument("receipt", uuid, connector) {
            findings.violations.append("I4 \(uuid): received there, no receipt here")
        }
        let report = await connector.fetch(
            .get, "/v1/forms/\(uuid)/report", through: installation.sender)
        let text = String(decoding: report?.bytes ?? [], as: UTF8.self)
        if !text.contains("total-passed") {
            findings.unsigned += 1
            findings.violations.append("I3 \(uuid): our judge did not pass it")
        }
    }

    private func hasDocument(
        _ name: String, _ uuid: String, _ connector: ConnectorAtWork
    ) async throws -> Bool {
        let answer = await connector.fetch(
            .get, "/v1/forms/\(uuid)/\(name)", through: installation.sender)
        return answer?.status == 200
    }

    /// No simulation stays open, and none is paid twice.
    private func checkSimulations(
        _ connector: ConnectorAtWork, _ findings: inout Findings
    ) async throws {
        let open = ["draft", "simulation_sent", "validation_sent", "contestation_sent", "unknown"]
        let end = ContinuousClock.now + .seconds(120)
        for id in await practice.simulations.sorted() {
            var state = ""
            repeat {
                let answer = await connector.ask(
                    .get, "/v1/pid/simulations/\(id)", through: installation.sender)
                state = answer?.answer?["state"]?.string ?? "lost"
                guard open.contains(state) else { break }
                // A real process: its answer is polled for.
                try await Task.sleep(for: .milliseconds(20))
            } while ContinuousClock.now < end
            if open.contains(state) || state == "lost" {
                findings.stuck += 1
                findings.violations.append("I1 simulation \(id): \(state)")
            }
        }
        let payments = try await installation.admin(.get, "payments").array ?? []
        let orders = Dictionary(grouping: payments) { $0["reference"]?.string ?? "" }
        for (reference, orders) in orders where orders.count > 1 {
            findings.doubled += 1
            findings.violations.append("I2 payment \(reference): \(orders.count) orders")
        }
    }

    // MARK: Files

    /// I5 by the program itself, and I7: what nobody may find is in no file.
    func files() async throws -> [String] {
        var found: [String] = []
        let (status, said) = try await installation.command(
            ["audit", "verify", "--state", installation.state])
        if status != 0 { found.append("I5: \(said)") }
        let canaries = [TortureInstallation.passphrase, Practice.patient, "rue de l’Exemple"]
        let folder = URL(fileURLWithPath: installation.state)
        let names = FileManager.default.enumerator(atPath: folder.path)?.allObjects ?? []
        var files = names.compactMap { $0 as? String }.map { folder.appending(path: $0) }
        files.append(URL(fileURLWithPath: "\(installation.folder)/connector.log"))
        for file in files {
            guard let bytes = try? Data(contentsOf: file) else { continue }
            for canary in canaries where bytes.range(of: Data(canary.utf8)) != nil {
                found.append("I7: a secret stands in \(file.lastPathComponent)")
            }
        }
        return found
    }
}
