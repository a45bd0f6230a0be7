// SPDX-License-Identifier: Apache-2.0
package import Coverage
import XML

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What every message of PID says about itself (pid-and-reimbursement, section 4).
package struct MessageHeader: Sendable, Hashable {
    package enum Environment: String, Sendable, Hashable, CaseIterable {
        case test = "TEST"
        case production = "PROD"
    }

    package struct Software: Sendable, Hashable {
        package var name: String
        package var version: String
        package var vendor: String

        package init(name: String, version: String, vendor: String) {
            (self.name, self.version, self.vendor) = (name, version, vendor)
        }
    }

    /// Version 4, lower case; the message's own.
    package var uuid: String
    /// The simulation to whose thread the message belongs.
    package var correlation: String?
    package var createdAt: Date
    /// The day in Luxembourg.
    package var day: CalendarDate
    package var environment: Environment
    package var software: Software

    package init(
        uuid: String, correlation: String? = nil, createdAt: Date, day: CalendarDate,
        environment: Environment, software: Software
    ) {
        (self.uuid, self.correlation) = (uuid, correlation)
        (self.createdAt, self.day) = (createdAt, day)
        (self.environment, self.software) = (environment, software)
    }

    static let schemaVersion = "2"

    /// Checks that an answer is of the asker's environment and thread.
    ///
    /// - Parameter thread: UUID of the simulation to which question and answer belong.
    /// - Throws: It is another environment's answer, or another simulation's.
    package func requireAnswer(
        in environment: Environment, thread: String
    ) throws(MessageError) {
        guard self.environment == environment else {
            throw .structure(what: "environnement \(environment.rawValue)")
        }
        guard correlation == nil || correlation == thread else { throw .foreignAnswer }
    }

    /// The header's elements, in their order.
    func elements(_ pid: Vocabulary) -> [Element?] {
        [
            pid.element("uuid", text: uuid),
            pid.element("uuidCorrelation", optional: correlation),
            pid.element("versionSchema", text: Self.schemaVersion),
            pid.element("dateHeureCreation", text: MessageText.moment(createdAt)),
            pid.element("date", text: day.description),
            pid.element("environnement", text: environment.rawValue),
            pid.element(
                "logiciel",
                [
                    pid.element("nom", text: software.name),
                    pid.element("version", text: software.version),
                    pid.element("industriel", text: software.vendor),
                ]),
        ]
    }

    init(_ message: MessageReader) throws(MessageError) {
        uuid = try message.text("uuid").lowercased()
        correlation = try message.optionalText("uuidCorrelation")?.lowercased()
        guard try message.text("versionSchema") == Self.schemaVersion else {
            throw .structure(what: "known versionSchema")
        }
        createdAt = try message.moment("dateHeureCreation")
        day = try message.day("date")
        environment = try message.choice("environnement", Environment.self)
        let software = try message.required("logiciel")
        self.software = Software(
            name: try software.text("nom"), version: try software.text("version"),
            vendor: try software.text("industriel"))
    }
}
