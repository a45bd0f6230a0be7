// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Connector
import FormPacks
import Foundation

struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes everything kept here about one person into a folder.",
        discussion: """
            The matricule is read from standard input, so that it stands in no list of processes and no history.
            Documents, receipts and reports come as files, with an index.json; the export is audited.

            EXAMPLES
              econnector export --patient - -o export/ < matricule.txt
            """)

    @Option(help: "Always -: the 13 digits come on standard input.") var patient: String
    @Option(name: [.short, .long], help: "Folder for the files; it is made.") var out: String
    @Option(help: "State directory; $XDG_STATE_HOME/econnector otherwise.") var state: String?

    func validate() throws {
        guard patient == "-" else {
            throw ValidationError("--patient takes - alone: give the matricule on standard input")
        }
    }

    func run() async throws {
        let text = readLine(strippingNewline: true)?.trimmingCharacters(in: .whitespaces) ?? ""
        guard let person = Matricule(text) else {
            throw CommandFailure(.unreadableInput, "standard input holds no matricule of 13 digits")
        }
        let folder = try Installation.state(state)
        guard FileManager.default.fileExists(atPath: "\(folder)/transmissions.sqlite") else {
            throw CommandFailure(.unavailable, "no connector has worked in \(folder)")
        }
        let target = try Installation.privateFolder(out)
        let store = try await Installation.store(folder)
        let count = try await PatientExport(store, now: { Date() }).write(of: person) { file in
            try Installation.writePrivate(file.bytes, to: "\(target)/\(file.name)")
        }
        Terminal.result("\(count) forms in \(target)")
    }
}
