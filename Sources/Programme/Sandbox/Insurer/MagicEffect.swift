// SPDX-License-Identifier: Apache-2.0
import Coverage
import JSON

/// What a magic person forces, whatever else a message says.
package enum MagicEffect: Sendable, Hashable {
    /// A step of the direct payment that can be made to fail.
    package enum Step: String, Sendable, Hashable, CaseIterable {
        case simulation, validation, contestation
        /// The question what became of a message.
        case status
    }

    /// Every simulation is refused with this anomaly.
    case anomaly(code: String, text: String?)
    /// Every line carries this anomaly; one that is an error takes the line out.
    case lines(code: String)
    case slow(Step, milliseconds: Int)
    /// HTTP 503 before anything happens.
    case unavailable(Step)
    /// The first answer is lost after everything happened; the same message again gets it. Never a
    /// status query, of which nothing is remembered.
    case lostAnswer(Step)
    /// The payment goes by ordinary transfer.
    case deferredPayment
    /// The simulation is valid for no time at all.
    case expiresAtOnce
    /// The first time that a form of this person comes to an operation, it fails so.
    case fault(SandboxService, ServiceFault)

    private enum Kind: String, CaseIterable {
        case anomaly, lines, slow, unavailable, fault
        case lostAnswer = "lost-answer"
        case deferredPayment = "deferred-payment"
        case expiresAtOnce = "expires-at-once"
    }

    init(_ item: JSONReader) throws(JSONReadingError) {
        switch try item.member("kind").choice(Kind.self) {
        case .anomaly:
            self = .anomaly(
                code: try item.member("anomaly").string(),
                text: try item.optional("text")?.string())
        case .lines: self = .lines(code: try item.member("anomaly").string())
        case .slow:
            self = .slow(
                try item.member("step").choice(Step.self),
                milliseconds: try item.member("milliseconds").int(in: 1...600_000))
        case .unavailable: self = .unavailable(try item.member("step").choice(Step.self))
        case .lostAnswer:
            let step = try item.member("step")
            self = .lostAnswer(try step.choice(Step.self))
            if self == .lostAnswer(.status) {
                throw step.unexpected("simulation, validation or contestation")
            }
        case .deferredPayment: self = .deferredPayment
        case .expiresAtOnce: self = .expiresAtOnce
        case .fault:
            let service = try item.member("service").choice(SandboxService.self)
            let fault = try item.member("fault")
            self = .fault(service, try fault.choice(ServiceFault.self))
            guard case .fault(_, let name) = self, service.faults.contains(name) else {
                throw fault.unexpected("a fault that \(service.rawValue) can have")
            }
        }
    }

    /// One line of `sandbox --list`.
    package var description: String {
        switch self {
        case .anomaly(let code, _): "simulation refused with \(code)"
        case .lines(let code): "\(code) on every line"
        case .slow(let step, let milliseconds): "\(step) answered after \(milliseconds) ms"
        case .unavailable(let step): "\(step) unavailable (503)"
        case .lostAnswer(let step): "first answer to a \(step) lost"
        case .deferredPayment: "paid by ordinary transfer, booked the next banking day"
        case .fault(let service, let fault):
            "first \(service.rawValue) of a form: \(fault.rawValue)"
        case .expiresAtOnce: "simulation expires at once (OEC-PID-002)"
        }
    }
}
