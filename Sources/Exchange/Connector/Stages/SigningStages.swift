// SPDX-License-Identifier: Apache-2.0
import FormPacks
import Keys
import NationalAPI
import PAdES
import Trust
import XAdES

/// Stages 5 to 7 without the validation data: signatures and time-stamps.
struct SigningStages: Sendable {
    private let environment: PipelineEnvironment
    private let timestamps: TimestampClient

    init(_ environment: PipelineEnvironment) {
        self.environment = environment
        timestamps = TimestampClient(
            authorities: environment.authorities, send: environment.send,
            random: environment.random)
    }

    /// The page with its signature to come, level B-B, and room for the time-stamp.
    func planPDF(
        _ page: [UInt8], for pack: FormPack, parties: Parties
    ) throws -> PlannedSignature {
        guard let signer = environment.key.certificate else { throw Self.noCertificate }
        return try Self.planning {
            let prepared = try prepare(
                pdf: page, field: emptySignatureField(in: page), signer: signer,
                intermediates: environment.key.intermediates, algorithm: environment.key.algorithm,
                time: environment.now(),
                certification: Certification(try pack.depositTerms().signature.certification),
                additionalAttributes: parties.claimedRole.map { [.claimedRole($0)] } ?? [])
            return PlannedSignature(toBeSigned: prepared.toBeSigned) {
                try prepared.signed(with: $0).bytes
            }
        }
    }

    /// Level B-T of a signed PDF.
    func stampPDF(_ signed: [UInt8]) async throws -> [UInt8] {
        try await building {
            let found = try signatures(in: signed)
            guard let last = found.signatures.last else { throw Self.noSignature }
            let document = try SignedPDF(reopening: last, of: found.file)
            let token = try await timestamps.token(over: document.signatureValue)
            return try document.adding(timestamp: token).bytes
        }
    }

    /// The whole form with the PDF in its seat and the signature around both to come, level B-B.
    func planXML(
        _ uuid: String, _ composed: [UInt8], embedding pdf: [UInt8], for pack: FormPack,
        parties: Parties
    ) throws -> PlannedSignature {
        let terms = try pack.depositTerms()
        let signature = terms.signature
        guard let signer = environment.key.certificate else { throw Self.noCertificate }
        return try Self.planning {
            let prepared = try PreparedSignature(
                enveloping: pack.embedding(pdf, in: composed),
                seat: terms.seats.signature.description,
                parameters: SignatureParameters(
                    identifier: "id-\(uuid)", signingTime: environment.now(),
                    certificates: [signer] + environment.key.intermediates,
                    algorithm: environment.key.algorithm, mimeType: signature.mimeType,
                    commitmentType: signature.commitmentType,
                    claimedRoles: [signature.claimedRole, parties.claimedRole].compactMap { $0 }))
            return PlannedSignature(toBeSigned: prepared.toBeSigned) {
                try prepared.signed(with: $0)
            }
        }
    }

    /// Level B-T of a signed XML.
    func stampXML(_ signed: [UInt8]) async throws -> [UInt8] {
        try await building {
            let document = SignedDocument(signed)
            let token = try await timestamps.token(over: document.signatureTimestampInput())
            return try document.adding(timestamp: token.der).bytes
        }
    }

    private static let noCertificate = StageFailure(
        .certificateExpired,
        "There is no signing certificate; enrol one with `econnector keys enrol`.",
        actor: .you, .retry)

    private static let noSignature = StageFailure(
        .internalFault, "The stored PDF has no signature to stamp.", actor: .connector, .attention)

    /// Runs a step whose own errors mean that our building of a signature is at fault.
    private func building(_ step: () async throws -> [UInt8]) async throws -> [UInt8] {
        do {
            return try await step()
        } catch let error as StageFailure {
            throw error
        } catch {
            throw StageFailure(.signingFailed, "\(error)", actor: .connector, .attention)
        }
    }

    private static func planning(_ plan: () throws -> PlannedSignature) throws -> PlannedSignature {
        do {
            return try plan()
        } catch {
            throw StageFailure(.signingFailed, "\(error)", actor: .connector, .attention)
        }
    }

    /// Signs a level: everything a batch has to sign now, in one activation of the key (RS-02).
    func sign(_ batch: [[UInt8]]) async throws -> [[UInt8]] {
        try environment.clock?.requireRight()
        guard let certificate = environment.key.certificate,
            certificate.isInValidityPeriod(at: environment.now())
        else {
            throw StageFailure(
                .certificateExpired,
                "The signing certificate is not valid today; enrol a new one with `econnector keys enrol`.",
                actor: .you, .retry)
        }
        do {
            return try await environment.key.cmsSignatures(over: batch)
        } catch {
            throw StageFailure(
                .signingFailed, "The signing key cannot sign: \(error)", actor: .you, .retry)
        }
    }
}

extension Parties {
    /// What a delegate claims to be, in both signatures (GW-07).
    fileprivate var claimedRole: String? {
        mandate.map { _ in DelegateRole(ofProvider: provider).text }
    }
}

/// A signature planned: what the key must sign, and what becomes of the value.
struct PlannedSignature: Sendable {
    let toBeSigned: [UInt8]
    let finish: @Sendable ([UInt8]) throws -> [UInt8]
}

extension Certification {
    init?(_ certification: PackManifest.Signature.Certification) {
        switch certification {
        case .none: return nil
        case .p1: self = .p1
        case .p2: self = .p2
        }
    }
}

extension FormPack {
    /// How this form is signed and deposited; the intake takes no other.
    func depositTerms() throws(StageFailure) -> PackManifest.Deposit {
        guard let terms = manifest.deposit else {
            throw StageFailure(
                .internalFault, "The form's pack knows no deposit.", actor: .connector, .attention)
        }
        return terms
    }
}
