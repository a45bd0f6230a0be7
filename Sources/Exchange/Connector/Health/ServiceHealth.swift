// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Something the connector cannot work without: a service, at one address of possibly several.
package struct Dependency: Sendable, Hashable {
    package var service: ServiceName
    /// Tells several of one service apart, from 1.
    package var number: Int
    /// The host, for people; empty for what is on this machine.
    package var host: String

    package init(_ service: ServiceName, number: Int = 1, host: String = "") {
        (self.service, self.number, self.host) = (service, number, host)
    }

    /// Names it in programs: `timestamps`, `timestamps-2`.
    package var id: String { number == 1 ? service.rawValue : "\(service.rawValue)-\(number)" }

    package var isRemote: Bool { service != .store && service != .key }
}

/// What was seen of a dependency: it did its job, or why it did not.
package struct HealthObservation: Sendable, Hashable {
    package struct Failure: Sendable, Hashable {
        package var code: ProblemCode
        package var actor: TransmissionProblem.Actor
        /// Nothing could be sent: the service, or the line to it.
        package var isUnreachable: Bool

        package init(
            _ code: ProblemCode, actor: TransmissionProblem.Actor, isUnreachable: Bool = false
        ) {
            (self.code, self.actor, self.isUnreachable) = (code, actor, isUnreachable)
        }
    }

    package var moment: Date
    package var failure: Failure?

    package init(at moment: Date, failure: Failure? = nil) {
        (self.moment, self.failure) = (moment, failure)
    }
}

/// What is known of one dependency, folded from observations.
package struct ServiceHealth: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable { case up, down, unknown }

    package let dependency: Dependency
    package private(set) var state = State.unknown
    /// When it came to be so; `nil` while nothing was seen.
    package private(set) var since: Date?
    package private(set) var lastSuccess: Date?
    /// The last failure and its time, kept after it works again.
    package private(set) var lastFailure: HealthObservation?

    package init(_ dependency: Dependency) { self.dependency = dependency }

    /// Folds an observation in; one older than the newest changes nothing.
    package mutating func note(_ observation: HealthObservation) {
        guard observation.moment >= lastSeen ?? .distantPast else { return }
        let now: State = observation.failure == nil ? .up : .down
        if state != now { (state, since) = (now, observation.moment) }
        if observation.failure == nil {
            lastSuccess = observation.moment
        } else {
            lastFailure = observation
        }
    }

    package var lastSeen: Date? {
        [lastSuccess, lastFailure?.moment].compactMap { $0 }.max()
    }

    /// Whether it is known to work, so recently that it need not be asked again.
    package func isFresh(at moment: Date, within seconds: Double) -> Bool {
        guard state == .up, let lastSuccess else { return false }
        return (0..<seconds).contains(moment.timeIntervalSince(lastSuccess))
    }

    /// Who can do something about it, while it is down.
    package var actor: TransmissionProblem.Actor? {
        state == .down ? lastFailure?.failure?.actor : nil
    }
}

/// Whose fault it is when things stand still.
package enum HealthCause: String, Sendable, Hashable, CaseIterable {
    case none
    /// Disk, certificate, clock, passphrase.
    case you
    /// The connector.
    case us
    /// A service.
    case them
    /// Nothing outside this machine can be reached: the line.
    case line

    /// - Parameter services: All that are watched.
    package init(_ services: [ServiceHealth]) {
        let down = services.filter { $0.state == .down }
        let remote = services.filter { $0.dependency.isRemote && $0.state != .unknown }
        // One service that cannot be reached is its own affair, all of them are not.
        let isCutOff =
            Set(remote.map(\.dependency.service)).count > 1
            && remote.allSatisfy {
                $0.state == .down && $0.lastFailure?.failure?.isUnreachable == true
            }
        if down.isEmpty {
            self = .none
        } else if down.contains(where: { $0.actor == .connector }) {
            self = .us
        } else if down.contains(where: { $0.actor == .you }) {
            self = .you
        } else {
            self = isCutOff ? .line : .them
        }
    }
}
