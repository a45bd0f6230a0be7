// SPDX-License-Identifier: Apache-2.0
package import Keys
import PAdES
import Trust
package import Validation
import XAdES

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Signs a file that is no form: any XML (enveloped) or PDF, up to level B-LT.
package struct DocumentSigner: Sendable {
    private let key: any SigningKey
    private let timestamps: TimestampClient
    private let gathering: MaterialGathering
    private let now: @Sendable () -> Date

    package init(
        key: any SigningKey, addresses: ServiceAddresses, send: @escaping Send,
        now: @escaping @Sendable () -> Date, random: @escaping @Sendable (Int) -> [UInt8]
    ) {
        self.key = key
        self.now = now
        timestamps = TimestampClient(
            address: addresses.timestampAuthority, send: send, random: random)
        gathering = MaterialGathering(
            addresses: addresses, send: send, now: now, random: random,
            maximumRevocationAge: 24 * 3600)
    }

    /// The signed file.
    ///
    /// - Parameter identifier: Begins all identifiers of an XML signature.
    /// - Throws: ``StageFailure`` for services; the format's `SigningError` for the file.
    package func sign(
        _ file: [UInt8], level: SignatureReport.Level, identifier: String
    ) async throws -> [UInt8] {
        file.starts(with: Array("%PDF-".utf8))
            ? try await signPDF(file, level) : try await signXML(file, level, identifier)
    }

    private func signPDF(_ file: [UInt8], _ level: SignatureReport.Level) async throws -> [UInt8] {
        guard let signer = key.certificate else { throw Keys.SigningError.noCertificate }
        let prepared = try prepare(
            pdf: file, field: emptySignatureField(in: file), signer: signer,
            intermediates: key.intermediates, algorithm: key.algorithm, time: now())
        var signed = try prepared.signed(with: await key.cmsSignature(over: prepared.toBeSigned))
        guard level >= .timestamped else { return signed.bytes }
        signed = try signed.adding(
            timestamp: await timestamps.token(over: signed.signatureValue))
        guard level >= .longTerm else { return signed.bytes }
        let report = try await gathering.reports(on: [signed.bytes])[0]
        return try signed.addingValidationMaterial(
            report.signerMaterial.union(report.timestampMaterial))
    }

    private func signXML(
        _ file: [UInt8], _ level: SignatureReport.Level, _ identifier: String
    ) async throws -> [UInt8] {
        guard let signer = key.certificate else { throw Keys.SigningError.noCertificate }
        let prepared = try PreparedSignature(
            enveloping: file, seat: nil,
            parameters: SignatureParameters(
                identifier: identifier, signingTime: now(),
                certificates: [signer] + key.intermediates, algorithm: key.algorithm))
        var signed = SignedDocument(
            try prepared.signed(with: await key.cmsSignature(over: prepared.toBeSigned)))
        guard level >= .timestamped else { return signed.bytes }
        let token = try await timestamps.token(over: signed.signatureTimestampInput())
        signed = try signed.adding(timestamp: token.der)
        guard level >= .longTerm else { return signed.bytes }
        let report = try await gathering.reports(on: [signed.bytes])[0]
        return try signed.adding(
            signerValues: EncapsulatedValues(report.signerMaterial),
            timestampValues: EncapsulatedValues(report.timestampMaterial)
        ).bytes
    }
}
