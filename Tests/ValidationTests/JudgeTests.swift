// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing
import Trust
import Validation
import XAdES
import XML

private let pki = TestPKI.shared
private let signingTime = TestPKI.clock

/// A document signed by the test PKI, at the levels the tests ask for.
private struct Signed {
    static let text = "<a><b>1</b><s></s></a>"

    static func basic(_ text: String = text, at time: Date = signingTime) throws -> [UInt8] {
        let prepared = try PreparedSignature(
            enveloping: Array(text.utf8), seat: "s",
            parameters: SignatureParameters(
                identifier: "id-1", signingTime: time,
                certificates: [pki.signer.certificate] + pki.signer.intermediates,
                algorithm: .ecdsa(.sha256)))
        return try prepared.signed(with: pki.signer.key.sign(prepared.toBeSigned))
    }

    static func stamped(
        _ text: String = text, at time: Date = signingTime
    ) throws -> SignedDocument {
        let document = SignedDocument(try basic(text, at: time))
        let input = try document.signatureTimestampInput()
        return try document.adding(
            timestamp: pki.timestamp(over: DigestAlgorithm.sha256.digest(input)).der)
    }

    static func longTerm(_ text: String = text) throws -> [UInt8] {
        let document = try stamped(text)
        let report = try Judge(context(.general, material: pki.material())).report(
            on: document.bytes)
        let (signer, stamp) = (
            report.signatures[0].signerMaterial, report.signatures[0].timestampMaterial
        )
        return try document.adding(
            signerValues: values(signer), timestampValues: values(stamp)
        ).bytes
    }

    private static func values(_ material: ValidationMaterial) -> EncapsulatedValues {
        EncapsulatedValues(
            certificates: material.certificates.map(\.der),
            crls: material.revocationLists.map(\.der),
            ocspResponses: material.ocspResponses.map(\.der))
    }
}

private func context(
    _ policy: PolicyName, material: ValidationMaterial = ValidationMaterial(),
    anchors: TrustAnchors = pki.anchors
) -> ValidationContext {
    ValidationContext(
        policy: policy, trust: TrustPolicy(anchors: anchors, maximumRevocationAge: 86_400),
        material: material, now: signingTime.addingTimeInterval(60))
}

private func judge(
    _ bytes: [UInt8], _ policy: PolicyName = .general,
    material: ValidationMaterial = ValidationMaterial(), anchors: TrustAnchors = pki.anchors
) -> FileReport {
    Judge(context(policy, material: material, anchors: anchors)).report(on: bytes)
}

private func replacing(_ bytes: [UInt8], _ old: String, _ new: String) -> [UInt8] {
    Array(String(decoding: bytes, as: UTF8.self).replacing(old, with: new).utf8)
}

@Suite("The judge: verdicts in the words of EN 319 102-1, facts apart")
struct JudgeTests {
    @Test("a B-LT signature proves itself: TOTAL-PASSED with nothing but the anchor")
    func longTerm() throws {
        let report = judge(try Signed.longTerm())
        #expect(report.isPassed && report.missing.isEmpty)
        let signature = try #require(report.signatures.first)
        #expect(signature.level == .longTerm && signature.coverage == .entire)
        #expect(signature.checks.integrity == .passed && signature.checks.timestamp == .passed)
        #expect(signature.qualification == .advanced)
    }

    @Test("a changed document is TOTAL-FAILED / HASH_FAILURE; the chain is still judged")
    func changed() throws {
        let report = judge(replacing(try Signed.longTerm(), "<b>1</b>", "<b>2</b>"))
        #expect(report.conclusion.indication == .totalFailed)
        #expect(report.conclusion.subIndication == .hashFailure)
        #expect(report.signatures[0].checks.integrity == .failed)
        #expect(report.signatures[0].checks.chain == .passed)
    }

    @Test("a signature value of another key is SIG_CRYPTO_FAILURE")
    func foreignValue() throws {
        let (first, second) = (try Signed.basic(), try Signed.basic())
        func value(_ bytes: [UInt8]) throws -> String {
            let document = try XMLDocument(parsing: bytes)
            return try #require(
                document.root.descendantsAndSelf.first { $0.localName == "SignatureValue" }
            ).text
        }
        let other = try value(second)
        let report = try judge(
            replacing(Signed.basic(at: signingTime.addingTimeInterval(1)), value(first), other),
            material: pki.material())
        #expect(report.isPassed)  // ECDSA is randomised: the first value is not in this document
        let forged = replacing(
            first, try value(first), String(other.reversed().drop { $0 == "=" }) + "==")
        #expect(judge(forged).conclusion.indication == .totalFailed)
    }

    @Test("without anchors integrity is still passed and the verdict INDETERMINATE")
    func noAnchors() throws {
        let report = judge(try Signed.longTerm(), anchors: TrustAnchors([]))
        #expect(report.conclusion.indication == .indeterminate)
        #expect(report.signatures[0].checks.integrity == .passed)
    }

    @Test("without revocation data it is TRY_LATER and says what to fetch")
    func tryLater() throws {
        let report = judge(try Signed.stamped().bytes)
        #expect(report.conclusion.subIndication == .tryLater)
        #expect(!report.missing.revocation.isEmpty)
    }

    @Test("a signing time after the stamp is SIG_CONSTRAINTS_FAILURE (AS-03)")
    func order() throws {
        let late = try Signed.stamped(at: signingTime.addingTimeInterval(30 * 60))
        let report = judge(late.bytes, material: try pki.material())
        #expect(report.conclusion.subIndication == .sigConstraintsFailure)
    }

    @Test("a file without signature has no data; what is neither XML nor PDF has no format")
    func noSignature() {
        let none = judge(Array("<a/>".utf8))
        #expect(none.conclusion.indication == .indeterminate)
        #expect(none.conclusion.subIndication == .signedDataNotFound)
        #expect(judge(Array("text".utf8)).conclusion.subIndication == .formatFailure)
    }
}

@Suite("The policy national-deposit: every rule is a constraint")
struct NationalDepositTests {
    @Test("accepts what the profile asks for")
    func accepts() throws {
        #expect(judge(try Signed.longTerm(), .nationalDeposit).isPassed)
    }

    @Test("refuses a lower level")
    func level() throws {
        let report = judge(
            try Signed.stamped().bytes, .nationalDeposit, material: try pki.material())
        #expect(report.conclusion.subIndication == .sigConstraintsFailure)
    }

    @Test("refuses an identifier that occurs twice, and a second signature")
    func doubled() throws {
        let twins = replacing(
            try Signed.longTerm(), "<ds:KeyInfo>", "<ds:KeyInfo Id=\"id-1-signature\">")
        #expect(!judge(twins, .nationalDeposit).isPassed)
        let signed = String(decoding: try Signed.longTerm(), as: UTF8.self)
        let start = try #require(signed.firstRange(of: "<ds:Signature "))
        let end = try #require(signed.firstRange(of: "</ds:Signature>"))
        let copy = signed[start.lowerBound..<end.upperBound]
        let two = signed.replacing("</ds:Signature>", with: "</ds:Signature>\(copy)")
        #expect(!judge(Array(two.utf8), .nationalDeposit).isPassed)
    }

    @Test("refuses a PDF inside that is not signed, or is none")
    func unsignedPDF() throws {
        for text in ["JVBERi0xLjcK", "\n  JVBE Ri0xLjcK", "JVBERi0*"] {
            let signed = try Signed.longTerm("<a><b>\(text)</b><s></s></a>")
            #expect(!judge(signed, .nationalDeposit).isPassed)
        }
    }

    @Test("refuses what is put into the signature, which does not cover it")
    func stowaway() throws {
        let pdf = "<ds:Object><x>JVBERi0xLjcK</x></ds:Object></ds:Signature>"
        let stuffed = replacing(try Signed.longTerm(), "</ds:Signature>", pdf)
        #expect(judge(stuffed).signatures.map(\.inside.count) == [0])
        #expect(!judge(stuffed, .nationalDeposit).isPassed)
    }

    @Test("counts as B-LT only what the file itself carries")
    func borrowedMaterial() throws {
        let report = judge(
            try Signed.stamped().bytes, .nationalDeposit, material: try pki.material())
        #expect(report.signatures.map(\.level) == [.timestamped])
        let carried = replacing(try Signed.longTerm(), "</ds:Signature>", "</ds:Signature>")
        #expect(judge(carried).signatures.map(\.level) == [.longTerm])
    }

    @Test("refuses signed content that was moved below another root (wrapping)")
    func wrapped() throws {
        let signed = String(decoding: try Signed.longTerm(), as: UTF8.self)
        let body = signed.drop { $0 != "\n" }
        let wrapped = "<evil><b>9</b>\(body)</evil>"
        for policy in PolicyName.allCases {
            #expect(!judge(Array(wrapped.utf8), policy).isPassed)
        }
    }
}
