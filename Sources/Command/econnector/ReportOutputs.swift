// SPDX-License-Identifier: Apache-2.0
import Foundation
import Keys
import PDF
import Trust
import Validation
import XAdES

/// The report for people, as `verify` was asked to give it.
struct PeopleReports {
    private let texts: ReportTexts?
    private let page: (path: String, texts: ReportTexts, fonts: FontSet)?

    init(human: String?, pdf: String?, language: String, packs: String?) throws {
        texts = try human.map(Installation.reportTexts)
        page = try pdf.map {
            (
                $0, try Installation.reportTexts(language),
                try Installation.fonts(for: Installation.packs(packs))
            )
        }
    }

    func write(_ verdict: FileReport, on file: [UInt8], fileNamed path: String) throws {
        let digest = DigestAlgorithm.sha256.digest(file)
        let name = URL(filePath: path).lastPathComponent
        if let texts {
            let report = HumanReport(verdict, fileNamed: name, digest: digest, texts: texts)
            Terminal.result(report.text())
        }
        guard let page else { return }
        let report = HumanReport(verdict, fileNamed: name, digest: digest, texts: page.texts)
        do {
            try Terminal.write(try report.pdf(fonts: page.fonts), to: page.path)
        } catch let error as DrawingError {
            throw CommandFailure(.ourFault, "the report cannot be drawn: \(error)")
        }
    }
}

/// Seals a TS 119 102-2 report with a key of the installation: XAdES B-B, enveloped.
struct ReportSeal {
    private let key: SoftwareKey

    init(key name: String, state: String?, passphraseFile: String?) throws {
        let passphrase = try Terminal.passphrase(
            from: passphraseFile, prompt: "Passphrase of the key")
        do {
            let store = try KeyStore(directory: Installation.state(state) + "/keys")
            key = try store.unlockForUse(name, passphrase: passphrase, now: Date())
        } catch let error as KeyStoreError {
            throw CommandFailure(.refused, "key \(name): \(error)")
        }
    }

    func report(_ verdict: FileReport, on file: [UInt8]) async throws -> [UInt8] {
        guard let certificate = key.certificate else {
            throw CommandFailure(.refused, "the key has no certificate, so it seals nothing")
        }
        do {
            let prepared = try PreparedSignature(
                enveloping: verdict.xmlReport(of: file, validator: certificate), seat: nil,
                parameters: SignatureParameters(
                    identifier: "seal-\(Installation.makeUUID())", signingTime: Date(),
                    certificates: [certificate] + key.intermediates, algorithm: key.algorithm))
            return try prepared.signed(with: await key.cmsSignature(over: prepared.toBeSigned))
        } catch let error as XAdES.SigningError {
            throw CommandFailure(.ourFault, "the report cannot be sealed: \(error)")
        }
    }
}
