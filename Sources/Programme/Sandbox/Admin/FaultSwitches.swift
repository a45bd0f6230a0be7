// SPDX-License-Identifier: Apache-2.0
package import JSON
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What strikes one call.
struct Strike: Sendable, Hashable {
    var fault = ServiceFault.none
    var delayMilliseconds = 0
    var offsetSeconds = 0
    /// Of a quota that is used up, in seconds.
    var retryAfter = 0

    /// Whether the service says no in its own words.
    var isRefusal: Bool { fault == .refusal || fault == .businessError }

    /// The other one where this one is none; what they delay adds up elsewhere.
    func or(_ other: Strike) -> Strike { fault == .none ? other : self }
}

/// The scripts by which services fail: the first rule that is due strikes a call.
///
/// A rule counts every call that it is about, whether it strikes or not, so that "the third call"
/// means the same in any script.
package final class FaultSwitches: Sendable {
    fileprivate struct Running: Sendable {
        var rule: FaultRule
        var calls = 0
        var strikes = 0
        /// Of a quota: when the period began, and what was answered in it.
        var start = Date.distantPast
        var answered = 0
    }

    private struct State: Sendable {
        var scripts: [SandboxService: [Running]] = [:]
        /// What magic persons struck already: service and UUID.
        var struck: Set<String> = []
    }

    private let state = Mutex(State())

    package init() {}

    /// The fault of a service from now on, for every call.
    package subscript(service: SandboxService) -> ServiceFault {
        get { state.withLock { $0.scripts[service]?.first?.rule.fault ?? .none } }
        set { state.withLock { $0.scripts[service] = [Running(rule: .init(service, newValue))] } }
    }

    /// Replaces the scripts of the services that these rules name.
    package func run(_ rules: [FaultRule]) {
        state.withLock { state in
            for (service, rules) in Dictionary(grouping: rules, by: \.service) {
                state.scripts[service] = rules.map { Running(rule: $0) }
            }
        }
    }

    package func clear() { state.withLock { $0 = State() } }

    /// Which rules a call asks.
    enum Scope { case all, unnamed, named }

    /// Decides one call.
    ///
    /// - Parameters:
    ///   - uuid: What the call is about, where it is known yet.
    ///   - scope: All rules, or only those that name no UUID, or one.
    ///   - magic: What the person of the form forces, the first time that a UUID comes.
    func strike(
        _ service: SandboxService, uuid: String? = nil, scope: Scope = .all,
        magic: ServiceFault? = nil, now: Date
    ) -> Strike {
        state.withLock { state in
            var strike: Strike?
            for index in (state.scripts[service] ?? []).indices {
                let found = state.scripts[service]?[index].strike(uuid, scope, now)
                strike = strike ?? found
            }
            if let strike { return strike }
            guard let magic, let uuid, state.struck.count < Limits.struckForms,
                state.struck.insert("\(service.rawValue) \(uuid)").inserted
            else { return Strike() }
            return Strike(fault: magic, offsetSeconds: 3_600)
        }
    }

    /// `GET /admin/faults`: the scripts with what they did.
    package var json: JSONValue {
        let running = state.withLock { state in
            SandboxService.allCases.flatMap { state.scripts[$0] ?? [] }
        }
        return .array(
            running.map { running in
                guard case .object(let members) = running.rule.json.content else { return [:] }
                return .object(
                    members + [
                        JSONMember("calls", .int(running.calls)),
                        JSONMember("strikes", .int(running.strikes)),
                    ])
            })
    }
}

extension FaultSwitches.Running {
    /// What this rule does to a call; `nil` when it is not about it or not due.
    fileprivate mutating func strike(
        _ uuid: String?, _ scope: FaultSwitches.Scope, _ now: Date
    ) -> Strike? {
        switch scope {
        case .unnamed where rule.uuid != nil, .named where rule.uuid == nil: return nil
        default: break
        }
        if let named = rule.uuid, named != uuid { return nil }
        calls += 1
        guard calls > rule.after, rule.count.map({ strikes < $0 }) ?? true else { return nil }
        var strike = Strike(
            fault: rule.fault, delayMilliseconds: rule.delayMilliseconds,
            offsetSeconds: rule.offsetSeconds)
        if rule.fault == .quota {
            strike.retryAfter = secondsToWait(now)
            if strike.retryAfter == 0 { strike.fault = .none }
        }
        strikes += 1
        return strike
    }

    /// Until the quota is fresh again; 0 when this call is within it.
    private mutating func secondsToWait(_ now: Date) -> Int {
        let end = start.addingTimeInterval(rule.period.seconds)
        if now >= end || now < start { (start, answered) = (now, 0) }
        guard answered >= rule.limit else {
            answered += 1
            return 0
        }
        let rest = start.addingTimeInterval(rule.period.seconds).timeIntervalSince(now)
        return max(1, Int(rest.rounded(.up)))
    }
}
