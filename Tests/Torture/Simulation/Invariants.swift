// SPDX-License-Identifier: Apache-2.0
import Connector
import InProcess
import Sandbox
import StoreSupport
import Trust

/// What must hold after every run (security-requirements, 8.2: I1 to I6), judged by the sandbox's
/// ledger and not by what the connector believes.
struct Invariants {
    let store: MemoryStore
    let side: NationalSide
    /// What the practices were told is accepted.
    let accepted: Set<String>

    func outcome() async -> SimulatedRun.Outcome {
        var outcome = SimulatedRun.Outcome()
        let forms = await store.transmissions(TransmissionQuery(limit: .max))
        let ledger = Dictionary(
            grouping: await side.exchange.ledger.entries, by: \.uuid)
        outcome.accepted = accepted.count
        for form in forms {
            outcome.states[form.state, default: 0] += 1
            if form.state == .attention, let problem = form.problem {
                outcome.problems["\(form.kind) \(problem.code) \(problem.detail)", default: 0] += 1
            }
        }
        outcome.violations += rest(forms)
        for form in forms where form.kind == .form {
            outcome.violations += await deposit(of: form, ledger[form.uuid] ?? [])
        }
        let known = Set(forms.map(\.uuid))
        outcome.violations += ledger.keys.filter { !known.contains($0) }.map {
            "I2 \($0): the ledger has it, nobody here sent it"
        }
        outcome.violations += await audit(forms)
        return outcome
    }

    /// I1: everything accepted is there and has come to rest.
    private func rest(_ forms: [Transmission]) -> [String] {
        let states = Dictionary(uniqueKeysWithValues: forms.map { ($0.uuid, $0) })
        let lost = accepted.filter { states[$0] == nil }.map { "I1 \($0): lost" }
        let stuck = forms.filter { !$0.state.isSettled }.map {
            "I1 \($0.uuid): \($0.kind) stuck at \($0.state) \($0.problem?.code ?? "")"
                + " \($0.problem?.detail ?? "")"
        }
        return lost + stuck
    }

    /// I2, I3, I4 and I6 for one form.
    private func deposit(of form: Transmission, _ entries: [Ledger.Entry]) async -> [String] {
        var violations: [String] = []
        let effects = entries.reduce(0) { $0 + $1.effects }
        if effects > 1 { violations.append("I2 \(form.uuid): \(effects) effects") }
        let outputs = await store.outputs([.completeXML, .receipt, .embeddedPDF], of: form.uuid)
        if form.state == .final, effects != 1 {
            violations.append("I4 \(form.uuid): final here, \(effects) effects there")
        }
        if effects == 1, ![.final, .cancelled].contains(form.state) {
            violations.append(
                "I4 \(form.uuid): received there, \(form.state) here"
                    + " \(form.problem?.code ?? "") \(form.problem?.detail ?? "")")
        }
        if effects == 1, outputs[.receipt] == nil {
            violations.append("I4 \(form.uuid): received there, no receipt here")
        }
        guard let entry = entries.first, let xml = outputs[.completeXML] else { return violations }
        if entry.sha256 != DigestAlgorithm.sha256.digest(xml).bytes.hexText {
            violations.append("I6 \(form.uuid): other bytes there than here")
        }
        return violations
    }

    /// I5: the chain holds and has every form's last step.
    private func audit(_ forms: [Transmission]) async -> [String] {
        var previous = AuditEntry.start
        for (index, entry) in await store.audit.enumerated() {
            guard entry.sequence == index + 1, entry.previous == previous,
                AuditEntry.hash(of: entry.bytes) == entry.hash
            else { return ["I5: the audit breaks at entry \(index + 1)"] }
            previous = entry.hash
        }
        let text = await store.audit.map { String(decoding: $0.bytes, as: UTF8.self) }
        return forms.filter { form in
            !text.contains { $0.contains(form.uuid) && $0.contains("\"\(form.state.rawValue)") }
        }.map { "I5 \($0.uuid): the audit does not know that it is \($0.state)" }
    }
}
