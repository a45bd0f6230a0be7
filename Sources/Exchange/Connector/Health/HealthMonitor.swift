// SPDX-License-Identifier: Apache-2.0
import Transport

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A way to find out whether a dependency does its job: by letting it do it.
package struct HealthProbe: Sendable {
    package var dependency: Dependency
    /// Does the job once; what it throws says what is wrong.
    package var run: @Sendable () async throws -> Void

    package init(_ dependency: Dependency, run: @escaping @Sendable () async throws -> Void) {
        (self.dependency, self.run) = (dependency, run)
    }
}

/// Watches every dependency, so that everybody knows at any time whether it is us, them or the line.
///
/// Work that was just done for a form counts as a probe: quotas are spared.
package actor HealthMonitor {
    private let probes: [HealthProbe]
    private var health: [String: ServiceHealth]
    private let order: [String]
    private let interval: Duration
    private let now: @Sendable () -> Date
    private let pause: @Sendable (Duration) async throws -> Void
    private let onLook: @Sendable (ServiceName, Bool) async -> Void

    /// - Parameters:
    ///   - watched: Dependencies without a probe: only what is noted is known of them.
    ///   - interval: Between two looks at a dependency.
    ///   - onLook: Is told after a look whether the service can be had, at any of its addresses.
    package init(
        probes: [HealthProbe], watched: [Dependency] = [],
        interval: Duration = Limits.healthInterval, now: @escaping @Sendable () -> Date,
        pause: @escaping @Sendable (Duration) async throws -> Void,
        onLook: @escaping @Sendable (ServiceName, Bool) async -> Void = { _, _ in }
    ) {
        (self.probes, self.interval, self.now, self.pause) = (probes, interval, now, pause)
        self.onLook = onLook
        let dependencies = probes.map(\.dependency) + watched
        order = dependencies.map(\.id)
        health = Dictionary(
            dependencies.map { ($0.id, ServiceHealth($0)) }, uniquingKeysWith: { first, _ in first }
        )
    }

    /// Everything that is watched, in its order.
    package var services: [ServiceHealth] { order.compactMap { health[$0] } }

    /// Looks at everything until the task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for probe in probes { group.addTask { await self.watch(probe) } }
        }
    }

    /// Looks at everything once, whatever is known.
    package func check() async {
        await withDiscardingTaskGroup { group in
            for probe in probes { group.addTask { await self.look(probe) } }
        }
    }

    /// What was seen of a service in real work.
    package func note(_ service: ServiceName, failure: StageFailure? = nil) {
        note(
            Dependency(service).id,
            HealthObservation(at: now(), failure: failure.map(HealthObservation.Failure.init)))
    }

    private func note(_ id: String, _ observation: HealthObservation) {
        health[id]?.note(observation)
    }

    private func watch(_ probe: HealthProbe) async {
        let seconds = Double(interval.components.seconds)
        while !Task.isCancelled {
            let isFresh =
                health[probe.dependency.id]?.isFresh(at: now(), within: seconds) ?? false
            if !isFresh { await look(probe) }
            do { try await pause(interval) } catch { return }
        }
    }

    /// One look, which takes as long as a probe may: a service that does not answer is down.
    private func look(_ probe: HealthProbe) async {
        let pause = pause
        let failure = await withTaskGroup(of: HealthObservation.Failure?.self) { group in
            group.addTask {
                do {
                    try await probe.run()
                    return nil
                } catch {
                    return HealthObservation.Failure(error, of: probe.dependency.service)
                }
            }
            group.addTask {
                try? await pause(Limits.probeTime)
                return HealthObservation.Failure(silent: probe.dependency.service)
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        guard !Task.isCancelled else { return }
        note(probe.dependency.id, HealthObservation(at: now(), failure: failure))
        let service = probe.dependency.service
        await onLook(
            service,
            health.values.contains { $0.dependency.service == service && $0.state == .up })
    }
}

extension HealthObservation.Failure {
    init(_ failure: StageFailure) {
        let unreachable: Set<ProblemCode> = [
            .timestampUnreachable, .revocationUnreachable, .platformUnreachable,
            .identityUnreachable,
        ]
        self.init(
            failure.code, actor: failure.actor, isUnreachable: unreachable.contains(failure.code))
    }

    init(_ error: any Error, of service: ServiceName) {
        switch error {
        case let failure as StageFailure: self.init(failure)
        case let failure as any StoreFailure: self.init(failure.code, actor: .you)
        case is TransportError: self.init(silent: service)
        default: self.init(.internalFault, actor: .connector)
        }
    }

    /// No answer in time.
    init(silent service: ServiceName) {
        switch service {
        case .store: self.init(.storeUnusable, actor: .you)
        case .key: self.init(.signingFailed, actor: .you)
        case .timestamps: self.init(.timestampUnreachable, actor: .incert, isUnreachable: true)
        case .revocation: self.init(.revocationUnreachable, actor: .incert, isUnreachable: true)
        case .trustedList: self.init(.trustedListUnusable, actor: .incert, isUnreachable: true)
        case .identity: self.init(.identityUnreachable, actor: .esante, isUnreachable: true)
        case .platform: self.init(.platformUnreachable, actor: .mysecu, isUnreachable: true)
        case .insurer: self.init(.platformUnreachable, actor: .cns, isUnreachable: true)
        }
    }
}
