// SPDX-License-Identifier: Apache-2.0
package import Connector
import HTTPTypes
import JSON

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Tells how the installation is: for people, for programs that watch, for those who help.
package struct StatusAPI: Sendable {
    /// Where the parts of the report come from.
    package struct Sources: Sendable {
        package var software: StatusReport.Software
        package var monitor: HealthMonitor
        package var clock: ClockWatch
        package var disk: DiskWatch
        package var counts: @Sendable () async throws -> [TransmissionState: StateCount]
        package var lastEvent: @Sendable () async throws -> Int
        package var reader: EventReader
        package var webhooks: WebhookSender?
        /// What the operator has set, by name; values without secrets.
        package var configuration: [String: String]
        package var now: @Sendable () -> Date

        package init(
            software: StatusReport.Software, monitor: HealthMonitor, clock: ClockWatch,
            disk: DiskWatch,
            counts: @escaping @Sendable () async throws -> [TransmissionState: StateCount],
            lastEvent: @escaping @Sendable () async throws -> Int, reader: EventReader,
            webhooks: WebhookSender? = nil, configuration: [String: String] = [:],
            now: @escaping @Sendable () -> Date
        ) {
            (self.software, self.monitor, self.clock, self.disk) = (software, monitor, clock, disk)
            (self.counts, self.lastEvent, self.reader) = (counts, lastEvent, reader)
            (self.webhooks, self.configuration, self.now) = (webhooks, configuration, now)
        }
    }

    private let sources: Sources
    private let problems: ProblemCatalogue
    let requests = RequestCounter()

    package init(_ sources: Sources, problems: ProblemCatalogue) {
        (self.sources, self.problems) = (sources, problems)
    }

    func respond(_ route: Route, _ request: HTTPRequest) async throws(Problem) -> Answer {
        do {
            switch route {
            case .metrics: return try await metrics()
            case .diagnostics: return try await bundle()
            default: return .json(.ok, try await report().members(problems))
            }
        } catch {
            throw Problem(.storeUnusable, "The state of the forms cannot be read.")
        }
    }

    private func report() async throws -> StatusReport {
        sources.disk.look()
        return StatusReport(
            software: sources.software, moment: sources.now(),
            services: await sources.monitor.services, clock: sources.clock.verdict,
            disk: sources.disk.state, space: sources.disk.lastSpace,
            counts: try await sources.counts(), hooks: await sources.webhooks?.hooks ?? [],
            isStopping: sources.reader.isClosed)
    }

    private func metrics() async throws -> Answer {
        let metrics = Metrics(
            try await report(), requests: requests.all, events: try await sources.lastEvent())
        return Answer(
            .ok, contentType: "text/plain; version=0.0.4; charset=utf-8",
            body: Array(metrics.text.utf8))
    }

    private func bundle() async throws -> Answer {
        let last = try await sources.lastEvent()
        let events = try await sources.reader.events(
            after: max(0, last - Limits.bundledEvents), limit: Limits.bundledEvents, within: .zero)
        let bundle = DiagnosticBundle(
            report: try await report(), configuration: sources.configuration, events: events,
            problems: problems)
        var answer = Answer(.ok, contentType: "application/x-tar", body: bundle.archive)
        answer.response.headerFields[.contentDisposition] =
            "attachment; filename=\"econnector-diagnostics.tar\""
        return answer
    }
}
