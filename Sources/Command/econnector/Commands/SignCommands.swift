// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Connector
import Foundation
import Keys
import Trust
import Validation
import XMLSignature

struct SignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Signs an XML or PDF file (XAdES enveloped, PAdES).",
        discussion: """
            B-LT and B-LTA need the way from both certificates to an anchor, and the status of everybody on
            it; what is missing is named.

            EXAMPLES
              econnector sign letter.pdf --key signing --level B-LTA -o signed.pdf
              econnector sign data.xml --key signing --level B-B -o signed.xml
              econnector sign letter.pdf --tsa http://tsa.example.org --anchor roots.pem -o signed.pdf
            """)

    @Argument(help: "The file to sign.") var file: String
    @Option(help: "Name of the key; see econnector keys list.") var key = Enrolment.signing
    @Option(help: "B-B, B-T, B-LT or B-LTA.") var level = "B-LT"
    @Option(name: .shortAndLong, help: "The signed file.") var output: String
    @OptionGroup var options: KeyOptions
    @OptionGroup var services: ServiceOptions

    func run() async throws {
        let level = try SignatureLevel.named(level, from: .basic)
        let bytes = try Terminal.read(file)
        let addresses = try services.addresses(state: options.state, sandbox: options.sandbox)
        let certificates = try services.certificates()
        let unlocked = try await options.key(named: key)
        do {
            let signed = try await ServiceOptions.sending(trusting: addresses.anchors) { send in
                try await DocumentSigner(
                    key: unlocked, addresses: addresses, allowsPublic: true, send: send,
                    now: { Date() }, random: { Installation.random($0) }
                ).sign(
                    bytes, level: level, identifier: "id-\(Installation.makeUUID())",
                    certificates: certificates)
            }
            try Terminal.write(signed, to: output)
        } catch { throw ServiceOptions.failure(error, "\(file) cannot be signed") }
    }
}

struct ExtendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extend",
        abstract: "Brings the signatures of an XML or PDF file to a higher level.",
        discussion: """
            Works on anybody's XAdES and PAdES signatures; what is signed and stamped stays as it is. Without
            --signature each signature of the file is extended. The revocation data is fetched from the
            addresses that the certificates name.

            EXAMPLES
              econnector extend signed.pdf --level B-LTA -o archived.pdf --anchor roots.pem --tsa http://tsa.example.org
              econnector extend signature.xml --detached report.bin --level B-T -o stamped.xml
              econnector extend signed.xml --level B-LTA --dry-run
            """)

    @Argument(help: "The signed file.") var file: String
    @Option(help: "B-T, B-LT or B-LTA.") var level: String
    @Option(name: .shortAndLong, help: "The extended file.") var output: String?
    @Option(help: "Only this signature, counted from 0 in the order of verify.") var signature: Int?
    @Option(parsing: .singleValue, help: "What was signed beside a detached signature.")
    var detached: [String] = []
    @Flag(help: "Only say what would be added.") var dryRun = false
    @Option(help: "State directory; $XDG_STATE_HOME/econnector otherwise.") var state: String?
    @Option(help: "State directory of the sandbox; STATE/sandbox otherwise.") var sandbox: String?
    @OptionGroup var services: ServiceOptions

    func validate() throws {
        guard dryRun || output != nil else { throw ValidationError("-o names the extended file") }
    }

    func run() async throws {
        let level = try SignatureLevel.named(level, from: .timestamped)
        let bytes = try Terminal.read(file)
        let addresses = try services.addresses(state: state, sandbox: sandbox)
        let reader = FileReader(
            detached: try detached.map {
                DetachedData(
                    name: URL(filePath: $0).lastPathComponent, bytes: try Terminal.read($0))
            }, certificates: try services.certificates())
        do {
            let extended = try await ServiceOptions.sending(trusting: addresses.anchors) { send in
                try await SignatureExtender(
                    addresses: addresses, allowsPublic: true, send: send, now: { Date() },
                    random: { Installation.random($0) }
                ).extended(
                    bytes, to: level, signature: signature, reader: reader, isDryRun: dryRun)
            }
            tell(extended, level)
            if let output, !dryRun { try Terminal.write(extended.bytes, to: output) }
        } catch { throw ServiceOptions.failure(error, "\(file) cannot be extended") }
    }

    private func tell(_ extended: ExtendedFile, _ level: SignatureReport.Level) {
        guard !extended.steps.isEmpty else {
            return Terminal.note("\(file) has level \(level.rawValue) already; nothing was added")
        }
        for step in extended.steps {
            let text = "\(dryRun ? "would add" : "added") \(step.sentence)"
            dryRun ? Terminal.result(text) : Terminal.note(text)
        }
    }
}

/// The levels as the command line names them.
enum SignatureLevel {
    static func named(
        _ name: String, from lowest: SignatureReport.Level
    ) throws -> SignatureReport.Level {
        guard let level = SignatureReport.Level(rawValue: name), level >= lowest else {
            let first = lowest == .basic ? "B-B, " : ""
            throw CommandFailure(.usage, "--level takes \(first)B-T, B-LT or B-LTA")
        }
        return level
    }
}
