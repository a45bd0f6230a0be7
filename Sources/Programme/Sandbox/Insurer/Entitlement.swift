// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import NationalAPI

/// Whether the insurer deals with this provider and this person at all: the register's questions,
/// each refused by name.
struct Entitlement {
    let register: Register
    let mandates: Mandates
    /// eHealth ID of the acting doctor, or of a delegate.
    let eHealthID: String
    let today: CalendarDate

    /// The three things that a provider needs for the direct payment.
    func anomalies(ofProvider code: String) -> [NationalAnomaly] {
        guard let provider = register.provider(code: code) else {
            return [.error("OEC-PRE-001", "Le code prestataire \(code) n'est pas connu.")]
        }
        let acting = register.provider(eHealthID: eHealthID)
        guard acting != nil || register.delegate(eHealthID: eHealthID) != nil else {
            return [
                .error("OEC-PRE-001", "Le signataire du message n'est pas un prestataire connu.")
            ]
        }
        var missing: [String] = []
        if acting?.hasActiveEHealthID == false {
            missing.append("l'eHealth ID du prestataire n'est pas actif")
        }
        if !provider.hasActiveSpace {
            missing.append("l'espace MySecu du prestataire n'est pas actif")
        }
        if !provider.hasWebServices {
            missing.append("les services web ne sont pas activés dans l'espace MySecu")
        }
        return missing.map {
            .error("OEC-PID-004", "Le paiement immédiat direct n'est pas ouvert : \($0).")
        }
    }

    /// The acting person is the doctor who bills, one of those who did the acts, or a delegate of
    /// one of them (art. 24bis, 3).
    func anomalies(ofActing performers: Set<String>) -> [NationalAnomaly] {
        let acting = register.provider(eHealthID: eHealthID)
        if let acting, performers.contains(acting.code) { return [] }
        let isDelegate = performers.contains { code in
            mandates.allow(eHealthID, for: code, scope: Mandate.directPayment, on: today)
        }
        if isDelegate { return [] }
        return [
            .error(
                "OEC-PRE-002",
                "Le signataire du message n'est ni le facturier, ni un exécutant, ni leur délégué.")
        ]
    }

    func anomalies(of bill: SimulatedBill) -> [NationalAnomaly] {
        var anomalies = anomalies(ofProvider: bill.providerCode)
        if anomalies.isEmpty { anomalies = self.anomalies(ofActing: bill.performers) }
        for line in bill.parties.lines {
            if !isKnown(line.executant) {
                anomalies.append(
                    .error(
                        "OEC-PRE-001", "Le code de l'exécutant n'est pas connu.",
                        line: line.number))
            }
            if !isKnown(line.prescriber) {
                anomalies.append(
                    .error(
                        "OEC-PRE-003", "Le code du prescripteur n'est pas connu.",
                        line: line.number))
            }
        }
        return anomalies + self.anomalies(ofPerson: bill)
    }

    /// A code that is not named is nobody's.
    private func isKnown(_ code: String?) -> Bool {
        code.map { register.provider(code: $0) != nil } ?? true
    }

    private func anomalies(ofPerson bill: SimulatedBill) -> [NationalAnomaly] {
        guard let person = register.person(matricule: bill.matricule.digits) else {
            return [.error("OEC-PAT-001", "Le matricule n'est pas connu.")]
        }
        if bill.parties.isAccident {
            return [
                .error(
                    "OEC-PID-004",
                    "Le paiement immédiat direct n'est pas ouvert aux soins après un accident.")
            ]
        }
        return bill.days.compactMap { line, day in
            if day < bill.birthDate {
                return .error(
                    "OEC-PAT-003", "La prestation est antérieure à la naissance.", line: line)
            }
            return person.isCovered(on: day)
                ? nil
                : .error(
                    "OEC-PAT-002",
                    "Le patient n'a pas de droit à l'assurance maladie à cette date.", line: line)
        }
    }
}
