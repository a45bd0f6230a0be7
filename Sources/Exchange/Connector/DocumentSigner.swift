// SPDX-License-Identifier: Apache-2.0
package import Keys
import PAdES
package import Trust
package import Validation
import XAdES

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Signs a file that is no form: any XML (enveloped) or PDF, up to level B-LTA.
package struct DocumentSigner: Sendable {
    private let key: any SigningKey
    private let extender: SignatureExtender
    private let now: @Sendable () -> Date

    /// - Parameter allowsPublic: Whether public addresses named by certificates are asked.
    package init(
        key: any SigningKey, addresses: ServiceAddresses, allowsPublic: Bool = false,
        send: @escaping Send, now: @escaping @Sendable () -> Date,
        random: @escaping @Sendable (Int) -> [UInt8]
    ) {
        self.key = key
        self.now = now
        extender = SignatureExtender(
            addresses: addresses, allowsPublic: allowsPublic, send: send, now: now, random: random)
    }

    /// The signed file.
    ///
    /// - Parameters:
    ///   - identifier: Begins all identifiers of an XML signature.
    ///   - certificates: From elsewhere, to find the way to an anchor.
    /// - Throws: ``StageFailure`` for services; ``ExtensionRefusal`` for a chain; the format's
    ///   `SigningError` for the file.
    package func sign(
        _ file: [UInt8], level: SignatureReport.Level, identifier: String,
        certificates: [Certificate] = []
    ) async throws -> [UInt8] {
        guard let signer = key.certificate else { throw Keys.SigningError.noCertificate }
        let isPDF = file.starts(with: Array("%PDF-".utf8))
        let stamped =
            isPDF
            ? try await signPDF(file, signer, level)
            : try await signXML(file, signer, level, identifier)
        guard level >= .longTerm else { return stamped }
        let reader = FileReader(certificates: certificates, looksInside: false)
        let (completed, index) = try await complete(stamped, isPDF: isPDF, reader)
        guard level == .archived else { return completed }
        return try await extender.extended(
            completed, to: level, signature: index, reader: reader
        ).bytes
    }

    private func signPDF(
        _ file: [UInt8], _ signer: Certificate, _ level: SignatureReport.Level
    ) async throws -> [UInt8] {
        let prepared = try prepare(
            pdf: file, field: emptySignatureField(in: file), signer: signer,
            intermediates: key.intermediates, algorithm: key.algorithm, time: now())
        let signed = try prepared.signed(with: await key.cmsSignature(over: prepared.toBeSigned))
        guard level >= .timestamped else { return signed.bytes }
        let token = try await extender.timestamps.token(over: signed.signatureValue)
        return try signed.adding(timestamp: token).bytes
    }

    private func signXML(
        _ file: [UInt8], _ signer: Certificate, _ level: SignatureReport.Level,
        _ identifier: String
    ) async throws -> [UInt8] {
        let prepared = try PreparedSignature(
            enveloping: file, seat: nil,
            parameters: SignatureParameters(
                identifier: identifier, signingTime: now(),
                certificates: [signer] + key.intermediates, algorithm: key.algorithm))
        let signed = SignedDocument(
            try prepared.signed(with: await key.cmsSignature(over: prepared.toBeSigned)))
        guard level >= .timestamped else { return signed.bytes }
        let token = try await extender.timestamps.token(over: signed.signatureTimestampInput())
        return try signed.adding(timestamp: token.der).bytes
    }

    /// Level B-LT, with both chains ending in anchors, and the place of the new signature.
    private func complete(
        _ stamped: [UInt8], isPDF: Bool, _ reader: FileReader
    ) async throws -> ([UInt8], index: Int) {
        let report = try await extender.current(stamped, reader).report
        guard let own = report.signatures.last else {
            throw ExtensionRefusal.nothingToExtend("The signed file cannot be read.")
        }
        try extender.requireGood(own)
        let index = report.signatures.count - 1
        if isPDF {
            let material = own.signerMaterial.union(own.timestampMaterial)
            return (try addingValidationMaterial(material, to: stamped), index)
        }
        let completed = try SignedDocument(stamped).adding(
            signerValues: EncapsulatedValues(own.signerMaterial),
            timestampValues: EncapsulatedValues(own.timestampMaterial))
        return (completed.bytes, index)
    }
}
