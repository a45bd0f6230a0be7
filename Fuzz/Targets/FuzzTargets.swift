// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import Foundation
import JSON
import NationalAPI
import Trust
import Validation
import XAdES
import XML
import XMLSignature

/// What is fed with bytes: any input must end in a value or a typed error.
///
/// libFuzzer calls the two functions at the end; the target is chosen by FUZZ_TARGET.
private enum Target: String, CaseIterable {
    case der, cms, tsp, ocsp, crl, xml, xades, pdf, page, price, pid

    func run(_ bytes: [UInt8]) {
        switch self {
        case .der:
            _ = try? Certificate(der: bytes)
            _ = try? PublicKey(subjectPublicKeyInfo: bytes)
        case .cms:
            guard let signedData = try? SignedData(parsing: bytes, allowingBER: true) else {
                return
            }
            _ = signedData.material
            judge(bytes)
        case .tsp:
            guard let token = try? TimestampToken(der: bytes, allowingBER: true) else { return }
            _ = token.profile(authority: token.certificates.first)
        case .ocsp: _ = try? OCSPResponse(der: bytes)
        case .crl: _ = try? RevocationList(der: bytes)
        case .xml:
            guard let document = try? XMLDocument(parsing: bytes) else { return }
            _ = try? document.canonical()
        case .xades:
            guard let document = try? XMLDocument(parsing: bytes) else { return }
            for case .success(let signature) in AdvancedSignature.all(in: document) {
                _ = signature.core.validateCore()
            }
            judge(bytes)
        case .pdf: judge(bytes)
        case .page: page(bytes)
        case .price: price(bytes)
        case .pid: paymentAnswers(bytes)
        }
    }

    private func judge(_ bytes: [UInt8]) {
        let trust = TrustPolicy(anchors: TrustAnchors([]))
        let now = Date(timeIntervalSince1970: 1_780_000_000)
        let context = ValidationContext(policy: .general, trust: trust, now: now)
        let report = Judge(context).report(on: bytes)
        // With no anchors nothing is ever good.
        precondition(!report.isPassed, "a file passed without an anchor")
        _ = report.xmlReport(of: bytes)
    }

    /// A REQUEST: what is priced must add up, whatever was asked.
    private func price(_ bytes: [UInt8]) {
        guard let value = try? JSONValue(parsing: bytes),
            let request = try? PricingRequest(reading: JSONReader(value)),
            let priced = try? shippedTariffs?.price(request)
        else { return }
        for line in priced.lines {
            precondition(line.billed == line.opposable + line.nonOpposable, "a line's billing")
            precondition(line.opposable == line.statutory + line.participation, "a line's shares")
            precondition(line.nonOpposable >= .zero && line.statutory >= .zero, "below zero")
        }
        _ = priced.json(.fr, parameters: request.parameters)
    }

    /// What the insurer might answer.
    private func paymentAnswers(_ bytes: [UInt8]) {
        guard let profile = shippedProfile else { return }
        let uuid = "3f0f6c1e-7f8a-4b7e-9a55-0d6c3c1f2b01"
        _ = try? SimulationAnswer(parsing: bytes, to: uuid, profile: profile)
        _ = try? ValidationAnswer(parsing: bytes, to: uuid, profile: profile)
        _ = try? ContestationAnswer(parsing: bytes, to: uuid, profile: profile)
        _ = try? PaymentAdvice(parsing: bytes, to: "90000135")
    }

    /// A pack whose page description is the input, all else being as shipped.
    private func page(_ bytes: [UInt8]) {
        var files = packFiles
        files["page.json"] = bytes
        _ = try? FormPack(files: files)
    }
}

private let shippedTariffs: Tariffs? = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "Data/coverage")) ?? []
    return try? Tariffs(
        files: names.reduce(into: [:]) { files, name in
            files[name] = FileManager.default.contents(atPath: "Data/coverage/\(name)").map {
                Array($0)
            }
        })
}()

private let shippedProfile: NationalProfile? = {
    guard let data = FileManager.default.contents(atPath: "Data/profiles/lu-mysecu-2023.json"),
        let value = try? JSONValue(parsing: Array(data))
    else { return nil }
    return try? NationalProfile(JSONReader(value))
}()

/// The files of the first pack there is.
private let packFiles: [String: [UInt8]] = {
    let manager = FileManager.default
    var files: [String: [UInt8]] = [:]
    for form in (try? manager.contentsOfDirectory(atPath: "Packs"))?.sorted() ?? [] {
        guard let version = try? manager.contentsOfDirectory(atPath: "Packs/\(form)").first else {
            continue
        }
        let folder = "Packs/\(form)/\(version)"
        for name in (try? manager.subpathsOfDirectory(atPath: folder)) ?? [] {
            if let data = manager.contents(atPath: "\(folder)/\(name)") {
                files[name] = Array(data)
            }
        }
        break
    }
    return files
}()

private let target =
    Target(rawValue: ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? "") ?? .der

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    target.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
