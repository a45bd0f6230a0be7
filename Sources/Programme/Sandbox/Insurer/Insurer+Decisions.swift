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
    /// Validates a simulation, which leads to exactly one payment order.
    nonisolated func validate(_ request: InsurerRequest) async throws -> InsurerReply {
        if let reply = await repeated(request) { return reply }
        let checked = try check(request, profile.pid.validation)
        guard checked.document != nil else {
            return await validationRefusal(checked, now: request.now)
        }
        let validation = try ValidationRequest(parsing: request.business, profile: profile)
        return try await settle(
            request, validation, checked.adding(anomalies(request, validation.providerCode)))
    }

    /// Takes a contestation; the simulation is final then.
    nonisolated func contest(_ request: InsurerRequest) async throws -> InsurerReply {
        if let reply = await repeated(request) { return reply }
        let checked = try check(request, profile.pid.contestation)
        guard checked.document != nil else {
            return await contestationRefusal(checked, now: request.now)
        }
        let contestation = try ContestationRequest(parsing: request.business, profile: profile)
        return try await settle(
            request, contestation, checked.adding(anomalies(request, contestation.providerCode)))
    }

    private nonisolated func anomalies(
        _ request: InsurerRequest, _ providerCode: String
    ) -> [NationalAnomaly] {
        entitlement(request)
            .anomalies(ofProvider: providerCode)
    }

    // MARK: Under the lock

    private func settle(
        _ request: InsurerRequest, _ validation: ValidationRequest, _ checked: CheckedMessage
    ) throws -> InsurerReply {
        switch earlier(request, uuid: checked.uuid) {
        case .same(let reply): return reply
        case .other:
            return validationRefusal(checked.adding([EarlierUse.refusal]), now: request.now)
        case .none: break
        }
        let found = open(
            validation.simulationID, uuid: validation.simulationUUID,
            providerCode: validation.providerCode, request)
        guard var simulation = found.simulation, !checked.isRefused else {
            return validationRefusal(checked.adding(found.anomalies), now: request.now)
        }
        let number = StatementNumber(validation.statementNumber)
        let namesAnother = number != nil && simulation.statementNumber.map { $0 != number } == true
        simulation.statementNumber = simulation.statementNumber ?? number
        if simulation.effect == .unavailable(.validation) { return .unavailable }
        var anomalies = paymentAnomalies(validation, simulation)
        if namesAnother {
            anomalies.append(
                .error("OEC-PID-005", "Le numéro du mémoire n'est pas celui de la simulation."))
        }
        guard anomalies.isEmpty else {
            return validationRefusal(checked.adding(anomalies), now: request.now)
        }
        let warned = checked.adding(repetition(simulation.content))
        return InsurerReply(
            answer: try pay(request, warned, simulation),
            delayInMilliseconds: simulation.effect?.delay(of: .validation) ?? 0,
            isLost: simulation.effect == .lostAnswer(.validation))
    }

    private func paymentAnomalies(
        _ validation: ValidationRequest, _ simulation: InsurerBook.Simulation
    ) -> [NationalAnomaly] {
        var anomalies: [NationalAnomaly] = []
        if validation.totals != simulation.totals {
            anomalies.append(
                .error("OEC-PID-005", "Les totaux ne sont pas ceux de la simulation."))
        }
        if book.isPaid(simulation) {
            anomalies.append(
                .error("OEC-PID-003", "Ce mémoire est déjà validé sous une autre simulation."))
        } else if isOvertaken(simulation) {
            anomalies.append(
                .error(
                    "OEC-PID-002",
                    "Un mémoire validé entre-temps change le calcul ; simulez à nouveau."))
        }
        return anomalies
    }

    /// Whether what was validated since makes another price. After a restart the acts are not at
    /// hand any more: then any later statement of the person does.
    private func isOvertaken(_ simulation: InsurerBook.Simulation) -> Bool {
        let counted = book.countedStatements(of: simulation.matricule)
        guard counted != simulation.statementsBefore else { return false }
        guard let bill = simulation.bill, let now = try? price(bill, simulation.effect) else {
            return true
        }
        return now.totals != simulation.totals || now.counts != simulation.counts
    }

    /// Banks book ordinary transfers from Monday to Friday, public holidays apart.
    func bankingDay(after day: CalendarDate) -> CalendarDate {
        var next = day.next
        while next.weekday > 5 || tariffs.holidays.contains(next) { next = next.next }
        return next
    }

    private func pay(
        _ request: InsurerRequest, _ checked: CheckedMessage, _ simulation: InsurerBook.Simulation
    ) throws -> Element {
        let day = CalendarDate(inLuxembourg: request.now)
        let provider = register.provider(code: simulation.providerCode)
        let isInstant =
            simulation.effect != .deferredPayment && provider?.takesInstantTransfers == true
        let payment = PaymentOrder(
            reference: identifier("PID", now: request.now),
            statementID: identifier("M", now: request.now), simulationID: simulation.id,
            uuid: checked.uuid, providerCode: simulation.providerCode,
            statementNumber: simulation.statementNumber?.text, amount: simulation.totals.statutory,
            transfer: isInstant ? .instant : .ordinary,
            bookedOn: isInstant ? day : bankingDay(after: day))
        let answer = ValidationAnswer(
            header: header(correlation: simulation.uuid, now: request.now),
            requestUUID: checked.uuid, decidedAt: request.now, status: .validated,
            payment: ValidationAnswer.Payment(
                statementID: payment.statementID, amount: payment.amount,
                reference: payment.reference, transfer: payment.transfer),
            anomalies: checked.anomalies)
        let element = answer.element(profile)
        try commit(
            InsurerEvent(
                effect: .validated(payment),
                exchange: InsurerBook.Exchange(request, uuid: checked.uuid, answer: element)))
        return element
    }

    private func settle(
        _ request: InsurerRequest, _ contestation: ContestationRequest, _ checked: CheckedMessage
    ) throws -> InsurerReply {
        switch earlier(request, uuid: checked.uuid) {
        case .same(let reply): return reply
        case .other:
            return contestationRefusal(checked.adding([EarlierUse.refusal]), now: request.now)
        case .none: break
        }
        let found = open(
            contestation.simulationID, uuid: contestation.simulationUUID,
            providerCode: contestation.providerCode, request)
        guard let simulation = found.simulation, !checked.isRefused else {
            return contestationRefusal(checked.adding(found.anomalies), now: request.now)
        }
        if simulation.effect == .unavailable(.contestation) { return .unavailable }
        let contestationID = identifier("C", now: request.now)
        let answer = ContestationAnswer(
            header: header(correlation: simulation.uuid, now: request.now),
            requestUUID: checked.uuid, decidedAt: request.now, status: .contested,
            contestationID: contestationID, anomalies: checked.anomalies)
        let element = answer.element(profile)
        try commit(
            InsurerEvent(
                effect: .contested(
                    simulationID: simulation.id, contestationID: contestationID),
                exchange: InsurerBook.Exchange(request, uuid: checked.uuid, answer: element)))
        return InsurerReply(
            answer: element,
            delayInMilliseconds: simulation.effect?.delay(of: .contestation) ?? 0,
            isLost: simulation.effect == .lostAnswer(.contestation))
    }

    /// The simulation that can still be decided, by who bills or did the acts; another provider's
    /// is as unknown as none.
    private func open(
        _ id: String, uuid: String, providerCode: String, _ request: InsurerRequest
    ) -> (simulation: InsurerBook.Simulation?, anomalies: [NationalAnomaly]) {
        guard let simulation = book.simulation(id), simulation.uuid == uuid,
            simulation.providerCode == providerCode
        else { return (nil, [.error("OEC-PID-001", "La simulation n'est pas connue.")]) }
        let strangers = entitlement(request)
            .anomalies(ofActing: simulation.performers)
        guard strangers.isEmpty else { return (nil, strangers) }
        switch simulation.state {
        case .validated:
            return (nil, [.error("OEC-PID-003", "La simulation est déjà validée.")])
        case .contested:
            return (nil, [.error("OEC-PID-003", "La simulation est déjà contestée.")])
        case .open: break
        }
        guard request.now < simulation.validUntil else {
            return (nil, [.error("OEC-PID-002", "La simulation a expiré ; simulez à nouveau.")])
        }
        return (simulation, [])
    }

    private func validationRefusal(_ checked: CheckedMessage, now: Date) -> InsurerReply {
        let answer = ValidationAnswer(
            header: header(correlation: nil, now: now), requestUUID: checked.uuid,
            decidedAt: now, status: .refused, payment: nil, anomalies: checked.anomalies)
        return InsurerReply(answer: answer.element(profile))
    }

    private func contestationRefusal(_ checked: CheckedMessage, now: Date) -> InsurerReply {
        let answer = ContestationAnswer(
            header: header(correlation: nil, now: now), requestUUID: checked.uuid,
            decidedAt: now, status: .refused, contestationID: nil, anomalies: checked.anomalies)
        return InsurerReply(answer: answer.element(profile))
    }
}
