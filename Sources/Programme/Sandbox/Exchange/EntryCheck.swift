// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import NationalAPI
import Trust
import Validation
import XML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What the platform checks before it accepts a form: schema, rules, signatures, signer.
struct EntryCheck {
    let packs: PackLibrary
    let register: Register
    let mandates: Mandates
    let trust: TrustPolicy
    let profile: NationalProfile
    /// Says which time-stamps are qualified.
    let lists: TrustedLists
    let now: Date
    let today: CalendarDate

    struct Finding {
        var uuid: String
        /// Absent when the form breaks its pack.
        var document: CheckedDocument?
        var anomalies: [NationalAnomaly]
        var report: FileReport?
        var isRefused: Bool { anomalies.contains { $0.level == .error } }
    }

    /// - Parameter form: The form as a document of its own, cut out of the message.
    func check(_ form: [UInt8], model: String) throws(FormCheckError) -> Finding {
        let result = try packs.check(.xml(form), today: today)
        var anomalies = result.anomalies.map { NationalAnomaly($0) }
        if let pack = result.pack, pack.manifest.deposit?.model != model {
            anomalies.append(
                Self.error("OEC-XML-002", "Le modèle du message ne correspond pas au formulaire."))
        }
        guard let document = result.document else {
            let uuid = result.pack.flatMap { Self.uuid(in: form, at: $0.manifest.paths.uuid) }
            return Finding(uuid: uuid ?? "", document: nil, anomalies: anomalies, report: nil)
        }
        let report = judge(form)
        anomalies += Self.signatureAnomalies(report)
        anomalies += providerAnomalies(document, report)
        return Finding(
            uuid: document.uuid, document: document, anomalies: anomalies, report: report)
    }

    /// The identifier of a form that is refused, so that the answer can name it.
    static func uuid(in form: [UInt8], at path: FormPath) -> String? {
        var node = try? XMLDocument(parsing: form).root
        for step in path.steps { node = node?.children.first { $0.localName == step } }
        return node?.text.lowercased()
    }

    private func judge(_ form: [UInt8]) -> FileReport {
        var trust = trust
        trust.maximumRevocationAge = Double(profile.maxRevocationAgeInHours) * 3600
        var context = ValidationContext(
            policy: .nationalDeposit, trust: trust, now: now,
            timestampDelay: Double(profile.timestampDelayInHours) * 3600)
        context.rely(on: lists)
        return Judge(context).report(on: form)
    }

    /// The provider exists, and the signer is that provider or a delegate whom a mandate allows to
    /// sign this form and who says so in his signature (OEC-PRE-001, OEC-SIG-007, GW-07).
    private func providerAnomalies(
        _ document: CheckedDocument, _ report: FileReport
    ) -> [NationalAnomaly] {
        guard let code = document.providerCode else { return [] }
        guard let provider = register.provider(code: code) else {
            return [Self.error("OEC-PRE-001", "Le code prestataire n'est pas connu.")]
        }
        guard let signature = report.signatures.first, let signer = signature.signer else {
            return []
        }
        let eHealthID = signer.subject[.serialNumber] ?? ""
        if eHealthID == provider.eHealthID { return [] }
        let isDelegate =
            document.pack.manifest.deposit?.signature.allowsDelegate == true
            && mandates.allow(eHealthID, for: code, scope: document.pack.id, on: today)
        if isDelegate, signature.claimedRoles.contains(DelegateRole(ofProvider: code).text) {
            return []
        }
        return [
            Self.error("OEC-SIG-007", "Le signataire n'est ni le prestataire ni un délégué.")
        ]
    }

    private static func signatureAnomalies(_ report: FileReport) -> [NationalAnomaly] {
        guard let signature = report.signatures.first else {
            return [error("OEC-SIG-001", "La signature manque.")]
        }
        var anomalies: [NationalAnomaly] = []
        let reason = report.conclusion.subIndication.map { " (\($0.rawValue))" } ?? ""
        switch report.conclusion.indication {
        case .totalPassed: break
        case .totalFailed:
            anomalies.append(error("OEC-SIG-002", "La signature n'est pas valable\(reason)."))
        default:
            anomalies.append(
                error("OEC-SIG-003", "La signature ne peut pas être établie\(reason)."))
        }
        if signature.level < .longTerm {
            anomalies.append(
                error("OEC-SIG-004", "Le niveau de la signature est \(signature.level.rawValue)."))
        }
        if signature.checks.timestamp == .notDone {
            anomalies.append(error("OEC-SIG-005", "L'horodatage manque."))
        }
        if signature.isTimestampQualified == false {
            let outcomes = signature.timestamps.compactMap(\.qualification?.outcome.rawValue)
            anomalies.append(
                error(
                    "OEC-SIG-006",
                    "L'horodatage n'est pas qualifié (\(Set(outcomes).sorted().joined(separator: ", ")))."
                ))
        }
        if signature.inside.isEmpty
            || signature.inside.contains(where: { $0.conclusion.indication != .totalPassed })
        {
            anomalies.append(
                error("OEC-SIG-008", "Le PDF manque ou sa signature n'est pas valable."))
        }
        return anomalies
    }

    static func error(_ code: String, _ text: String) -> NationalAnomaly {
        NationalAnomaly(level: .error, code: code, text: text)
    }
}
