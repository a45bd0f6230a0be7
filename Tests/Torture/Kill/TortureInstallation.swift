// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPTypes
import JSON
import Transport

/// The real program in folders of its own: a sandbox that runs all the time, and a connector that is
/// killed and started again.
final class TortureInstallation: Sendable {
    static let passphrase = "a passphrase nobody may find"
    static let provider = "90000135"

    let program: String
    let folder: String
    let sender: HTTPSender
    let sandbox: ChildProcess
    private let admin: String

    var state: String { "\(folder)/connector" }
    var passphraseFile: String { "\(folder)/passphrase" }
    var sandboxState: String { "\(folder)/sandbox" }

    init(program: String, folder: String) async throws {
        (self.program, self.folder) = (program, folder)
        sender = try HTTPSender()
        let files = FileManager.default
        try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
        _ = files.createFile(
            atPath: "\(folder)/passphrase", contents: Data(Self.passphrase.utf8),
            attributes: [.posixPermissions: 0o600])
        sandbox = try ChildProcess(
            program, ["sandbox", "--port", "0", "--state", "\(folder)/sandbox"],
            output: "\(folder)/sandbox.log")
        guard try await sandbox.becomesReady() else {
            throw ChildProcess.NotReady(description: "the sandbox: \(sandbox.said)")
        }
        let file = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/sandbox/sandbox.json"))
        let addresses = try JSONDocument(parsing: [UInt8](file)).root
        admin = (addresses["admin"]?.string ?? "").replacing("http://", with: "")
        try Data((addresses["anchors"]?.string ?? "").utf8).write(
            to: URL(fileURLWithPath: "\(folder)/root.pem"))
    }

    func end() async throws {
        try await sandbox.stop()
        await sender.shutDown()
    }

    func enrol() async throws {
        let (status, said) = try await command(
            ["keys", "enrol", "--provider", Self.provider] + keyOptions(state))
        guard status == 0 else { throw ChildProcess.NotReady(description: said) }
    }

    func keyOptions(_ state: String) -> [String] {
        ["--state", state, "--sandbox", sandboxState, "--passphrase-file", passphraseFile]
    }

    func command(
        _ arguments: [String], crashAt place: String? = nil
    ) async throws -> (status: Int32, said: String) {
        try await ChildProcess.run(
            program, arguments, environment: Self.environment(place),
            output: "\(folder)/command.log")
    }

    private static func environment(_ place: String?) -> [String: String] {
        place.map { ["ECONNECTOR_CRASH_AT": $0] } ?? [:]
    }

    func launch(crashAt place: String?) throws -> ChildProcess {
        try ChildProcess(
            program, ["serve", "--port", "0"] + keyOptions(state),
            environment: Self.environment(place), output: "\(folder)/connector.log")
    }

    /// Asks the sandbox.
    @discardableResult
    func admin(
        _ method: HTTPRequest.Method, _ path: String, _ body: String = ""
    ) async throws -> JSONValue {
        var request = HTTPRequest(
            method: method, scheme: "http", authority: admin, path: "/admin/\(path)")
        request.headerFields[.contentType] = "application/json"
        let (response, bytes) = try await sender.send(request, body: Array(body.utf8))
        guard response.status == .ok else {
            throw ChildProcess.NotReady(description: "/admin/\(path): \(response.status)")
        }
        return try JSONDocument(parsing: bytes).root
    }
}
