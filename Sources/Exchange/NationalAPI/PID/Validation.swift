// SPDX-License-Identifier: Apache-2.0
package import XML

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The provider accepts a simulation and asks for payment (`validation`, 4.3).
package struct ValidationRequest: Sendable, Hashable {
    package var header: MessageHeader
    package var providerCode: String
    package var simulationID: String
    /// The `uuid` of the simulation.
    package var simulationUUID: String
    /// Repeated from the answer: the insurer compares them.
    package var totals: PIDTotals
    /// The practice's own number of the fee statement.
    package var statementNumber: String?

    package init(
        header: MessageHeader, providerCode: String, simulationID: String, simulationUUID: String,
        totals: PIDTotals, statementNumber: String?
    ) {
        (self.header, self.providerCode) = (header, providerCode)
        (self.simulationID, self.simulationUUID) = (simulationID, simulationUUID)
        (self.totals, self.statementNumber) = (totals, statementNumber)
    }

    package func element(_ profile: NationalProfile) -> Element {
        let pid = profile.pid.vocabulary
        return pid.element(
            profile.pid.validation.request,
            header.elements(pid) + [
                pid.element("codePrestataire", text: providerCode),
                pid.element("idSimulation", text: simulationID),
                pid.element("uuidSimulation", text: simulationUUID), totals.element(pid),
                pid.element("numeroMemoireHonoraires", optional: statementNumber),
                pid.element("acceptation", text: "true"),
            ])
    }

    /// The business bytes of the request: canonical XML of its pack.
    package func bytes(_ profile: NationalProfile) -> [UInt8] { Writer.bytes(of: element(profile)) }

    package init(parsing bytes: [UInt8], profile: NationalProfile) throws(MessageError) {
        let message = try MessageReader(
            parsing: bytes, root: profile.pid.validation.request, profile.pid.vocabulary)
        header = try MessageHeader(message)
        providerCode = try message.text("codePrestataire")
        simulationID = try message.text("idSimulation")
        simulationUUID = try message.text("uuidSimulation").lowercased()
        totals = try PIDTotals(message.required("totaux"))
        statementNumber = try message.optionalText("numeroMemoireHonoraires")
        guard try message.text("acceptation") == "true" else {
            throw .structure(what: "acceptation")
        }
    }
}

/// The insurer's answer to a validation (`validationRetour`, 4.3).
package struct ValidationAnswer: Sendable, Hashable {
    package enum Status: String, Sendable, Hashable, CaseIterable {
        case validated = "VALIDEE"
        case refused = "REFUSEE"
        /// Nobody decided; the anomalies say why.
        case failed = "ERREUR"
    }

    /// How the money travels.
    package enum Transfer: String, Sendable, Hashable, CaseIterable {
        case instant = "SCT_INST"
        case ordinary = "SCT"
    }

    /// What a validation leads to: exactly one payment order.
    package struct Payment: Sendable, Hashable {
        /// The insurer's identifier of the fee statement, which proves its reception.
        package var statementID: String
        /// Part statutaire to the provider, in cents.
        package var amount: Int
        /// Stands on the payment advice as EndToEndId.
        package var reference: String
        package var transfer: Transfer

        package init(statementID: String, amount: Int, reference: String, transfer: Transfer) {
            (self.statementID, self.amount) = (statementID, amount)
            (self.reference, self.transfer) = (reference, transfer)
        }
    }

    package var header: MessageHeader
    package var requestUUID: String
    package var decidedAt: Date
    package var status: Status
    /// There when, and only when, the simulation is validated.
    package var payment: Payment?
    package var anomalies: [NationalAnomaly]

    package init(
        header: MessageHeader, requestUUID: String, decidedAt: Date, status: Status,
        payment: Payment?, anomalies: [NationalAnomaly]
    ) {
        (self.header, self.requestUUID, self.decidedAt) = (header, requestUUID, decidedAt)
        (self.status, self.payment, self.anomalies) = (status, payment, anomalies)
    }

    package var outcome: ExchangeOutcome<ValidationAnswer> {
        status == .validated ? .answer(self) : .anomalies(anomalies)
    }
}

extension ValidationAnswer {
    package func element(_ profile: NationalProfile) -> Element {
        let pid = profile.pid.vocabulary
        let decision: [Element?] = [
            pid.element("uuidRequete", text: requestUUID),
            pid.element("dateHeure", text: MessageText.moment(decidedAt)),
            pid.element("statut", text: status.rawValue),
        ]
        let money: [Element?] = [
            pid.element("idMemoire", optional: payment?.statementID),
            pid.element("montantAPayer", optional: payment.map { MessageText.amount($0.amount) }),
            pid.element("referencePaiement", optional: payment?.reference),
            pid.element("modeVirement", optional: payment?.transfer.rawValue),
        ]
        return pid.element(
            profile.pid.validation.response,
            header.elements(pid) + decision + money + anomalies.map { $0.element(pid) })
    }

    /// Reads a verified answer to the validation `uuid`.
    package init(
        _ message: VerifiedMessage, to uuid: String, profile: NationalProfile
    ) throws(MessageError) {
        let pid = profile.pid
        let node = try ExchangeAnswer.business(
            of: message, named: pid.validation.response, in: pid.vocabulary.namespace,
            profile: profile)
        try self.init(MessageReader(node, pid.vocabulary), to: uuid)
    }

    /// Reads an answer that was kept: the bytes of ``element(_:)``.
    package init(
        parsing bytes: [UInt8], to uuid: String, profile: NationalProfile
    ) throws(MessageError) {
        let pid = profile.pid
        try self.init(
            MessageReader(parsing: bytes, root: pid.validation.response, pid.vocabulary), to: uuid)
    }

    private init(_ message: MessageReader, to uuid: String) throws(MessageError) {
        header = try MessageHeader(message)
        requestUUID = try message.text("uuidRequete").lowercased()
        guard requestUUID == uuid else { throw .foreignAnswer }
        decidedAt = try message.moment("dateHeure")
        status = try message.choice("statut", Status.self)
        anomalies = try message.anomalies()
        guard status == .validated else {
            guard anomalies.contains(where: { $0.level == .error }) else {
                throw .structure(what: "anomaly that explains the refusal")
            }
            payment = nil
            return
        }
        guard !anomalies.contains(where: { $0.level == .error }) else {
            throw .structure(what: "statut that its anomalies allow")
        }
        payment = Payment(
            statementID: try message.text("idMemoire"),
            amount: try message.cents("montantAPayer"),
            reference: try message.text("referencePaiement"),
            transfer: try message.choice("modeVirement", Transfer.self))
    }

    /// Checks that what is paid is what was accepted.
    ///
    /// - Parameter accepted: The totals of the validation that is answered.
    /// - Throws: Another amount is paid.
    package func requirePayment(of accepted: PIDTotals) throws(MessageError) {
        guard payment == nil || payment?.amount == accepted.statutory else {
            throw .structure(what: "montantAPayer of the validated totals")
        }
    }
}
