// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Connector
import Coverage
import Foundation
import HTTPAPI
import HTTPTypes
import JSON

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Says what is wrong with this installation, whose fault it is and what to do.",
        discussion: """
            Works without the connector too: then it looks at folders, disk, forms and keys.

            EXAMPLES
              econnector doctor
              econnector doctor --language de
              econnector doctor --bundle diagnostics.tar      one file to send to who helps

            The bundle has versions, settings, health, counts and the last events: no form, name,
            number, secret or path of yours is in it.

            Exit status 0 nothing is wrong, 1 something is, 69 the connector does not answer.
            """)

    @Option(help: ArgumentHelp("Write the diagnostic bundle there.", valueName: "FILE"))
    var bundle: String?
    @Option(help: "State directory of the sandbox.") var sandbox: String?
    @Option(help: "Folder of form packs.") var packs: String?
    @Flag(help: "One JSON object instead of lines.") var json = false
    @OptionGroup var connector: ConnectorOptions

    func run() async throws {
        let language = try Language.named(connector.language)
        let texts = try Installation.findingTexts()
        let state = try Installation.state(connector.state)
        var findings =
            connector.url == nil
            ? LocalCheckup(
                state: state, sandbox: sandbox ?? "\(state)/sandbox", packs: packs, now: Date()
            ).findings : []
        let service = await service(texts, language)
        findings += service.findings
        if let bundle { try Terminal.write(service.bundle ?? Self.bundle(findings), to: bundle) }
        show(findings, texts, language)
        guard service.answers else {
            throw CommandFailure(
                .unavailable, texts.text(of: findings.last ?? .init("", .bad), language))
        }
        let bad = findings.filter { $0.level == .bad }
        if let first = bad.first {
            throw CommandFailure(.refused, texts.text(of: first, language))
        }
    }

    private struct Service {
        var findings: [Finding]
        var answers: Bool
        var bundle: [UInt8]?
    }

    private func service(_ texts: FindingTexts, _ language: Language) async -> Service {
        do {
            return try await connector.withClient { client in
                let (status, body) = try await client.send(.get, "/v1/status")
                guard status == 200, let value = try? JSONValue(parsing: body) else {
                    let url = client.address.url
                    return Service(
                        findings: [Finding("connector-refuses", .bad, url)], answers: false)
                }
                let checkup = ServiceCheckup(status: value, texts: texts, language: language)
                var service = Service(findings: checkup.findings, answers: true)
                if bundle != nil {
                    let (status, tar) = try await client.send(.post, "/v1/diagnostics")
                    if status == 200 { service.bundle = tar }
                }
                return service
            }
        } catch {
            return Service(findings: [Finding("connector-down", .bad)], answers: false)
        }
    }

    private func show(_ findings: [Finding], _ texts: FindingTexts, _ language: Language) {
        if json {
            let list = findings.map { finding -> JSONValue in
                [
                    "id": .string(finding.id), "level": .string(finding.level.rawValue),
                    "text": .string(texts.text(of: finding, language)),
                    "do": .string(texts.advice(on: finding, language)),
                ]
            }
            let all: JSONValue = ["version": .string(EConnector.version), "findings": .array(list)]
            return Terminal.result(bytes: all.serialized(.pretty) + [0x0A])
        }
        for finding in findings {
            let mark =
                switch finding.level {
                case .good: "ok"
                case .warning: "!"
                case .bad: "!!"
                }
            let space = String(repeating: " ", count: 4 - mark.count)
            Terminal.result("\(mark)\(space)\(texts.text(of: finding, language))")
            let advice = texts.advice(on: finding, language)
            if !advice.isEmpty { Terminal.result("      → \(advice)") }
        }
    }

    /// What can be sent while the connector does not answer: findings by their identifiers alone.
    private static func bundle(_ findings: [Finding]) -> [UInt8] {
        let list = findings.map { finding -> JSONValue in
            ["id": .string(finding.id), "level": .string(finding.level.rawValue)]
        }
        let versions: JSONValue = [
            "version": .string(EConnector.version),
            "system": .string(ProcessInfo.processInfo.operatingSystemVersionString),
        ]
        var archive = TarArchive(moment: Date())
        archive.add("versions.json", versions.serialized(.pretty))
        archive.add("findings.json", JSONValue.array(list).serialized(.pretty))
        return archive.bytes
    }
}
