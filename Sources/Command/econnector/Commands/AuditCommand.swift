// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Connector
import Foundation
import JSON

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Proves that nobody rewrote what happened here.",
        subcommands: [VerifyAudit.self])
}

struct VerifyAudit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verifies every entry of the audit, every signed root, and that none is missing.",
        discussion: """
            Entries behind the last signed root are chained but not yet signed; a root is signed every hour or
            thousand entries. The newest root also stands in STATE/audit-root.json: keep copies of it elsewhere,
            and a shortened audit is found.

            EXAMPLES
              econnector audit verify
              econnector audit verify --published /safe/audit-root.json --json

            Exit status 0 nothing is wrong, 1 something is.
            """)

    @Option(help: "State directory; $XDG_STATE_HOME/econnector otherwise.") var state: String?
    @Option(help: "A root that was kept elsewhere; STATE/audit-root.json otherwise.") var published:
        String?
    @Flag(help: "One JSON object.") var json = false

    func run() async throws {
        let folder = try Installation.state(state)
        guard FileManager.default.fileExists(atPath: "\(folder)/transmissions.sqlite") else {
            throw CommandFailure(.unavailable, "no connector has worked in \(folder)")
        }
        let store = try await Installation.store(folder)
        let root = try PublishedRoot(file: published ?? PublishedRoot.file(in: folder)).root
        if published != nil, root == nil {
            throw CommandFailure(
                .unreadableInput, "there is no published root in \(published ?? "")")
        }
        let report = try await AuditVerification(store).report(published: root) { count in
            if count % 100_000 == 0 { Terminal.note("\(count) entries looked at") }
        }
        Terminal.result(json ? Self.json(report) : Self.text(report))
        guard report.faults.isEmpty else { throw ExitCode(ExitStatus.refused.rawValue) }
    }

    private static func text(_ report: AuditReport) -> String {
        let head =
            "\(report.entries) entries, \(report.roots) signed roots, \(report.stampedRoots) of them"
            + " time-stamped; \(report.unsigned) entries not signed yet"
        let faults = report.faults.map { "FAULT \($0)" }
        return ([head] + (faults.isEmpty ? ["nothing is wrong"] : faults)).joined(separator: "\n")
    }

    private static func json(_ report: AuditReport) -> String {
        let value: JSONValue = [
            "entries": .int(report.entries), "roots": .int(report.roots),
            "stampedRoots": .int(report.stampedRoots), "unsigned": .int(report.unsigned),
            "faults": .array(report.faults.map { .string($0.description) }),
        ]
        return String(decoding: value.serialized(), as: UTF8.self)
    }
}

/// The newest root of the audit, outside the database.
struct PublishedRoot {
    let root: AuditRoot?

    static func file(in folder: String) -> String { "\(folder)/audit-root.json" }

    init(file: String) throws {
        guard FileManager.default.fileExists(atPath: file) else {
            root = nil
            return
        }
        let value = try JSONDocument(parsing: Terminal.read(file)).root
        func bytes(_ name: String) -> [UInt8]? {
            value[name]?.string.flatMap { Data(base64Encoded: $0) }.map { [UInt8]($0) }
        }
        guard let statement = bytes("statement"), let said = try? JSONValue(parsing: statement),
            let first = said["first"]?.int, let last = said["last"]?.int,
            let signature = bytes("signature"), let certificate = bytes("certificate")
        else {
            throw CommandFailure(.unreadableInput, "\(file) is no root of an audit")
        }
        root = AuditRoot(
            first: first, last: last, root: [], statement: statement, signature: signature,
            certificate: certificate, token: bytes("token"))
    }

    static func write(_ root: AuditRoot, in folder: String) throws {
        func text(_ bytes: [UInt8]) -> JSONValue { .string(Data(bytes).base64EncodedString()) }
        var members: [JSONMember] = [
            .init("statement", text(root.statement)), .init("signature", text(root.signature)),
            .init("certificate", text(root.certificate)),
        ]
        if let token = root.token { members.append(.init("token", text(token))) }
        try Installation.writePrivate(
            JSONValue.object(members).serialized(.pretty), to: file(in: folder))
    }
}
