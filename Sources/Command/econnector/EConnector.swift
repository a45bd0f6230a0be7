// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import Keys

/// The command line: it wires the parts and decides nothing.
@main
struct EConnector: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "econnector",
        abstract: "Turns a doctor's structured data into signed national forms and deposits them.",
        discussion: """
            Open eConnector is not official: see README. Results go to standard output,
            everything else to standard error.

            EXAMPLES
              econnector demo                        the whole road once, into demo-out/
              econnector check form.json             is this form good?
              econnector price request.json          who pays what, and by which rule
              econnector acts search otoscopie       which code, at which tariff
              econnector render form.json -o f.pdf   the official-looking page
              econnector verify signed.xml --anchor root.pem

            EXIT STATUS
              0   done or TOTAL-PASSED
              1   refused or TOTAL-FAILED
              2   INDETERMINATE or outcome unknown
              64  usage
              65  unreadable input
              69  a service is unavailable
              70  our fault
            """,
        version: Self.version,
        subcommands: [
            DemoCommand.self, SandboxCommand.self, ServeCommand.self, SubmitCommand.self,
            StatusCommand.self, CancelCommand.self, EventsCommand.self, DoctorCommand.self,
            MandatesCommand.self, CheckCommand.self, RenderCommand.self, UUIDCommand.self,
            PriceCommand.self, ActsCommand.self, PIDCommand.self,
            VerifyCommand.self, SignCommand.self, ExtendCommand.self, ArchiveCommand.self,
            KeysCommand.self, PacksCommand.self, AuditCommand.self, BackupCommand.self,
            ExportCommand.self,
        ])

    static func main() async {
        // Forms are health data: whatever is written is for this user alone.
        umask(0o077)
        let witness = DurableFile.Witness(CrashSwitch.filePassing)
        await DurableFile.$passing.withValue(witness) { await runCommand() }
    }

    private static func runCommand() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            Terminal.note("econnector: \(failure.message)")
            Self.exit(withError: ExitCode(failure.status.rawValue))
        } catch {
            Self.exit(withError: error)
        }
    }
}
