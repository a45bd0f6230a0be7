// SPDX-License-Identifier: Apache-2.0

import Keys
package import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension CertificateAuthority {
    /// The only policy under which the sandbox stamps: best practices for time-stamps (EN 319 421).
    package static let timestampPolicy: OID = .bestPracticesTimestampPolicy

    /// Answers a time-stamp request (RFC 3161, profile EN 319 422): always a TimeStampResp.
    ///
    /// genTime is in whole seconds, rounded down, so that an OCSP answer fetched after the stamp is
    /// never older than it (AS-03).
    ///
    /// - Parameters:
    ///   - isQualified: Whether tokens claim to be qualified (EN 319 422, 9.1).
    ///   - unit: 0 or 1.
    ///   - isSignedWrongly: Signs something else, as a fault.
    package func answerTimestamp(
        _ request: [UInt8], now: Date, isQualified: Bool = true, unit: Int = 0,
        isSignedWrongly: Bool = false,
        using generator: inout some RandomNumberGenerator
    ) -> [UInt8] {
        let parsed: TimestampRequest
        do throws(DERError) { parsed = try TimestampRequest(der: request) } catch {
            return Self.refusal(of: error).der
        }
        if let refusal = Self.refusal(of: parsed) { return refusal.der }
        let information = stampInfo(parsed, now, isQualified, timeStampingUnits[unit], &generator)
        let response = try? stamp(
            parsed, information, by: timeStampingUnits[unit], isSignedWrongly)
        let failed = TimestampResponse.rejected(
            .systemFailure, text: "The time-stamp could not be made.")
        return (response ?? failed).der
    }

    private static func refusal(of error: DERError) -> TimestampResponse {
        if case .unsupported = error {
            return .rejected(.badRequest, text: "The request is not of version 1.")
        }
        return .rejected(.badDataFormat, text: "The request is not a TimeStampReq in DER.")
    }

    private static func refusal(of request: TimestampRequest) -> TimestampResponse? {
        guard let algorithm = DigestAlgorithm(oid: request.imprint.algorithm.oid),
            [.sha256, .sha384, .sha512].contains(algorithm)
        else {
            return .rejected(
                .badAlg, text: "Only digests with SHA-256, SHA-384 or SHA-512 are stamped.")
        }
        guard request.imprint.digest != nil else {
            return .rejected(
                .badDataFormat, text: "The digest is not as long as its algorithm says.")
        }
        if let policy = request.policy, policy != timestampPolicy {
            return .rejected(
                .unacceptedPolicy, text: "Stamps are made under policy \(timestampPolicy) only.")
        }
        if !request.extensions.isEmpty {
            return .rejected(.unacceptedExtension, text: "No extensions are processed.")
        }
        return nil
    }

    private func stampInfo(
        _ request: TimestampRequest, _ now: Date, _ isQualified: Bool, _ unit: PKIParty,
        _ generator: inout some RandomNumberGenerator
    ) -> TimestampInfo {
        let moment = Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down))
        return TimestampInfo(
            policy: Self.timestampPolicy, imprint: request.imprint,
            serialNumber: SerialNumber(drawing: &generator), genTime: moment, accuracy: 1,
            nonce: request.nonce,
            authority: .directory(unit.certificate.subject),
            extensions: isQualified ? [.qualifiedTimestamp] : [])
    }

    private func stamp(
        _ request: TimestampRequest, _ info: TimestampInfo, by unit: PKIParty,
        _ isSignedWrongly: Bool
    ) throws -> TimestampResponse {
        let content = info.der
        let attributes = SignedAttributes(
            contentDigest: DigestAlgorithm.sha256.digest(content), contentType: .tstInfo,
            signer: unit.certificate)
        let signed = try SignedData.assemble(
            attributes,
            signature: unit.key.signature(over: isSignedWrongly ? [0] : attributes.bytesToSign),
            algorithm: unit.key.algorithm,
            intermediates: [issuing.certificate], content: content,
            carriesCertificates: request.wantsCertificate)
        return .granted(try TimestampToken(signed))
    }
}
