// SPDX-License-Identifier: Apache-2.0
import NationalAPI

/// The services of the sandbox that can be made to fail.
package enum SandboxService: String, Sendable, CaseIterable {
    case exchange, tsa, tsa2, ocsp, ocsp2, crl, enrolment
    case trustedList = "trusted-list"
    /// The identity provider, and MySecu's session service.
    case identity, sts
    /// Signing and stamping for software that deposits by its own means.
    case signing
    /// Single operations of the exchange.
    case deposit, cancellation, consent
    case simulation = "pid-simulation"
    case validation = "pid-validation"
    case contestation = "pid-contestation"
    case status
    case paymentAdvice = "payment-advice"

    /// Whether its answers have a seat for anomalies.
    var hasAnomalies: Bool {
        switch self {
        case .deposit, .cancellation, .consent, .simulation, .validation, .contestation: true
        default: false
        }
    }

    /// The operation that a model names; any other model deposits a form.
    init(model: String, of profile: NationalProfile) {
        switch model {
        case profile.pid.simulation.model: self = .simulation
        case profile.pid.validation.model: self = .validation
        case profile.pid.contestation.model: self = .contestation
        case profile.status?.operation.model: self = .status
        case profile.paymentAdvice?.operation.model: self = .paymentAdvice
        case profile.consent?.operation.model: self = .consent
        default: self = profile.cancellation(model: model) == nil ? .deposit : .cancellation
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
    /// Every message is refused with OEC-TEC-001 where answers have a seat for it, else 503.
    case closed
    /// The same with OEC-TEC-002: try later.
    case overloaded
    /// The service says no in its own words, before anything happened.
    case refusal
    /// The connection is closed without an answer, before anything happened.
    case cutBefore = "cut-before"
    /// The same after it happened.
    case cutAfter = "cut-after"
    /// The request is worked on twice, as if the line had doubled it; the second answer comes.
    case duplicate
    /// It happens, but the answer is the service's last one to another request.
    case outOfOrder = "out-of-order"
    case wrongSignature = "wrong-signature"
    /// Moments in the answer are off by `offsetSeconds`.
    case wrongClock = "wrong-clock"
    /// A web page with status 200, before anything happened.
    case html
    /// A refusal with status 200: an anomaly where there is a seat for it, else a SOAP fault.
    case businessError = "business-error"
    /// It happens; the answer has status 200 and no body.
    case empty
    /// It happens; the second half of the answer is missing.
    case truncated
    /// It happens; the answer names another UUID than the request.
    case wrongUUID = "wrong-uuid"
    /// 429 with Retry-After once `limit` calls were answered in the minute or day.
    case quota
    /// The session of a message is said to be over, before anything happened; what is issued has
    /// expired already.
    case tokenExpired = "token-expired"
    /// What is asked about is said to be unknown; with `count`, for so many calls only.
    case unknownAtFirst = "unknown-at-first"
}

extension ServiceFault {
    /// Those that any HTTP service can have: they need not know what it answers.
    static let ofAnyService: Set<ServiceFault> = [
        .none, .unavailable, .lostAnswer, .closed, .overloaded, .cutBefore, .cutAfter, .duplicate,
        .outOfOrder, .html, .empty, .truncated, .quota,
    ]

    /// The code of the anomaly with which a message is refused.
    var anomaly: String? {
        switch self {
        case .closed, .businessError: "OEC-TEC-001"
        case .overloaded: "OEC-TEC-002"
        default: nil
        }
    }

    /// One line of `sandbox --list`.
    var summary: String {
        switch self {
        case .none: "works; with delayMilliseconds, slowly"
        case .unavailable: "503 before anything happened"
        case .lostAnswer: "takes effect, then 503"
        case .closed: "refused with OEC-TEC-001, or 503"
        case .overloaded: "refused with OEC-TEC-002, or 503"
        case .refusal: "refused in the service's own words"
        case .cutBefore: "connection closed before anything happened"
        case .cutAfter: "takes effect, then the connection is closed"
        case .duplicate: "worked on twice, second answer"
        case .outOfOrder: "takes effect; the last answer to another request comes"
        case .wrongSignature: "signature of the answer does not verify"
        case .wrongClock: "moments in the answer off by offsetSeconds"
        case .html: "a web page with status 200"
        case .businessError: "a refusal with status 200"
        case .empty: "takes effect; empty body with status 200"
        case .truncated: "takes effect; half of the answer"
        case .wrongUUID: "takes effect; the answer echoes another UUID"
        case .quota: "429 with Retry-After after limit calls per minute or day"
        case .tokenExpired: "the session is said to be over; what is issued has expired"
        case .unknownAtFirst: "unknown for count calls, then known"
        }
    }
}

extension SandboxService {
    /// The faults it plays itself, because they are about what it answers.
    var ownFaults: Set<ServiceFault> {
        switch self {
        case .exchange: [.refusal, .wrongSignature, .wrongClock, .wrongUUID, .tokenExpired]
        case .deposit, .consent, .simulation, .validation, .contestation:
            Self.exchange.ownFaults.union([.closed, .overloaded, .businessError])
        case .cancellation: Self.deposit.ownFaults.union([.unknownAtFirst])
        case .status: Self.exchange.ownFaults.union([.businessError, .unknownAtFirst])
        case .paymentAdvice: Self.exchange.ownFaults.union([.businessError])
        case .tsa, .tsa2, .ocsp, .ocsp2:
            [.refusal, .businessError, .wrongSignature, .wrongClock]
        case .signing: [.refusal, .wrongSignature]
        case .identity, .sts: [.wrongSignature, .wrongClock, .tokenExpired]
        case .crl, .enrolment, .trustedList: []
        }
    }

    /// Everything it can be told to do.
    package var faults: Set<ServiceFault> { ServiceFault.ofAnyService.union(ownFaults) }
}
