// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import NationalAPI
import XML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Insurer {
    /// Simulates a statement: what each line is worth and who pays it.
    ///
    /// - Throws: The message names no UUID to answer to, or a pack contradicts itself.
    nonisolated func simulate(_ request: InsurerRequest) async throws -> InsurerReply {
        if let reply = await repeated(request) { return reply }
        let checked = try check(request, profile.pid.simulation)
        guard let document = checked.document else {
            return await refusal(checked, now: request.now)
        }
        let bill: SimulatedBill
        do {
            bill = try SimulatedBill(document)
        } catch {
            return await refusal(checked.adding([Self.anomaly(error)]), now: request.now)
        }
        let effect = register.person(matricule: bill.matricule.digits)?.effect
        if effect == .unavailable(.simulation) { return .unavailable }
        let entitlement = self.entitlement(request)
        let anomalies =
            entitlement.anomalies(of: bill) + magicRefusals(bill, effect: effect)
        return try await settle(request, bill, checked.adding(anomalies), effect)
    }

    private static func anomaly(_ error: BillingError) -> NationalAnomaly {
        guard case .birthDateUnknown = error else {
            return .error("OEC-XML-001", "La demande ne peut pas être lue.")
        }
        return .error(
            "OEC-PAT-001",
            "Le matricule ne donne pas la date de naissance complète, dont dépendent les taux ; "
                + "établissez un mémoire d'honoraires qui indique la date de naissance.")
    }

    /// Magic acts and persons that refuse a simulation as a whole.
    private nonisolated func magicRefusals(
        _ bill: SimulatedBill, effect: MagicEffect?
    ) -> [NationalAnomaly] {
        var anomalies: [NationalAnomaly] = []
        if case .anomaly(let code, let text) = effect {
            var anomaly = NationalAnomaly(tariffs.anomaly(code, source: "register"))
            if let text { anomaly.text = text }
            anomalies.append(anomaly)
        }
        for line in bill.request.lines {
            guard let code = register.magicActs[line.code], !Self.isAboutLines(code) else {
                continue
            }
            let anomaly = tariffs.anomaly(code, source: line.code)
            guard anomaly.severity == .error else { continue }
            anomalies.append(NationalAnomaly(anomaly, line: line.number))
        }
        return anomalies
    }

    /// Errors of acts and amounts take a line out; all others refuse the simulation.
    private static func isAboutLines(_ code: String) -> Bool {
        code.hasPrefix("OEC-ACT-") || code.hasPrefix("OEC-MNT-")
    }

    // MARK: Under the lock

    private func settle(
        _ request: InsurerRequest, _ bill: SimulatedBill, _ checked: CheckedMessage,
        _ effect: MagicEffect?
    ) throws -> InsurerReply {
        switch earlier(request, uuid: bill.uuid) {
        case .same(let reply): return reply
        case .other: return refusal(checked.adding([EarlierUse.refusal]), now: request.now)
        case .none: break
        }
        guard !checked.isRefused else {
            return refusal(checked, now: request.now)
        }
        let pricing: StatementPricing
        do {
            pricing = try price(bill, effect)
        } catch {
            let anomaly = NationalAnomaly.error(
                "OEC-XML-001", "La demande ne peut pas être tarifée.")
            return refusal(checked.adding([anomaly]), now: request.now)
        }
        guard pricing.fitsMessages else {
            let anomaly = NationalAnomaly.error(
                "OEC-XML-001",
                "Un montant dépasse \(Amount(cents: PIDTotals.largest)) ; partagez le mémoire.")
            return refusal(checked.adding([anomaly]), now: request.now)
        }
        return InsurerReply(
            answer: try record(request, bill, pricing, checked.anomalies, effect),
            delayInMilliseconds: effect?.delay(of: .simulation) ?? 0,
            isLost: effect == .lostAnswer(.simulation))
    }

    /// Prices a bill on what counts for the person now.
    func price(
        _ bill: SimulatedBill, _ effect: MagicEffect?
    ) throws(PricingError) -> StatementPricing {
        try StatementPricing(
            bill, tariffs: tariffs, register: register, effect: effect,
            past: book.past(of: bill.matricule))
    }

    /// - Throws: It cannot be written down, so it did not happen.
    private func record(
        _ request: InsurerRequest, _ bill: SimulatedBill, _ pricing: StatementPricing,
        _ warnings: [NationalAnomaly], _ effect: MagicEffect?
    ) throws -> Element {
        let id = identifier("S", now: request.now)
        let validUntil =
            effect == .expiresAtOnce
            ? request.now : SimulationValidity(profile.pid).end(from: request.now)
        let answer = SimulationAnswer(
            header: header(correlation: bill.uuid, now: request.now), requestUUID: bill.uuid,
            simulationID: id, decidedAt: request.now, validUntil: validUntil,
            status: pricing.status, lines: pricing.lines,
            anomalies: warnings + pricing.anomalies + repetition(bill.content),
            totals: pricing.totals)
        let element = answer.element(profile)
        let simulation = InsurerBook.Simulation(
            id: id, uuid: bill.uuid, providerCode: bill.providerCode,
            performers: bill.performers, matricule: bill.matricule,
            statementNumber: bill.statementNumber, totals: pricing.totals, counts: pricing.counts,
            statementsBefore: book.countedStatements(of: bill.matricule), bill: bill,
            content: bill.content, validUntil: validUntil, effect: effect, state: .open)
        try commit(
            InsurerEvent(
                effect: .simulated(simulation),
                exchange: InsurerBook.Exchange(request, uuid: bill.uuid, answer: element)))
        return element
    }

    /// A warning that the same business was paid before.
    func repetition(_ content: String) -> [NationalAnomaly] {
        guard book.wasPaid(content) else { return [] }
        return [
            NationalAnomaly(
                level: .warning, code: "OEC-DUP-002",
                text: "Le même contenu a déjà été validé sous un autre UUID.")
        ]
    }

    private func refusal(_ checked: CheckedMessage, now: Date) -> InsurerReply {
        let answer = SimulationAnswer(
            header: header(correlation: checked.uuid, now: now), requestUUID: checked.uuid,
            simulationID: nil, decidedAt: now, validUntil: nil, status: .failed, lines: [],
            anomalies: checked.anomalies, totals: nil)
        return InsurerReply(answer: answer.element(profile))
    }
}

extension MagicEffect {
    func delay(of step: Step) -> Int {
        if case .slow(step, let milliseconds) = self { milliseconds } else { 0 }
    }
}

extension InsurerBook.Exchange {
    init(_ request: InsurerRequest, uuid: String, answer: Element) {
        self.init(
            uuid: uuid, model: request.model, sender: request.eHealthID, digest: request.digest,
            receivedAt: request.now, answer: answer)
    }
}

/// How long a simulation can be validated or contested.
struct SimulationValidity {
    private let profile: NationalProfile.ImmediateDirectPayment

    init(_ profile: NationalProfile.ImmediateDirectPayment) { self.profile = profile }

    /// So many minutes, and where the profile says so no longer than the day in Luxembourg.
    func end(from now: Date) -> Date {
        let end = now.addingTimeInterval(TimeInterval(profile.validityInMinutes * 60))
        guard profile.endsWithTheDay else { return end }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: "Europe/Luxembourg") ?? .gmt
        let morrow = calendar.date(
            byAdding: .day, value: 1, to: calendar.startOfDay(for: now))
        return max(now, min(end, morrow?.addingTimeInterval(-1) ?? end))
    }
}
