// SPDX-License-Identifier: Apache-2.0
package import XML

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The provider does not accept a simulation (`contestation`, 4.4).
package struct ContestationRequest: Sendable, Hashable {
    /// Why; the list is ours.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        case tariff = "TARIF"
        case rate = "TAUX"
        case rule = "REGLE"
        case rights = "DROITS"
        case patientChoice = "CHOIX_PATIENT"
        case other = "AUTRE"
    }

    package var header: MessageHeader
    package var providerCode: String
    package var simulationID: String
    package var simulationUUID: String
    package var reason: Reason
    /// In the provider's words, at most 500 characters.
    package var text: String?
    /// Numbers of the contested lines; empty means all.
    package var lines: [Int]

    package init(
        header: MessageHeader, providerCode: String, simulationID: String, simulationUUID: String,
        reason: Reason, text: String?, lines: [Int]
    ) {
        (self.header, self.providerCode) = (header, providerCode)
        (self.simulationID, self.simulationUUID) = (simulationID, simulationUUID)
        (self.reason, self.text, self.lines) = (reason, text, lines)
    }

    package func element(_ profile: NationalProfile) -> Element {
        let pid = profile.pid.vocabulary
        let reason = pid.element(
            "motif",
            [
                pid.element("code", text: reason.rawValue),
                pid.element("texte", optional: text),
            ])
        let contested = lines.map {
            pid.element("prestation", [pid.element("numeroLigne", text: String($0))])
        }
        return pid.element(
            profile.pid.contestation.request,
            header.elements(pid) + [
                pid.element("codePrestataire", text: providerCode),
                pid.element("idSimulation", text: simulationID),
                pid.element("uuidSimulation", text: simulationUUID), reason,
            ] + contested)
    }

    /// The business bytes of the request: canonical XML of its pack.
    package func bytes(_ profile: NationalProfile) -> [UInt8] { Writer.bytes(of: element(profile)) }

    package init(parsing bytes: [UInt8], profile: NationalProfile) throws(MessageError) {
        let message = try MessageReader(
            parsing: bytes, root: profile.pid.contestation.request, profile.pid.vocabulary)
        header = try MessageHeader(message)
        providerCode = try message.text("codePrestataire")
        simulationID = try message.text("idSimulation")
        simulationUUID = try message.text("uuidSimulation").lowercased()
        let motive = try message.required("motif")
        reason = try motive.choice("code", Reason.self)
        text = try motive.optionalText("texte")
        lines = []
        for line in try message.children("prestation", atMost: Limits.lines) {
            guard let number = try line.optionalInt("numeroLigne", in: Limits.lineNumbers) else {
                throw .structure(what: "numeroLigne")
            }
            lines.append(number)
        }
    }
}

extension ContestationRequest: CustomStringConvertible {
    /// Without the provider's words, which may tell of the patient.
    package var description: String { "ContestationRequest(\(simulationID), \(reason.rawValue))" }
}

/// The insurer's answer to a contestation (`contestationRetour`, 4.4).
package struct ContestationAnswer: Sendable, Hashable {
    package enum Status: String, Sendable, Hashable, CaseIterable {
        case contested = "CONTESTEE"
        case refused = "REFUSEE"
        /// Nobody decided; the anomalies say why.
        case failed = "ERREUR"
    }

    package var header: MessageHeader
    package var requestUUID: String
    package var decidedAt: Date
    package var status: Status
    /// There when, and only when, the simulation is contested.
    package var contestationID: String?
    package var anomalies: [NationalAnomaly]

    package init(
        header: MessageHeader, requestUUID: String, decidedAt: Date, status: Status,
        contestationID: String?, anomalies: [NationalAnomaly]
    ) {
        (self.header, self.requestUUID, self.decidedAt) = (header, requestUUID, decidedAt)
        (self.status, self.contestationID) = (status, contestationID)
        self.anomalies = anomalies
    }

    package var outcome: ExchangeOutcome<ContestationAnswer> {
        status == .contested ? .answer(self) : .anomalies(anomalies)
    }
}

extension ContestationAnswer {
    package func element(_ profile: NationalProfile) -> Element {
        let pid = profile.pid.vocabulary
        return pid.element(
            profile.pid.contestation.response,
            header.elements(pid) + [
                pid.element("uuidRequete", text: requestUUID),
                pid.element("dateHeure", text: MessageText.moment(decidedAt)),
                pid.element("statut", text: status.rawValue),
                pid.element("idContestation", optional: contestationID),
            ] + anomalies.map { $0.element(pid) })
    }

    /// Reads a verified answer to the contestation `uuid`.
    package init(
        _ message: VerifiedMessage, to uuid: String, profile: NationalProfile
    ) throws(MessageError) {
        let pid = profile.pid
        let node = try ExchangeAnswer.business(
            of: message, named: pid.contestation.response, in: pid.vocabulary.namespace,
            profile: profile)
        try self.init(MessageReader(node, pid.vocabulary), to: uuid)
    }

    /// Reads an answer that was kept: the bytes of ``element(_:)``.
    package init(
        parsing bytes: [UInt8], to uuid: String, profile: NationalProfile
    ) throws(MessageError) {
        let pid = profile.pid
        try self.init(
            MessageReader(parsing: bytes, root: pid.contestation.response, pid.vocabulary),
            to: uuid)
    }

    private init(_ message: MessageReader, to uuid: String) throws(MessageError) {
        header = try MessageHeader(message)
        requestUUID = try message.text("uuidRequete").lowercased()
        guard requestUUID == uuid else { throw .foreignAnswer }
        decidedAt = try message.moment("dateHeure")
        status = try message.choice("statut", Status.self)
        anomalies = try message.anomalies()
        guard status == .contested else {
            guard anomalies.contains(where: { $0.level == .error }) else {
                throw .structure(what: "anomaly that explains the refusal")
            }
            contestationID = nil
            return
        }
        guard !anomalies.contains(where: { $0.level == .error }) else {
            throw .structure(what: "statut that its anomalies allow")
        }
        contestationID = try message.text("idContestation")
    }
}
