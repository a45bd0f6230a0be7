// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import JSON
import Trust
import Validation

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Judges the signatures of XML and PDF files after EN 319 102-1.",
        discussion: """
            Nothing is fetched: revocation data comes from the file or from --other.

            EXAMPLES
              econnector verify demo-out/*.pdf --anchor demo-out/trust/root.pem
              econnector verify form.pdf --anchor root.pem --json
              econnector verify form.xml --anchor root.pem --policy national-deposit --report report.xml

            Exit status 0 TOTAL-PASSED, 1 TOTAL-FAILED or changed after signing, 2 INDETERMINATE.
            """)

    @Argument(help: "Files to judge.") var files: [String]
    @Option(parsing: .singleValue, help: "A certificate to trust, PEM or DER; may be repeated.")
    var anchor: [String] = []
    @Option(
        parsing: .singleValue,
        help: "More certificates, revocation lists or OCSP answers: a file or a folder.")
    var other: [String] = []
    @Option(help: ArgumentHelp("The moment of validation; now otherwise.", valueName: "RFC3339"))
    var at: String?
    @Flag(help: "Fetch nothing. This is the only mode so far.") var offline = false
    @Option(help: "general or national-deposit.") var policy = PolicyName.general.rawValue
    @Flag(help: "One JSON object a file.") var json = false
    @Option(help: "Write the report as XML (one file only).") var report: String?

    func run() async throws {
        guard let policy = PolicyName(rawValue: policy) else {
            throw CommandFailure(.usage, "--policy takes general or national-deposit")
        }
        guard report == nil || files.count == 1 else {
            throw CommandFailure(.usage, "--report goes with one file")
        }
        var now = Date()
        if let at {
            guard let moment = try? Date(at, strategy: .iso8601) else {
                throw CommandFailure(.usage, "--at takes a time such as 2026-11-20T10:00:00Z")
            }
            now = moment
        }
        let anchors = try anchor.flatMap { try Self.certificates(in: $0) }
        let judge = Judge(
            ValidationContext(
                policy: policy, trust: TrustPolicy(anchors: TrustAnchors(anchors)),
                material: try Self.material(other), now: now))
        var worst: Int32 = 0
        for file in files {
            let bytes = try Terminal.read(file)
            let verdict = judge.report(on: bytes)
            if json {
                Terminal.result(bytes: verdict.json(file: file).serialized() + [0x0A])
            } else {
                Self.show(verdict, of: file)
            }
            if let report { try Terminal.write(verdict.xmlReport(of: bytes), to: report) }
            worst = max(worst, Self.status(verdict) == 1 ? 3 : Self.status(verdict))
        }
        if worst > 0 { throw ExitCode(worst == 3 ? 1 : worst) }
    }

    private static func status(_ verdict: FileReport) -> Int32 {
        if verdict.signatures.contains(where: \.isModifiedAfterSigning) { return 1 }
        return switch verdict.conclusion.indication {
        case .totalPassed, .passed: 0
        case .totalFailed, .failed: 1
        case .indeterminate: 2
        }
    }

    private static func show(_ verdict: FileReport, of file: String) {
        let reason = verdict.conclusion.subIndication.map { " (\($0.rawValue))" } ?? ""
        Terminal.result("\(file): \(verdict.conclusion.indication.rawValue)\(reason)")
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
