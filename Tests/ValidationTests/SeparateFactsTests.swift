// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing
import Trust
import Validation
import XAdES

private let pki = TestPKI.shared

private func report(
    _ bytes: [UInt8], anchors: TrustAnchors = pki.anchors, now: Date = TestPKI.clock + 60
) throws -> SignatureReport {
    let context = ValidationContext(
        policy: .general, trust: TrustPolicy(anchors: anchors), material: try pki.material(),
        now: now)
    return try #require(Judge(context).report(on: bytes).signatures.first)
}

private func signed() throws -> [UInt8] {
    let identity = pki.signer
    let prepared = try PreparedSignature(
        enveloping: Array("<a><b>1</b><s></s></a>".utf8), seat: "s",
        parameters: SignatureParameters(
            identifier: "id-1", signingTime: TestPKI.clock,
            certificates: [identity.certificate] + identity.intermediates,
            algorithm: identity.key.algorithm))
    return try prepared.signed(with: identity.key.sign(prepared.toBeSigned))
}

private func changed(_ bytes: [UInt8]) -> [UInt8] {
    Array(String(decoding: bytes, as: UTF8.self).replacing("<b>1</b>", with: "<b>2</b>").utf8)
}

@Suite("Facts apart: no failure hides another")
struct SeparateFactsTests {
    @Test("a changed document without anchors is failed for its digest, the chain stays undecided")
    func changedWithoutAnchors() throws {
        let found = try report(changed(signed()), anchors: TrustAnchors([]))
        #expect(found.conclusion.subIndication == .hashFailure)
        #expect(found.checks.integrity == .failed && found.checks.chain == .indeterminate)
        #expect(found.reasons.count >= 2)
    }

    @Test("after the certificate's end without proof it is OUT_OF_BOUNDS, integrity passed")
    func expired() throws {
        let found = try report(signed(), now: TestPKI.notAfter + 86_400)
        #expect(found.conclusion.subIndication == .outOfBoundsNoPOE)
        #expect(found.checks.integrity == .passed)
    }

    @Test("every building block has its conclusion in the report")
    func blocks() throws {
        let found = try report(signed())
        let applied = found.blocks.filter { $0.conclusion != nil }.map(\.name)
        #expect(
            applied == [
                .formatChecking, .identificationOfTheSigningCertificate,
                .validationContextInitialization, .x509CertificateValidation,
                .cryptographicVerification, .signatureAcceptanceValidation,
            ])
    }

    @Test("the words of the edition, all of them")
    func spellings() {
        #expect(
            Set(SubIndication.allCases.map(\.rawValue)) == [
                "FORMAT_FAILURE", "HASH_FAILURE", "SIG_CRYPTO_FAILURE", "REVOKED", "EXPIRED",
                "NOT_YET_VALID", "SIG_CONSTRAINTS_FAILURE", "CHAIN_CONSTRAINTS_FAILURE",
                "CERTIFICATE_CHAIN_GENERAL_FAILURE", "CRYPTO_CONSTRAINTS_FAILURE",
                "POLICY_PROCESSING_ERROR", "SIGNATURE_POLICY_NOT_AVAILABLE",
                "TIMESTAMP_ORDER_FAILURE", "NO_SIGNING_CERTIFICATE_FOUND",
                "NO_CERTIFICATE_CHAIN_FOUND", "NO_CERTIFICATE_CHAIN_FOUND_NO_POE",
                "REVOKED_NO_POE", "REVOKED_CA_NO_POE", "OUT_OF_BOUNDS_NOT_REVOKED",
                "OUT_OF_BOUNDS_NO_POE", "REVOCATION_OUT_OF_BOUNDS_NO_POE",
                "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", "NO_POE", "TRY_LATER",
                "SIGNED_DATA_NOT_FOUND", "CUSTOM",
            ])
    }
}
