// SPDX-License-Identifier: Apache-2.0
import Connector
import Synchronization

/// The status as numbers, in the text format of Prometheus (0.0.4).
struct Metrics {
    private var lines: [String] = []

    init(_ report: StatusReport, requests: [RequestCounter.Key: Int], events: Int) {
        add("info", "What runs.", "gauge", [(["version": report.software.version], 1)])
        add("ready", "1 when forms are accepted and reach their end.", "gauge", report.isReady)
        add(
            "service_up", "1 when a service does its job, 0 when not; absent while unknown.",
            "gauge",
            report.services.filter { $0.state != .unknown }.map {
                (["service": $0.dependency.id], $0.state == .up ? 1 : 0)
            })
        let counts = TransmissionState.allCases.compactMap { state in
            report.counts[state].map { (state, $0) }
        }
        add(
            "forms", "Forms by state.", "gauge",
            counts.map { (["state": $0.rawValue], $1.count) })
        add(
            "oldest_form_seconds", "For how long the oldest form has stood at a state.", "gauge",
            counts.compactMap { state, count in
                report.age(of: count).map { (["state": state.rawValue], $0) }
            })
        if let skew = report.clock.skew {
            add("clock_skew_seconds", "How far our clock is behind.", "gauge", [([:], Int(skew))])
        }
        if let space = report.space {
            add("disk_free_bytes", "Room beside the store.", "gauge", [([:], space.free)])
        }
        add("last_event", "Position of the last event.", "counter", [([:], events)])
        add(
            "webhook_failures", "Attempts in a row that a receiver did not take.", "gauge",
            report.hooks.map { (["webhook": $0.hook.id], $0.failures) })
        add(
            "http_requests_total", "Answers by route and status.", "counter",
            requests.sorted { ($0.key.route, $0.key.status) < ($1.key.route, $1.key.status) }
                .map { (["route": $0.key.route, "status": String($0.key.status)], $0.value) })
    }

    var text: String { lines.joined(separator: "\n") + "\n" }

    private mutating func add(_ name: String, _ help: String, _ type: String, _ flag: Bool) {
        add(name, help, type, [([:], flag ? 1 : 0)])
    }

    private mutating func add(
        _ name: String, _ help: String, _ type: String, _ values: [([String: String], Int)]
    ) {
        guard !values.isEmpty else { return }
        lines.append("# HELP econnector_\(name) \(help)")
        lines.append("# TYPE econnector_\(name) \(type)")
        for (labels, value) in values {
            let text = labels.sorted { $0.key < $1.key }
                .map { "\($0.key)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
            lines.append("econnector_\(name)\(text.isEmpty ? "" : "{\(text)}") \(value)")
        }
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n")
    }
}

/// Counts answers by the template of their address, never by the address (DP-04).
final class RequestCounter: Sendable {
    struct Key: Hashable, Sendable {
        /// A route, or empty for what has no address here.
        var route: String
        var status: Int
    }

    private let counts = Mutex<[Key: Int]>([:])

    func count(_ route: Route?, _ status: Int) {
        counts.withLock { $0[Key(route: route?.rawValue ?? "", status: status), default: 0] += 1 }
    }

    var all: [Key: Int] { counts.withLock { $0 } }
}
