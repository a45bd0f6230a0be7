// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON
import TestSupport
import Testing
import Trust
import Validation
import XMLSignature

private let pki = TestPKI.shared
private let content = Array("what was signed".utf8)

private func judge(
    _ file: [UInt8], detached: [DetachedData] = [], anchors: TrustAnchors = pki.anchors
) throws -> FileReport {
    let context = ValidationContext(
        policy: .general, trust: TrustPolicy(anchors: anchors, maximumRevocationAge: 86_400),
        material: try pki.material(), now: TestPKI.clock.addingTimeInterval(60))
    return Judge(context).report(on: FileReader(detached: detached).facts(of: file))
}

private let detached = [DetachedData(name: "data.txt", bytes: content)]

@Suite("Files of other formats: read, judged alike")
struct FormatTests {
    @Test("a CMS signature over given data passes as CAdES; over other data it fails")
    func cms() throws {
        let signed = try pki.sign(content).der
        let report = try judge(signed, detached: detached)
        #expect(report.conclusion.indication == .totalPassed)
        #expect(report.signatures.map(\.format) == [.cades])
        let other = [DetachedData(name: nil, bytes: [1])]
        let changed = try judge(signed, detached: other).conclusion
        #expect(changed.indication == .totalFailed && changed.subIndication == .hashFailure)
    }

    @Test("without the data a CMS signature is SIGNED_DATA_NOT_FOUND")
    func missingData() throws {
        let conclusion = try judge(pki.sign(content).der).conclusion
        #expect(conclusion.indication == .indeterminate)
        #expect(conclusion.subIndication == .signedDataNotFound)
    }

    @Test("a time-stamp alone is judged as one, over the right data only")
    func timestamp() throws {
        let token = try pki.timestamp(over: DigestAlgorithm.sha256.digest(content)).der
        let report = try judge(token, detached: detached)
        #expect(report.conclusion.indication == .totalPassed)
        #expect(report.signatures.map(\.format) == [.timestamp])
        #expect(report.signatures[0].bestSignatureTime == TestPKI.clock)
        let other = try judge(token, detached: [DetachedData(name: nil, bytes: [1])])
        #expect(other.conclusion.indication == .totalFailed)
        #expect(other.signatures[0].bestSignatureTime == nil)
    }

    @Test(
        "bytes of no format are FORMAT_FAILURE",
        arguments: [[], [0x30], [0x30, 0x80, 0, 0], Array("PK".utf8), Array("%PDF-".utf8)])
    func noFormat(_ bytes: [UInt8]) throws {
        let conclusion = try judge(bytes).conclusion
        #expect(conclusion.indication == .totalFailed)
        #expect(conclusion.subIndication == .formatFailure)
    }
}

@Suite("The cryptographic policy: dated data in the shape of TS 119 322")
struct CryptoPolicyFileTests {
    private static func policy() throws -> CryptoPolicy {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Data/policies/crypto-ts-119-312.json").standardized
        return try CryptoPolicy(
            JSONReader(try JSONValue(parsing: [UInt8](try Data(contentsOf: file)))))
    }

    @Test("the file that is shipped says what the program knows")
    func shipped() throws {
        #expect(try Self.policy() == .ts119312)
    }

    @Test("another file replaces it: what it does not name is not relied on")
    func replaced() throws {
        let text = """
            {"securitySuitabilityPolicy": {"policyName": {"name": "own"}, "algorithm": [
              {"algorithmIdentifier": {"name": "SHA-512"},
               "evaluation": [{"validity": {"end": "2030-01-01T00:00:00Z"}}]}]}}
            """
        let policy = try CryptoPolicy(JSONReader(try JSONValue(parsing: Array(text.utf8))))
        let end = try Date("2030-01-01T00:00:00Z", strategy: .iso8601)
        #expect(policy.name == "own")
        #expect(policy.refusal(of: .sha512, at: end.addingTimeInterval(-1)) == nil)
        #expect(policy.refusal(of: .sha512, at: end) == "SHA-512")
        #expect(policy.refusal(of: .sha256, at: .distantPast) == "SHA-256")
    }

    @Test("a date that is none is refused by its place")
    func malformed() throws {
        let text = """
            {"securitySuitabilityPolicy": {"policyName": {"name": "own"}, "algorithm": [
              {"algorithmIdentifier": {"name": "SHA-512"},
               "evaluation": [{"validity": {"end": "soon"}}]}]}}
            """
        let reader = JSONReader(try JSONValue(parsing: Array(text.utf8)))
        #expect(throws: JSONReadingError.self) { try CryptoPolicy(reader) }
    }
}
