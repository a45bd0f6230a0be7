// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keys
import TestSupport
import Trust

/// A SoftHSM2 token of its own, with keys and certificates of the test PKI.
///
/// SoftHSM reads its configuration from the environment, which a process has once: all tokens of
/// these tests lie in one folder, each with its own label.
final class SoftHSM: Sendable {
    static let shared = Result { try SoftHSM() }
    static let pin = "246813"

    /// Why these tests cannot run here, or nil.
    static var absence: String? {
        if modulePath == nil { return "libsofthsm2.so is not installed (softhsm2)" }
        if tool("pkcs11-tool") == nil { return "pkcs11-tool is not installed (opensc)" }
        return FileManager.default.isExecutableFile(atPath: helper)
            ? nil : "econnector-token was not built"
    }

    static let modulePath = [
        "/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so",
        "/opt/homebrew/lib/softhsm/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so",
    ].first { FileManager.default.fileExists(atPath: $0) }

    /// `econnector-token` lies beside the tests' own program.
    static let helper = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("econnector-token").path

    let folder: TemporaryFolder
    let module: TokenModule

    private init() throws {
        folder = try TemporaryFolder()
        module = try TokenModule(registering: Self.modulePath ?? "")
        try FileManager.default.createDirectory(
            atPath: folder.file("tokens"), withIntermediateDirectories: true)
        let settings = "directories.tokendir = \(folder.file("tokens"))\nlog.level = ERROR\n"
        try folder.write(Array(settings.utf8), to: "softhsm2.conf")
        setenv("SOFTHSM2_CONF", folder.file("softhsm2.conf"), 1)
    }

    /// Makes a token with the signers of the test PKI: `01` is P-256, `02` RSA-3072.
    func makeToken(_ label: String, _ identities: [(id: String, TestIdentity)]) throws {
        try run(
            "softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", "13572468",
            "--pin", Self.pin)
        for (id, identity) in identities {
            let key = "\(label)-\(id).pem"
            try folder.write(Array(identity.key.pem.utf8), to: key)
            try run(
                "softhsm2-util", "--import", folder.file(key), "--token", label, "--label",
                "key \(id)", "--id", id, "--pin", Self.pin)
            try add(identity.certificate, id: id, to: label)
        }
        if let first = identities.first { try add(first.1.chain[1], id: "A0", to: label) }
    }

    private func add(_ certificate: Certificate, id: String, to label: String) throws {
        let file = "\(label)-\(id).der"
        try folder.write(certificate.der, to: file)
        try run(
            "pkcs11-tool", "--module", module.path, "--token-label", label, "--login", "--pin",
            Self.pin, "--write-object", folder.file(file), "--type", "cert", "--id", id,
            "--label", "certificate \(id)")
    }

    private func run(_ name: String, _ arguments: String...) throws {
        try Tool.run(name, arguments)
    }

    static func tool(_ name: String) -> String? { Tool.path(name) }
}

/// Other people's programs.
enum Tool {
    struct Failure: Error { let name: String, said: String }

    static func path(_ name: String) -> String? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
            .map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs a program to its end, which must be good.
    static func run(_ name: String, _ arguments: [String]) throws {
        guard let path = path(name) else { throw Failure(name: name, said: "is not installed") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(name: name, said: String(decoding: said, as: UTF8.self))
        }
    }
}
