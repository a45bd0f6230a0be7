// SPDX-License-Identifier: Apache-2.0
package import Connector
import JSON

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What somebody who helps needs to see, in one file (`POST /v1/diagnostics`, `doctor --bundle`).
///
/// It is redacted because nothing else is ever put in: versions, settings by name, health, counts,
/// the last events, codes. No field of it can hold anything of a form.
package struct DiagnosticBundle: Sendable {
    private let report: StatusReport
    private let configuration: [String: String]
    private let events: [ConnectorEvent]
    private let problems: ProblemCatalogue

    package init(
        report: StatusReport, configuration: [String: String], events: [ConnectorEvent],
        problems: ProblemCatalogue
    ) {
        (self.report, self.configuration) = (report, configuration)
        (self.events, self.problems) = (events, problems)
    }

    /// The files of the bundle as a tar archive.
    package var archive: [UInt8] {
        let settings = configuration.sorted { $0.key < $1.key }
            .map { JSONMember($0.key, .string($0.value)) }
        // Webhooks point to other people's systems: their addresses stay here.
        let status = report.members(problems).filter { $0.name != "webhooks" }
        let codes = Dictionary(grouping: events.compactMap(\.code)) { $0 }.mapValues(\.count)
        var archive = TarArchive(moment: report.moment)
        archive.add("status.json", JSONValue.object(status).serialized(.pretty))
        archive.add("configuration.json", JSONValue.object(settings).serialized(.pretty))
        archive.add("events.json", JSONValue.array(events.map(\.json)).serialized(.pretty))
        archive.add(
            "problems.json",
            JSONValue.object(
                codes.sorted { $0.key < $1.key }.map { JSONMember($0.key, .int($0.value)) }
            ).serialized(.pretty))
        return archive.bytes
    }
}

/// A tar archive of small files (POSIX.1-1988 ustar), for this user's eyes alone.
package struct TarArchive: Sendable {
    private let moment: Date
    private var blocks: [UInt8] = []
    private static let blockSize = 512

    package init(moment: Date) { self.moment = moment }

    /// - Parameter name: Short and ASCII.
    package mutating func add(_ name: String, _ content: [UInt8]) {
        var header = [UInt8](repeating: 0, count: Self.blockSize)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
        }
        func octal(_ number: Int, _ width: Int) -> String {
            let digits = String(number, radix: 8)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        put(String(name.prefix(99)), at: 0)
        put(octal(0o600, 7), at: 100)
        put(octal(0, 7), at: 108)
        put(octal(0, 7), at: 116)
        put(octal(content.count, 11), at: 124)
        put(octal(max(0, Int(moment.timeIntervalSince1970)), 11), at: 136)
        // The checksum counts itself as blanks.
        put(String(repeating: " ", count: 8), at: 148)
        put("0", at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\u{0} ", at: 148)
        let padding = (Self.blockSize - content.count % Self.blockSize) % Self.blockSize
        blocks += header + content + [UInt8](repeating: 0, count: padding)
    }

    package var bytes: [UInt8] { blocks + [UInt8](repeating: 0, count: 2 * Self.blockSize) }
}
