// SPDX-License-Identifier: Apache-2.0
import Connector
import Coverage
import JSON
import NationalAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A simulation as programs see it.
struct SimulationView {
    let simulation: Simulation
    let answer: SimulationAnswer?
    let confirmation: ValidationAnswer?
    let problems: ProblemCatalogue

    /// Whether an answer may still come, or nothing was sent.
    var isOpen: Bool {
        switch simulation.state {
        case .draft, .simulationSent, .validationSent, .contestationSent, .unknown: true
        default: false
        }
    }

    var members: [JSONMember] {
        let state = simulation.state
        var members: [JSONMember] = [
            .init("id", .string(simulation.uuid)), .init("state", .string(state.rawValue)),
            .init("label", .string(state.label)),
        ]
        if let step = simulation.step { members.append(.init("step", .string(step.rawValue))) }
        if let result = simulation.result {
            members.append(.init("result", .string(result.rawValue)))
        }
        if let id = simulation.nationalID { members.append(.init("simulationId", .string(id))) }
        if let end = simulation.validUntil {
            members.append(.init("validUntil", .string(end.formatted(.iso8601))))
        }
        members += [
            .init("acceptedAt", .string(simulation.acceptedAt.formatted(.iso8601))),
            .init("changedAt", .string(simulation.changedAt.formatted(.iso8601))),
        ]
        if let answer { members += answer.members(refused: refusals) }
        if let payment = confirmation?.payment {
            members.append(.init("payment", payment.json(isPaid: state == .paid)))
        }
        if let problem = simulation.problem { members.append(.init("problem", json(problem))) }
        members.append(.init("links", links))
        return members
    }

    /// Why the insurer refused to pay what it had simulated.
    private var refusals: [NationalAnomaly] {
        simulation.state.isFinalForDoctor ? [] : confirmation?.anomalies ?? []
    }

    private func json(_ problem: TransmissionProblem) -> JSONValue {
        .object(problem.members(problems, nextAttemptAt: isOpen ? simulation.dueAt : nil))
    }

    /// What can be asked next; an action is there only while it is possible.
    private var links: JSONValue {
        let (state, own) = (simulation.state, "/v1/pid/simulations/\(simulation.uuid)")
        var names: [String] = []
        if state == .simulated, simulation.nationalID != nil {
            // A validation that was refused is not sent again.
            if confirmation == nil { names.append("validation") }
            names.append("contestation")
        }
        let isUnanswered =
            state == .draft || state == .unknown && simulation.step == .simulation
        if state == .simulated || isUnanswered { names.append("abandonment") }
        if state.isFinalForDoctor { names.append("paper") }
        if state == .contested { names.append("notice") }
        // PID is down, contested or over: the ordinary way stays open.
        if !simulation.mayBePaid { names.append("fee-statement") }
        return .object(
            [JSONMember("self", .string(own))]
                + names.map { JSONMember($0, .string("\(own)/\($0)")) })
    }
}

extension SimulationAnswer {
    /// - Parameter refused: What was said against its validation.
    fileprivate func members(refused: [NationalAnomaly]) -> [JSONMember] {
        var members = [JSONMember("lines", .array(lines.map(\.json)))]
        if let totals { members.append(.init("totals", totals.json)) }
        members.append(.init("anomalies", .array((anomalies + refused).map(\.json))))
        return members
    }
}

extension SimulationAnswer.Line {
    fileprivate var json: JSONValue {
        var members = [JSONMember("line", .optional(number))]
        if let addedTo { members.append(.init("addedTo", .int(addedTo))) }
        members += [
            .init("code", .optional(code)),
            .init("tariff", .optional(tariff.map { "\(Amount(cents: $0))" })),
            .init("opposable", .amount(opposable)), .init("nonOpposable", .amount(nonOpposable)),
            .init("rate", .optional(rate)), .init("statutory", .amount(statutory)),
            .init("participation", .amount(participation)),
            .init("anomalies", .array(anomalies.map(\.json))),
        ]
        return .object(members)
    }
}

extension PIDTotals {
    fileprivate var json: JSONValue {
        [
            "total": .amount(total), "opposable": .amount(opposable),
            "nonOpposable": .amount(nonOpposable), "statutory": .amount(statutory),
            "participation": .amount(participation), "convenience": .amount(convenances),
            "patient": .amount(patientShare),
        ]
    }
}

extension NationalAnomaly {
    fileprivate var json: JSONValue {
        [
            "code": .string(code), "level": .string(level.rawValue), "text": .string(text),
            "source": .string(rules.joined(separator: " ")),
        ]
    }
}

extension ValidationAnswer.Payment {
    fileprivate func json(isPaid: Bool) -> JSONValue {
        [
            "statementId": .string(statementID), "amount": .amount(amount),
            "reference": .string(reference), "transfer": .string(transfer.rawValue),
            "credited": .bool(isPaid),
        ]
    }
}

extension JSONValue {
    /// Cents as a text with two decimals.
    fileprivate static func amount(_ cents: Int) -> JSONValue {
        .string("\(Amount(cents: cents))")
    }

    fileprivate static func optional(_ text: String?) -> JSONValue { text.map(string) ?? .null }
    fileprivate static func optional(_ number: Int?) -> JSONValue { number.map(int) ?? .null }
    private static var null: JSONValue { JSONValue(.null) }
}
