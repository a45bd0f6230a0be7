// SPDX-License-Identifier: Apache-2.0
package import Connector
import JSON

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// How the installation is at one moment: what answers, what stands where, since when.
///
/// It is shown as JSON, as metrics and in the diagnostic bundle; nothing of any form is in it.
package struct StatusReport: Sendable {
    package struct Software: Sendable, Hashable {
        package var version: String
        package var instance: String
        package var profile: String
        package var startedAt: Date

        package init(version: String, instance: String, profile: String, startedAt: Date) {
            (self.version, self.instance) = (version, instance)
            (self.profile, self.startedAt) = (profile, startedAt)
        }
    }

    package var software: Software
    package var moment: Date
    package var services: [ServiceHealth]
    package var clock: ClockWatch.Verdict
    package var disk: DiskWatch.State
    package var space: DiskSpace?
    package var counts: [TransmissionState: StateCount]
    package var hooks: [WebhookState]
    package var isStopping: Bool

    /// Whether forms are accepted and reach their end.
    var isReady: Bool {
        !isStopping && disk == .ample && clock.isRight
            && services.allSatisfy { $0.state != .down }
    }

    /// Whose fault it is when things stand still.
    package var cause: HealthCause {
        if disk != .ample || !clock.isRight { return .you }
        return HealthCause(services)
    }

    /// Seconds for which the oldest form that is not settled has stood where it stands.
    func age(of count: StateCount) -> Int? {
        count.oldest.map { max(0, Int(moment.timeIntervalSince($0))) }
    }

    func members(_ problems: ProblemCatalogue) -> [JSONMember] {
        [
            .init("ready", .bool(isReady)), .init("cause", .string(cause.rawValue)),
            .init("version", .string(software.version)),
            .init("instance_id", .string(software.instance)),
            .init("profile", .string(software.profile)),
            .init("startedAt", .string(software.startedAt.formatted(.iso8601))),
            .init("now", .string(moment.formatted(.iso8601))),
            .init("stopping", .bool(isStopping)),
            .init("services", .array(services.map { $0.json(problems) })),
            .init("clock", clock.json), .init("disk", diskJSON),
            .init("queue", .array(queue)),
            .init("webhooks", .array(hooks.map(\.json))),
        ]
    }

    private var diskJSON: JSONValue {
        var members = [JSONMember("state", .string(disk.rawValue))]
        if let space {
            members.append(.init("freeBytes", .int(space.free)))
            members.append(.init("totalBytes", .int(space.total)))
        }
        return .object(members)
    }

    /// One entry for every state that forms stand at, in the order of the road.
    private var queue: [JSONValue] {
        TransmissionState.allCases.compactMap { state in
            guard let count = counts[state], count.count > 0 else { return nil }
            var members: [JSONMember] = [
                .init("state", .string(state.rawValue)), .init("count", .int(count.count)),
            ]
            if let oldest = count.oldest, let age = age(of: count) {
                members.append(.init("oldest", .string(oldest.formatted(.iso8601))))
                members.append(.init("oldestAgeInSeconds", .int(age)))
            }
            return .object(members)
        }
    }
}

extension ClockWatch.Verdict {
    var isRight: Bool {
        if case .wrong = self { false } else { true }
    }

    fileprivate var name: String {
        switch self {
        case .unknown: "unknown"
        case .right: "right"
        case .warning: "warning"
        case .wrong: "wrong"
        }
    }

    fileprivate var json: JSONValue {
        var members = [JSONMember("state", .string(name))]
        if let skew { members.append(.init("skewInSeconds", .int(Int(skew)))) }
        return .object(members)
    }
}

extension ServiceHealth {
    fileprivate func json(_ problems: ProblemCatalogue) -> JSONValue {
        var members: [JSONMember] = [
            .init("id", .string(dependency.id)),
            .init("service", .string(dependency.service.rawValue)),
            .init("state", .string(state.rawValue)),
        ]
        if !dependency.host.isEmpty { members.append(.init("host", .string(dependency.host))) }
        func add(_ name: String, _ moment: Date?) {
            guard let moment else { return }
            members.append(.init(name, .string(moment.formatted(.iso8601))))
        }
        add("since", since)
        add("lastSuccess", lastSuccess)
        if let actor { members.append(.init("actor", .string(actor.rawValue))) }
        if let last = lastFailure, let failure = last.failure {
            let titles = ProblemCatalogue.languages.map {
                JSONMember($0, .string(problems.title(failure.code, language: $0)))
            }
            members.append(
                .init(
                    "lastError",
                    .object([
                        .init("code", .string(failure.code.rawValue)),
                        .init("at", .string(last.moment.formatted(.iso8601))),
                        .init("title", .object(titles)),
                    ])))
        }
        return .object(members)
    }
}

extension WebhookState {
    /// A hook as it is shown: never with its secret.
    var json: JSONValue {
        var members: [JSONMember] = [
            .init("id", .string(hook.id)), .init("url", .string(hook.url)),
            .init("createdAt", .string(hook.createdAt.formatted(.iso8601))),
            .init("told", .int(told)), .init("failures", .int(failures)),
        ]
        if let failingSince {
            members.append(.init("failingSince", .string(failingSince.formatted(.iso8601))))
        }
        return .object(members)
    }
}
