// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// The services of the sandbox that can be made to fail.
package enum SandboxService: String, Sendable, CaseIterable {
    case exchange, tsa, ocsp, crl, enrolment
    case trustedList = "trusted-list"
}

/// How a service fails until it is told otherwise.
package enum ServiceFault: String, Sendable, CaseIterable {
    case none
    /// 503 before anything happened.
    case unavailable
    /// What was asked for happens; its answer is lost (503 instead).
    case lostAnswer = "lost-answer"
}

/// The fault switches, one a service.
package final class FaultSwitches: Sendable {
    private let faults = Mutex<[SandboxService: ServiceFault]>([:])

    package init() {}

    package subscript(service: SandboxService) -> ServiceFault {
        get { faults.withLock { $0[service] ?? .none } }
        set { faults.withLock { $0[service] = newValue } }
    }

    package func clear() { faults.withLock { $0 = [:] } }
}
