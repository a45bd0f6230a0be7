// SPDX-License-Identifier: Apache-2.0
package import NationalAPI

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Stands before every service: spares one that is out, and asks none faster than it bears
/// (RE-07, RE-08).
package actor ServiceGates {
    private var circuits: [ServiceName: CircuitBreaker] = [:]
    /// When each service has borne what it was asked so far.
    private var nextSlots: [ServiceName: Date] = [:]
    /// Calls a second.
    private let rates: [ServiceName: Double]
    /// A clock that never jumps (RE-10).
    nonisolated let now: @Sendable () -> Date
    private let jitter: @Sendable () -> Double
    private let pause: @Sendable (Duration) async throws -> Void
    /// Services that have come back.
    package nonisolated let recoveries: AsyncStream<ServiceName>
    private let recovery: AsyncStream<ServiceName>.Continuation
    private let observe: Observe

    /// Is told what real work saw of a service: that it did its job, or why not.
    package typealias Observe = @Sendable (ServiceName, StageFailure?) async -> Void

    /// - Parameters:
    ///   - rates: Calls a second, as the profile's ``NationalProfile/pacing`` says; a service that
    ///     is not named has no bound.
    ///   - now: A clock that never jumps, whatever is set at the machine (RE-10).
    ///   - jitter: A number from 0 up to 1.
    package init(
        rates: [ServiceName: Double] = [:], now: @escaping @Sendable () -> Date,
        jitter: @escaping @Sendable () -> Double,
        pause: @escaping @Sendable (Duration) async throws -> Void,
        observe: @escaping Observe = { _, _ in }
    ) {
        (self.rates, self.now, self.jitter, self.pause) = (rates, now, jitter, pause)
        self.observe = observe
        (recoveries, recovery) = AsyncStream.makeStream()
    }

    /// The services that are not worth asking now.
    package var out: Set<ServiceName> {
        let moment = now()
        return Set(circuits.filter { $0.value.isOut(at: moment) }.keys)
    }

    /// The services that were out and are worth asking again.
    var dueForProbe: [ServiceName] {
        let moment = now()
        return circuits.filter { $0.value.isDueForProbe(at: moment) }.keys
            .sorted { $0.rawValue < $1.rawValue }
    }

    /// Since when a service has been failing; `nil` while it works.
    package func failingSince(_ service: ServiceName) -> Date? { circuits[service]?.failingSince }

    /// Asks a service, if it is worth asking and when it is its turn.
    ///
    /// What the body throws tells which service failed, by its code; that may be another one on the
    /// way to this one.
    ///
    /// - Throws: ``StageFailure``: the service is known to be out; else what the body throws.
    nonisolated func call<Value: Sendable>(
        _ service: ServiceName, _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        try await admit(service)
        do {
            try await takeTurn(service)
            let value = try await body()
            await noteSuccess(service)
            await observe(service, nil)
            return value
        } catch let failure as StageFailure {
            if let failing = failure.code.service(asking: service) {
                await noteFailure(failing)
                if !failure.isKnownOutage { await observe(failing, failure) }
                if failing != service { await noteUnasked(service) }
            } else {
                // It answered: what it said is another matter.
                await noteSuccess(service)
            }
            throw failure
        } catch {
            await noteUnasked(service)
            throw error
        }
    }

    /// What was learned about a service elsewhere: a probe, another part of the program.
    package func note(_ service: ServiceName, isUp: Bool) {
        if isUp { noteSuccess(service) } else { noteFailure(service) }
    }

    private func admit(_ service: ServiceName) throws {
        guard var circuit = circuits[service] else { return }
        let admission = circuit.admit(at: now())
        circuits[service] = circuit
        if case .refused(let until) = admission {
            throw StageFailure.out(service, until: until, now: now())
        }
    }

    private func takeTurn(_ service: ServiceName) async throws {
        guard let rate = rates[service], rate > 0 else { return }
        let moment = now()
        let slot = max(moment, nextSlots[service] ?? moment)
        nextSlots[service] = slot.addingTimeInterval(1 / rate)
        // A few that come together do not wait for each other; many do.
        let wait = slot.timeIntervalSince(moment) - Limits.burstInSeconds
        if wait > 0.001 { try await pause(.seconds(wait)) }
    }

    private func noteSuccess(_ service: ServiceName) {
        let hasRecovered = circuits[service, default: CircuitBreaker()].succeeded()
        if hasRecovered { recovery.yield(service) }
    }

    private func noteFailure(_ service: ServiceName) {
        circuits[service, default: CircuitBreaker()].failed(at: now(), jitter: jitter())
    }

    /// A probe that never reached its service leaves the question open.
    private func noteUnasked(_ service: ServiceName) {
        if case .probing = circuits[service]?.state { noteFailure(service) }
    }
}

extension NationalProfile {
    /// What each service bears, in calls a second.
    package var rates: [ServiceName: Double] {
        var rates: [ServiceName: Double] = [:]
        for (service, calls) in pacing { rates[service.name] = Double(calls) }
        return rates
    }
}

extension NationalProfile.PacedService {
    fileprivate var name: ServiceName {
        switch self {
        case .timestamps: .timestamps
        case .revocation: .revocation
        case .platform: .platform
        }
    }
}

extension StageFailure {
    /// The service is known to be out; it was not asked.
    static func out(_ service: ServiceName, until: Date, now: Date) -> StageFailure {
        let (code, actor): (ProblemCode, TransmissionProblem.Actor) =
            switch service {
            case .timestamps: (.timestampUnreachable, .incert)
            case .revocation: (.revocationUnreachable, .incert)
            case .trustedList: (.trustedListUnusable, .connector)
            case .identity: (.identityUnreachable, .esante)
            case .insurer: (.platformUnreachable, .cns)
            case .platform, .store, .key: (.platformUnreachable, .mysecu)
            }
        var failure = StageFailure(
            code, "The service is out; it is asked again by itself.", actor: actor, .retry,
            retryAfter: max(1, Int(until.timeIntervalSince(now).rounded(.up))))
        failure.heldBy = service
        failure.isKnownOutage = true
        return failure
    }
}

extension ProblemCode {
    /// The service whose outage this tells; `nil` for what is not a service's fault.
    package var service: ServiceName? {
        switch self {
        case .timestampUnreachable, .timestampRefused, .timestampUnusable: .timestamps
        case .revocationUnreachable: .revocation
        case .trustedListUnusable: .trustedList
        case .identityUnreachable, .identityNotTrusted: .identity
        case .platformUnreachable, .outcomeUnknown, .answerNotTrusted, .platformFault: .platform
        default: nil
        }
    }

    /// The same, for a call to `caller`: what goes wrong with the answer itself is its own outage,
    /// also when it answers by way of the platform.
    func service(asking caller: ServiceName) -> ServiceName? {
        service == .platform && caller == .insurer ? .insurer : service
    }
}
