// SPDX-License-Identifier: Apache-2.0
import Coverage
import ArgumentParser
import Connector
import Foundation
import JSON
import Transport
import Trust
import Validation
import XMLSignature

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Judges the signatures of XML, PDF, CMS and ASiC files after EN 319 102-1.",
        discussion: """
            What a file lacks (revocation data, issuers) is fetched from the addresses that its certificates name,
            never from this machine or a private network; --offline fetches nothing.

            EXAMPLES
              econnector verify demo-out/*.pdf --anchor demo-out/trust/root.pem
              econnector verify form.pdf --anchor root.pem --json --offline
              econnector verify signature.xml --detached report.bin --anchor root.pem
              econnector verify form.xml --anchor root.pem --policy national-deposit --report report.xml
              econnector verify form.xml --trusted-list tl.xml --list-signer operator.pem
              econnector verify letter.pdf --anchor root.pem --human fr --pdf rapport.pdf
              econnector verify form.xml --anchor root.pem --report report.xml --seal signing

            Exit status 0 TOTAL-PASSED and all of the file covered, 1 TOTAL-FAILED or changed after signing,
            2 INDETERMINATE or covered in part.
            """)

    @Argument(help: "Files to judge.") var files: [String]
    @Option(parsing: .singleValue, help: "What was signed beside a detached signature.")
    var detached: [String] = []
    @Option(parsing: .singleValue, help: "A certificate to trust, PEM or DER; may be repeated.")
    var anchor: [String] = []
    @Option(
        parsing: .singleValue,
        help: "More certificates, revocation lists or OCSP answers: a file or a folder.")
    var other: [String] = []
    @OptionGroup var trustedLists: TrustedListOptions
    @Option(help: ArgumentHelp("The moment of validation; now otherwise.", valueName: "RFC3339"))
    var at: String?
    @Flag(help: "Fetch nothing.") var offline = false
    @Option(help: "general, national-deposit, or a file with a policy of your own.")
    var policy = PolicyName.general.rawValue
    @Flag(help: "One JSON object a file.") var json = false
    @Option(help: "Write the report as TS 119 102-2 XML (one file only).") var report: String?
    @Option(help: "Seal that report with a key of this installation; see econnector keys list.")
    var seal: String?
    @Option(help: "State directory, for --seal.") var state: String?
    @Option(help: "File with the passphrase of that key; - is standard input.")
    var passphraseFile: String?
    @Option(
        help: ArgumentHelp("The report for people, as text.", valueName: "fr|de|en"))
    var human: String?
    @Option(help: ArgumentHelp("The report for people, as PDF.", valueName: "FILE"))
    var pdf: String?
    @Option(help: ArgumentHelp("Language of --pdf.", valueName: "fr|de|en"))
    var language: String?
    @Option(help: "Folder of form packs, whose fonts --pdf uses.") var packs: String?

    func validate() throws {
        if seal != nil, report == nil { throw ValidationError("--seal goes with --report") }
        if language != nil, pdf == nil { throw ValidationError("--language goes with --pdf") }
    }

    func run() async throws {
        guard report == nil && pdf == nil || files.count == 1 else {
            throw CommandFailure(.usage, "--report and --pdf go with one file")
        }
        let people = try PeopleReports(
            human: human, pdf: pdf, language: language ?? human ?? "fr", packs: packs)
        let sealing = try seal.map {
            try ReportSeal(key: $0, state: state, passphraseFile: passphraseFile)
        }
        let context = try context()
        let reader = FileReader(
            detached: try detached.map {
                DetachedData(
                    name: URL(filePath: $0).lastPathComponent, bytes: try Terminal.read($0))
            }, certificates: context.material.certificates, looksInside: context.looksInside)
        var worst: Int32 = 0
        for file in files {
            let bytes = try Terminal.read(file)
            let verdict = try await verdict(on: reader.facts(of: bytes), context)
            if json {
                Terminal.result(bytes: verdict.json(file: file).serialized() + [0x0A])
            } else if human == nil {
                Self.show(verdict, of: file)
            }
            try people.write(verdict, on: bytes, fileNamed: file)
            if let report {
                let xml =
                    try await sealing?.report(verdict, on: bytes) ?? verdict.xmlReport(of: bytes)
                try Terminal.write(xml, to: report)
            }
            worst = max(worst, Self.status(verdict) == 1 ? 3 : Self.status(verdict))
        }
        if worst > 0 { throw ExitCode(worst == 3 ? 1 : worst) }
    }

    /// Judges, fetches what is missing, and judges the same facts again.
    private func verdict(
        on facts: FileFacts, _ context: ValidationContext
    ) async throws -> FileReport {
        let verdict = Judge(context).report(on: facts)
        guard !offline, !verdict.missing.isEmpty else { return verdict }
        Terminal.note("fetching revocation data and issuers…")
        let sender = try HTTPSender()
        let better = await PublicMaterial(
            send: { try await sender.send($0, body: $1, timeout: $2) },
            random: { Installation.random($0) }
        ).verdict(on: facts, context, first: verdict)
        await sender.shutDown()
        return better
    }

    private func context() throws -> ValidationContext {
        var now = Date()
        if let at {
            guard let moment = try? Date(at, strategy: .iso8601) else {
                throw CommandFailure(.usage, "--at takes a time such as 2026-11-20T10:00:00Z")
            }
            now = moment
        }
        let lists = try trustedLists.lists(at: now)
        let given = try anchor.flatMap { try Self.certificates(in: $0) }
        let anchors = given + lists.anchors(beside: given)
        let settings = try PolicySettings(named: policy)
        var context = ValidationContext(
            policy: settings.base,
            trust: TrustPolicy(
                anchors: TrustAnchors(anchors), crypto: settings.crypto,
                maximumRevocationAge: settings.maximumRevocationAge),
            material: try Self.material(other), now: now, timestampDelay: settings.timestampDelay)
        context.rely(on: lists)
        return context
    }

    private static func status(_ verdict: FileReport) -> Int32 {
        let all = verdict.signatures.flatMap(Self.withInside)
        if all.contains(where: \.isModifiedAfterSigning) { return 1 }
        if all.contains(where: { $0.conclusion.indication == .totalFailed }) { return 1 }
        return switch verdict.conclusion.indication {
        case .totalPassed, .passed: all.allSatisfy { $0.coverage == .entire } ? 0 : 2
        case .totalFailed, .failed: 1
        case .indeterminate: 2
        }
    }

    private static func withInside(_ signature: SignatureReport) -> [SignatureReport] {
        [signature] + signature.inside.flatMap(withInside)
    }

    private static func show(_ verdict: FileReport, of file: String) {
        let reason = verdict.conclusion.subIndication.map { " (\($0.rawValue))" } ?? ""
        let all = verdict.signatures.flatMap(withInside)
        let caveat =
            all.contains(where: \.isModifiedAfterSigning)
            ? ", CHANGED AFTER SIGNING"
            : all.contains { $0.coverage == .partial } ? ", NOT ALL OF IT IS COVERED" : ""
        Terminal.result("\(file): \(verdict.conclusion.indication.rawValue)\(reason)\(caveat)")
        for sentence in verdict.conclusion.reasons where verdict.signatures.isEmpty {
            Terminal.result("  \(sentence)")
        }
        for signature in verdict.signatures { show(signature, indent: "  ") }
    }

    private static func show(_ signature: SignatureReport, indent: String) {
        let signer = signature.signer.map { "\($0.subject)" } ?? "unknown"
        let time =
            signature.bestSignatureTime.map { ", existed at \($0.formatted(.iso8601))" } ?? ""
        Terminal.result(
            "\(indent)\(signature.format.rawValue) \(signature.level.rawValue) by \(signer)\(time)")
        let checks = signature.checks
        Terminal.result(
            "\(indent)  integrity \(checks.integrity.rawValue), chain \(checks.chain.rawValue), revocation \(checks.revocation.rawValue), time-stamp \(checks.timestamp.rawValue), policy \(checks.policy.rawValue); covers \(signature.coverage.rawValue)\(signature.isModifiedAfterSigning ? ", CHANGED AFTER SIGNING" : "")"
        )
        for reason in signature.reasons { Terminal.result("\(indent)  \(reason)") }
        for inner in signature.inside {
            Terminal.result("\(indent)  inside:")
            show(inner, indent: indent + "    ")
        }
    }

    static func certificates(in path: String) throws -> [Certificate] {
        let bytes = try Terminal.read(path)
        if let certificate = try? Certificate(der: bytes) { return [certificate] }
        guard let list = try? Certificate.certificates(in: bytes), !list.isEmpty else {
            throw CommandFailure(
                .unreadableInput, "\(path) holds no certificate, neither PEM nor DER")
        }
        return list
    }

    /// Certificates, OCSP answers and revocation lists; in a folder, whatever is none of these is passed over.
    private static func material(_ paths: [String]) throws -> ValidationMaterial {
        var material = ValidationMaterial()
        for path in paths {
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            let names =
                isFolder.boolValue ? try FileManager.default.contentsOfDirectory(atPath: path) : []
            let files = isFolder.boolValue ? names.sorted().map { "\(path)/\($0)" } : [path]
            for file in files {
                let bytes = try Terminal.read(file)
                if let response = try? OCSPResponse(der: bytes) {
                    material.ocspResponses.append(response)
                } else if let list = try? RevocationList(der: bytes) {
                    material.revocationLists.append(list)
                } else if isFolder.boolValue {
                    material.certificates += (try? certificates(in: file)) ?? []
                } else {
                    material.certificates += try certificates(in: file)
                }
            }
        }
        return material
    }
}
