// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Connector
import Foundation
import Keys
import SQLiteStore

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies everything this connector keeps into one sealed file, and back.",
        discussion: """
            The copy is consistent and may be made while the connector runs. It holds the database, the key that
            opens it and the keys for signing, sealed under a passphrase of its own. A restored copy asks the
            platform about every form that was not settled before it sends anything.

            EXAMPLES
              econnector backup monday.oecb
              econnector backup monday.oecb --passphrase-file pass.txt
              econnector backup restore monday.oecb --state /new/state
            """,
        subcommands: [MakeBackup.self, RestoreBackup.self], defaultSubcommand: MakeBackup.self)
}

struct MakeBackup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Writes the sealed copy.")

    @Argument(help: "The file to write; it must not exist.") var file: String
    @Option(help: "State directory; $XDG_STATE_HOME/econnector otherwise.") var state: String?
    @Option(help: "File with the backup's passphrase; - is standard input.") var passphraseFile:
        String?

    func run() async throws {
        let folder = try Installation.state(state)
        guard FileManager.default.fileExists(atPath: "\(folder)/transmissions.sqlite") else {
            throw CommandFailure(.unavailable, "no connector has worked in \(folder)")
        }
        guard !FileManager.default.fileExists(atPath: file) else {
            throw CommandFailure(.usage, "\(file) exists already; name a new file")
        }
        let passphrase = try Terminal.passphrase(
            from: passphraseFile, prompt: "Passphrase of the backup")
        let copy = "\(folder)/backup-\(Installation.makeUUID()).sqlite"
        defer { try? FileManager.default.removeItem(atPath: copy) }
        try await SQLiteTransmissionStore(path: "\(folder)/transmissions.sqlite").copy(to: copy)
        let names = ["seal.key", "instance", "provider", "delegate", "audit-root.json"]
        var sources = [("transmissions.sqlite", copy)]
        sources += names.map { ($0, "\(folder)/\($0)") }
        sources += BackupFile.files(under: "keys", of: folder)
        let size = try BackupFile(path: file).write(
            sources.filter { FileManager.default.fileExists(atPath: $0.1) },
            passphrase: passphrase)
        Terminal.result("backup of \(folder) in \(file), \(size) bytes")
    }
}

struct RestoreBackup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Unpacks a sealed copy into a new state directory.")

    @Argument(help: "The sealed copy.") var file: String
    @Option(help: "The new state directory; it must not hold a connector.") var state: String
    @Option(help: "File with the backup's passphrase; - is standard input.") var passphraseFile:
        String?

    func run() async throws {
        guard !FileManager.default.fileExists(atPath: "\(state)/transmissions.sqlite") else {
            throw CommandFailure(.usage, "\(state) holds a connector already; name a new directory")
        }
        let folder = try Installation.privateFolder(state)
        let passphrase = try Terminal.passphrase(
            from: passphraseFile, prompt: "Passphrase of the backup")
        do {
            try BackupFile(path: file).restore(into: folder, passphrase: passphrase)
        } catch let error as ArchiveError {
            throw CommandFailure(.refused, "\(file): \(error)")
        }
        try await Installation.store(folder).put(
            Array(Date().formatted(.iso8601).utf8), as: Reconciliation.marker, audit: nil)
        Terminal.result("restored into \(folder)")
        Terminal.note(
            "at its next start the connector asks the platform about every form that was not settled"
        )
    }
}
