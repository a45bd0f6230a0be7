// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON
import PDF
import TestSupport
import Testing
import Trust
import Validation
import XAdES
import XML

private let pki = TestPKI.shared
private let now = TestPKI.clock
private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

@Suite("The words of EN 319 102-1 v1.4.1")
struct ReportWordTests {
    @Test("indications and sub-indications are spelled as its tables 5 and 6 have them")
    func spellings() {
        #expect(
            Indication.allCases.map(\.rawValue) == [
                "TOTAL-PASSED", "TOTAL-FAILED", "INDETERMINATE", "PASSED", "FAILED",
            ])
        let failed = [
            "FORMAT_FAILURE", "HASH_FAILURE", "SIG_CRYPTO_FAILURE", "REVOKED", "EXPIRED",
            "NOT_YET_VALID",
        ]
        let indeterminate = [
            "SIG_CONSTRAINTS_FAILURE", "CHAIN_CONSTRAINTS_FAILURE",
            "CERTIFICATE_CHAIN_GENERAL_FAILURE", "CRYPTO_CONSTRAINTS_FAILURE",
            "POLICY_PROCESSING_ERROR", "SIGNATURE_POLICY_NOT_AVAILABLE",
            "TIMESTAMP_ORDER_FAILURE", "NO_SIGNING_CERTIFICATE_FOUND",
            "NO_CERTIFICATE_CHAIN_FOUND", "NO_CERTIFICATE_CHAIN_FOUND_NO_POE",
            "REVOKED_NO_POE", "REVOKED_CA_NO_POE", "OUT_OF_BOUNDS_NOT_REVOKED",
            "OUT_OF_BOUNDS_NO_POE", "REVOCATION_OUT_OF_BOUNDS_NO_POE",
            "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", "NO_POE", "TRY_LATER",
            "SIGNED_DATA_NOT_FOUND", "CUSTOM",
        ]
        #expect(SubIndication.allCases.map(\.rawValue) == failed + indeterminate)
        #expect(
            SubIndication.allCases.filter { $0.indication == .failed }.map(\.rawValue) == failed)
    }
}

/// Verdicts to report on.
struct JudgedSample {
    let file: [UInt8]
    let report: FileReport

    init(
        text: String = "<a><b>1</b><s></s></a>", signer: TestIdentity = pki.signer,
        changing: (String) -> String = { $0 }, isStamped: Bool = true,
        lists: TrustedLists = TrustedLists()
    ) throws {
        let prepared = try PreparedSignature(
            enveloping: Array(text.utf8), seat: "s",
            parameters: SignatureParameters(
                identifier: "id-1", signingTime: now,
                certificates: [signer.certificate] + signer.intermediates,
                algorithm: signer.key.algorithm, claimedRoles: ["médecin"]))
        var document = SignedDocument(
            try prepared.signed(with: signer.key.sign(prepared.toBeSigned)))
        if isStamped {
            let input = try document.signatureTimestampInput()
            document = try document.adding(
                timestamp: pki.timestamp(over: DigestAlgorithm.sha256.digest(input)).der)
        }
        file = Array(changing(String(decoding: document.bytes, as: UTF8.self)).utf8)
        var context = ValidationContext(
            policy: .general, trust: pki.policy,
            material: try pki.material(for: [signer, pki.tsa]), now: now + 60)
        context.rely(on: lists)
        report = Judge(context).report(on: file)
    }

    static func none() -> FileReport {
        Judge(ValidationContext(policy: .general, trust: pki.policy, now: now)).report(
            on: Array("<a/>".utf8))
    }
}

@Suite("The report in JSON")
struct ReportJSONTests {
    @Test("has every fact and what it rests on")
    func members() throws {
        let lists = try ListSample().lists()
        let json = try JudgedSample(lists: lists).report.json(file: "a.xml")
        #expect(json["file"]?.string == "a.xml" && json["indication"]?.string == "TOTAL-PASSED")
        let signature = try #require(json["signatures"]?.array?.first)
        #expect(signature["timestampQualified"]?.boolean == true)
        #expect(signature["qualification"]?.string == "AdES")
        #expect(signature["chain"]?.array?.count == 3)
        #expect(signature["references"]?.array?.count == 2)
        #expect(signature["buildingBlocks"]?.array?.count == BuildingBlock.Name.allCases.count)
        #expect(signature["claimedRoles"]?.array?.map(\.string) == ["médecin"])
        #expect(signature["missing"]?["revocation"]?.array?.isEmpty == true)
        let stamp = try #require(signature["timestamps"]?.array?.first)
        #expect(stamp["kind"]?.string == "signature" && stamp["qualified"]?.boolean == true)
        #expect(stamp["qualification"]?.string == "qualified")
        #expect(stamp["genTime"]?.string == now.formatted(.iso8601))
        #expect(stamp["indication"]?.string == "PASSED")
        #expect(stamp["remarks"]?.array?.isEmpty == false)
    }

    @Test("says nothing about qualification without a list")
    func withoutList() throws {
        let json = try JudgedSample().report.json(file: "a.xml")
        let signature = try #require(json["signatures"]?.array?.first)
        #expect(signature["timestampQualified"]?.boolean == nil)
        #expect(signature["timestamps"]?.array?.first?["qualification"]?.string == "no-list")
    }
}

@Suite("The report in XML (TS 119 102-2)")
struct ReportXMLTests {
    private static let schemas: String? = {
        let path =
            ProcessInfo.processInfo.environment["CORPORA"]
            ?? root.deletingLastPathComponent().appendingPathComponent("shared/corpora").path
        return FileManager.default.fileExists(atPath: "\(path)/schemas/TS119102-2-v141.xsd")
            ? "\(path)/schemas" : nil
    }()

    private func lint(_ xml: [UInt8]) throws -> String {
        let schemas = try #require(Self.schemas)
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(
            "report-\(UUID().uuidString).xml")
        try Data(xml).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "xmllint", "--nonet", "--noout", "--schema", "\(schemas)/TS119102-2-v141.xsd",
            file.path,
        ]
        process.environment = [
            "PATH": "/usr/bin:/bin:/usr/local/bin", "XML_CATALOG_FILES": "\(schemas)/catalog.xml",
        ]
        let pipe = Pipe()
        process.standardError = pipe
        try process.run()
        let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return process.terminationStatus == 0 ? "" : said
    }

    @Test(
        "good, changed, unknown and unsigned files give valid reports", .enabled(if: schemas != nil)
    )
    func valid() throws {
        let good = try JudgedSample(lists: ListSample().lists())
        #expect(try lint(good.report.xmlReport(of: good.file)) == "")
        let changed = try JudgedSample(changing: { $0.replacing("<b>1", with: "<b>2") })
        #expect(try lint(changed.report.xmlReport(of: changed.file)) == "")
        let plain = try JudgedSample(isStamped: false)
        #expect(try lint(plain.report.xmlReport(of: plain.file)) == "")
        #expect(try lint(JudgedSample.none().xmlReport(of: [])) == "")
    }

    @Test("a sealed report is valid, and its seal verifies", .enabled(if: schemas != nil))
    func sealed() throws {
        let good = try JudgedSample()
        let sealer = pki.rsaSigner
        let prepared = try PreparedSignature(
            enveloping: good.report.xmlReport(of: good.file, validator: sealer.certificate),
            seat: nil,
            parameters: SignatureParameters(
                identifier: "seal-1", signingTime: now, certificates: [sealer.certificate],
                algorithm: sealer.key.algorithm))
        let sealed = try prepared.signed(with: sealer.key.sign(prepared.toBeSigned))
        #expect(try lint(sealed) == "")
        let verdict = Judge(
            ValidationContext(
                policy: .general, trust: pki.policy, material: try pki.material(), now: now + 60)
        ).report(on: sealed)
        #expect(verdict.isPassed && verdict.signatures.map(\.coverage) == [.entire])
    }
}

@Suite("The report for people")
struct HumanReportTests {
    private static let digest = DigestAlgorithm.sha256.digest([1])

    private func texts(_ language: String) throws -> ReportTexts {
        let path = root.appendingPathComponent("Data/reports/\(language).json")
        return try ReportTexts(
            JSONReader(JSONDocument(parsing: [UInt8](Data(contentsOf: path))).root))
    }

    private func fonts() throws -> FontSet {
        func font(_ path: String) throws -> [UInt8] {
            [UInt8](try Data(contentsOf: URL(filePath: "/usr/share/fonts/truetype/\(path)")))
        }
        return try FontSet(
            regular: font("liberation2/LiberationSans-Regular.ttf"),
            bold: font("liberation2/LiberationSans-Bold.ttf"),
            fallbackRegular: font("dejavu/DejaVuSans.ttf"),
            fallbackBold: font("dejavu/DejaVuSans-Bold.ttf"))
    }

    private func text(_ report: FileReport, _ language: String = "en") throws -> String {
        HumanReport(
            report, fileNamed: "lettre.xml", digest: Self.digest, texts: try texts(language)
        ).text()
    }

    @Test(
        "a good signature reads as good, with who and when, in each language",
        arguments: [
            ("fr", "la signature est valable", "prouvé par un horodatage"),
            ("de", "Die Unterschrift ist gültig", "durch einen Zeitstempel bewiesen"),
            ("en", "the signature is good", "proven by a time-stamp"),
        ])
    func good(_ language: String, _ headline: String, _ proof: String) throws {
        let said = try text(JudgedSample().report, language)
        #expect(said.contains(headline) && said.replacing("\n  ", with: " ").contains(proof))
        #expect(said.contains("Camille Exemple") && said.contains("lettre.xml"))
        #expect(said.contains("20.11.2026") && said.contains("11:00"))
        #expect(said.contains("TOTAL-PASSED") && !said.contains("{"))
        #expect(said.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test("a changed document reads as not good, and says what to do")
    func bad() throws {
        let sample = try JudgedSample(changing: { $0.replacing("<b>1", with: "<b>2") })
        let said = try text(sample.report)
        #expect(said.contains("the signature is not good"))
        #expect(said.contains("Do not use this document."))
        #expect(said.contains("HASH_FAILURE") && !said.contains("All is well"))
    }

    @Test("a file without signature, and one that cannot be read, say so")
    func none() throws {
        #expect(try text(JudgedSample.none()).contains("This file has no signature."))
        let unreadable = Judge(
            ValidationContext(policy: .general, trust: pki.policy, now: now)
        ).report(on: [1, 2, 3])
        #expect(try text(unreadable).contains("The file cannot be read."))
    }

    @Test("a claimed time is never shown as proven, and a stamp without list as unknown")
    func claims() throws {
        let said = try text(JudgedSample(isStamped: false).report)
        #expect(said.contains("nothing proves it"))
        let stamped = try text(JudgedSample().report).replacing("\n  ", with: " ")
        #expect(stamped.contains("no trusted list was consulted to know"))
        #expect(stamped.contains("médecin (stated by the signer, not verified)"))
    }

    @Test("names that steer a terminal or the direction of writing are made harmless")
    func hostileNames() throws {
        let name = DistinguishedName([(.commonName, "Eve\u{1B}[2J\u{202E}gpj.\n{role}")])
        let signer = try TestPKI.issue(
            name, serial: 61, key: .p256(named: "hostile"), by: pki.issuing,
            extensions: [.keyUsage(.contentCommitment)] + TestPKI.statusPointers)
        let said = try text(JudgedSample(signer: signer).report)
        #expect(said.contains("Eve [2Jgpj. {role}"))
        #expect(!said.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" })
    }

    @Test("as PDF it conforms to PDF/A-2a and PDF/UA-1", arguments: ReportTexts.languages)
    func pdf(_ language: String) throws {
        for report in [try JudgedSample().report, JudgedSample.none()] {
            let bytes = try HumanReport(
                report, fileNamed: "lettre.xml", digest: Self.digest, texts: texts(language)
            ).pdf(fonts: fonts())
            #expect(PDFConformanceChecker.findings(in: bytes) == [])
        }
    }

    @Test("a name no font can draw does not keep anybody from the verdict")
    func undrawable() throws {
        let name = DistinguishedName([(.commonName, "漢字")])
        let signer = try TestPKI.issue(
            name, serial: 62, key: .p256(named: "kanji"), by: pki.issuing,
            extensions: [.keyUsage(.contentCommitment)] + TestPKI.statusPointers)
        let report = HumanReport(
            try JudgedSample(signer: signer).report, fileNamed: "a", digest: Self.digest,
            texts: try texts("fr"))
        #expect(report.text().contains("漢字"))
        #expect(PDFConformanceChecker.findings(in: try report.pdf(fonts: fonts())) == [])
    }

    @Test("a file of texts that lacks one is refused")
    func incomplete() throws {
        let path = root.appendingPathComponent("Data/reports/fr.json")
        let text = try String(contentsOf: path, encoding: .utf8)
            .replacing("\"NO_POE\"", with: "\"NO_PROOF\"")
        #expect(throws: JSONReadingError.self) {
            try ReportTexts(JSONReader(JSONDocument(parsing: Array(text.utf8)).root))
        }
    }
}
