// SPDX-License-Identifier: Apache-2.0
import NationalAPI
import Synchronization

/// The services of the sandbox that can be made to fail.
package enum SandboxService: String, Sendable, CaseIterable {
    case exchange, tsa, ocsp, crl, enrolment
    case trustedList = "trusted-list"
    /// The identity provider, and MySecu's session service.
    case identity, sts
    /// Single operations of the exchange.
    case simulation = "pid-simulation"
    case validation = "pid-validation"
    case contestation = "pid-contestation"
    case status
    case paymentAdvice = "payment-advice"

    /// Whether its answers have a seat for anomalies.
    var isDirectPayment: Bool {
        self == .simulation || self == .validation || self == .contestation
    }

    /// The operation that a model names; `nil` for deposits.
    init?(model: String, of profile: NationalProfile) {
        switch model {
        case profile.pid.simulation.model: self = .simulation
        case profile.pid.validation.model: self = .validation
        case profile.pid.contestation.model: self = .contestation
        case profile.status?.operation.model: self = .status
        case profile.paymentAdvice?.operation.model: self = .paymentAdvice
        default: return nil
        }
    }
}

/// How a service fails until it is told otherwise.
package enum ServiceFault: String, Sendable, CaseIterable {
    case none
    /// 503 before anything happened.
    case unavailable
    /// What was asked for happens; its answer is lost (503 instead).
    case lostAnswer = "lost-answer"
    /// An operation of the direct payment refuses every message with OEC-TEC-001; any other
    /// service answers 503.
    case closed
    /// The same with OEC-TEC-002: try later.
    case overloaded
    /// The signature of the answer does not verify.
    case wrongSignature = "wrong-signature"
    /// Moments in the answer are two hours off.
    case wrongClock = "wrong-clock"
    /// What is issued has expired already.
    case tokenExpired = "token-expired"

    /// What the insurer says of it.
    var anomaly: String? {
        switch self {
        case .closed: "OEC-TEC-001"
        case .overloaded: "OEC-TEC-002"
        default: nil
        }
    }
}

/// The fault switches and delays, one a service.
package final class FaultSwitches: Sendable {
    private let faults = Mutex<[SandboxService: ServiceFault]>([:])
    private let delays = Mutex<[SandboxService: Int]>([:])

    package init() {}

    package subscript(service: SandboxService) -> ServiceFault {
        get { faults.withLock { $0[service] ?? .none } }
        set { faults.withLock { $0[service] = newValue } }
    }

    /// Milliseconds by which a service answers later.
    func delay(of service: SandboxService) -> Int { delays.withLock { $0[service] ?? 0 } }

    package func setDelay(of service: SandboxService, milliseconds: Int) {
        delays.withLock { $0[service] = milliseconds }
    }

    package func clear() {
        faults.withLock { $0 = [:] }
        delays.withLock { $0 = [:] }
    }
}
