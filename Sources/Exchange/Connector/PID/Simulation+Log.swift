// SPDX-License-Identifier: Apache-2.0
import Trust

extension Simulation {
    /// The audit's line about having got here.
    package func fact(after previous: SimulationState?) -> AuditFact {
        AuditFact(
            moment: changedAt, actor: "", action: previous == nil ? "accept" : "move",
            objectType: "simulation", objectID: uuid, objectSHA256: digest.bytes.hexText,
            outcome: problem.map { "\(state.rawValue) \($0.code)" } ?? state.rawValue,
            origin: "pipeline")
    }

    /// The event of having got here.
    package func event(after previous: SimulationState?) -> ConnectorEvent? {
        guard previous != state else { return nil }
        return ConnectorEvent(
            sequence: 0, moment: changedAt, uuid: uuid, kind: "simulation", state: state.rawValue,
            code: problem?.code)
    }
}
