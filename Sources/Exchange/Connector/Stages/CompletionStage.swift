// SPDX-License-Identifier: Apache-2.0
import NationalAPI
import PAdES
import Trust
import Validation
import XAdES

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Stage 7: validation data after the last stamp, then our own judge (AS-03).
///
/// Nothing leaves this machine unless the judge says TOTAL-PASSED under `national-deposit`.
struct CompletionStage: Sendable {
    struct CompletedForm: Sendable {
        let xml: [UInt8]
        let standalonePDF: [UInt8]
        let report: [UInt8]
    }

    private let environment: PipelineEnvironment
    private let gathering: MaterialGathering
    private let trustedLists: TrustedListClient

    init(_ environment: PipelineEnvironment) {
        self.environment = environment
        trustedLists = TrustedListClient(
            addresses: environment.addresses, send: environment.send, now: environment.now)
        gathering = MaterialGathering(
            addresses: environment.addresses, send: environment.send, now: environment.now,
            random: environment.random,
            maximumRevocationAge: Double(environment.profile.maxRevocationAgeInHours) * 3600)
    }

    /// Fetches what every form needs, so that the first does not wait for it.
    func prepare() async { _ = try? await trustedLists.lists() }

    func complete(xml: [UInt8], pdf: [UInt8]) async throws -> CompletedForm {
        let context = context(try await trustedLists.lists())
        let reports = try await gathering.reports(on: [xml, pdf])
        let (form, page) = (reports[0], reports[1])
        // The PDF inside may bear the time-stamp of another authority than the XML.
        let isInside = environment.profile.embeddedLevel == .timestamped
        let stamps = form.timestampMaterial.union(
            isInside ? page.timestampMaterial : ValidationMaterial())
        let completeXML: [UInt8]
        let standalonePDF: [UInt8]
        do {
            completeXML = try SignedDocument(xml).adding(
                signerValues: EncapsulatedValues(form.signerMaterial),
                timestampValues: EncapsulatedValues(stamps)
            ).bytes
            standalonePDF = try addingValidationMaterial(
                page.signerMaterial.union(page.timestampMaterial), to: pdf)
        } catch {
            throw StageFailure(.signingFailed, "\(error)", actor: .connector, .attention)
        }
        // The verdict with nothing but what the files themselves carry.
        async let onPage = Judge(context).report(on: standalonePDF)
        let verdict = Judge(context).report(on: completeXML)
        try requireGood(verdict)
        try requireGood(await onPage)
        return CompletedForm(
            xml: completeXML, standalonePDF: standalonePDF,
            report: verdict.xmlReport(of: completeXML))
    }

    private func requireGood(_ verdict: FileReport) throws {
        guard verdict.isPassed else {
            let reasons = verdict.signatures.flatMap(\.reasons).joined(separator: " ")
            let isRevoked =
                verdict.conclusion.subIndication == .revokedNoPOE
                || verdict.conclusion.subIndication == .revoked
            throw StageFailure(
                isRevoked ? .certificateRevoked : .selfCheckFailed,
                "Our own judge says \(verdict.conclusion.indication.rawValue)"
                    + " \(verdict.conclusion.subIndication?.rawValue ?? ""): \(reasons)",
                actor: isRevoked ? .you : .connector,
                verdict.conclusion.subIndication == .tryLater ? .retry : .attention)
        }
    }

    private func context(_ lists: TrustedLists) -> ValidationContext {
        var context = ValidationContext(
            policy: .nationalDeposit, trust: gathering.trust, now: environment.now(),
            timestampDelay: Double(environment.profile.timestampDelayInHours) * 3600)
        context.rely(on: lists)
        return context
    }
}

extension EncapsulatedValues {
    init(_ material: ValidationMaterial) {
        self.init(
            certificates: material.certificates.map(\.der),
            crls: material.revocationLists.map(\.der),
            ocspResponses: material.ocspResponses.map(\.der))
    }
}
