// SPDX-License-Identifier: Apache-2.0
package import Coverage
package import XML

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The insurer's answer to a simulation: what each line is worth and who pays it
/// (`simulationRetour`, pid-and-reimbursement, 4.2).
package struct SimulationAnswer: Sendable, Hashable {
    package enum Status: String, Sendable, Hashable, CaseIterable {
        case accepted = "ACCEPTEE"
        case partial = "PARTIELLE"
        case refused = "REFUSEE"
        /// Nothing was simulated; the anomalies say why.
        case failed = "ERREUR"
    }

    /// One line, amounts in cents.
    package struct Line: Sendable, Hashable {
        /// The line of the request; absent of what the engine added.
        package var number: Int?
        /// The line of the request to which the engine added this one.
        package var addedTo: Int?
        /// The act as it was priced, with its suffixes.
        package var code: String?
        /// Absent when the act has none on its day.
        package var tariff: Int?
        package var opposable: Int
        package var nonOpposable: Int
        /// Percent.
        package var rate: Int?
        package var statutory: Int
        package var participation: Int
        package var anomalies: [NationalAnomaly]

        package init(
            number: Int?, addedTo: Int? = nil, code: String?, tariff: Int?, opposable: Int,
            nonOpposable: Int, rate: Int?, statutory: Int, participation: Int,
            anomalies: [NationalAnomaly] = []
        ) {
            (self.number, self.addedTo, self.code) = (number, addedTo, code)
            (self.tariff, self.opposable, self.nonOpposable) = (tariff, opposable, nonOpposable)
            (self.rate, self.statutory, self.participation) = (rate, statutory, participation)
            self.anomalies = anomalies
        }
    }

    package var header: MessageHeader
    /// The `uuid` of the simulation that is answered.
    package var requestUUID: String
    /// The insurer's identifier; absent when nothing was simulated.
    package var simulationID: String?
    package var decidedAt: Date
    /// The last moment at which the answer may be validated or contested.
    package var validUntil: Date?
    package var status: Status
    package var lines: [Line]
    /// What concerns no single line.
    package var anomalies: [NationalAnomaly]
    package var totals: PIDTotals?

    package init(
        header: MessageHeader, requestUUID: String, simulationID: String?, decidedAt: Date,
        validUntil: Date?, status: Status, lines: [Line], anomalies: [NationalAnomaly],
        totals: PIDTotals?
    ) {
        (self.header, self.requestUUID) = (header, requestUUID)
        (self.simulationID, self.decidedAt) = (simulationID, decidedAt)
        (self.validUntil, self.status) = (validUntil, status)
        (self.lines, self.anomalies, self.totals) = (lines, anomalies, totals)
    }

    /// Every anomaly, those of the lines first.
    package var allAnomalies: [NationalAnomaly] { lines.flatMap(\.anomalies) + anomalies }

    package var outcome: ExchangeOutcome<SimulationAnswer> {
        status == .failed ? .anomalies(anomalies) : .answer(self)
    }
}

extension SimulationAnswer {
    package func element(_ profile: NationalProfile) -> Element {
        let pid = profile.pid.vocabulary
        let decision: [Element?] = [
            pid.element("uuidRequete", text: requestUUID),
            pid.element("idSimulation", optional: simulationID),
            pid.element("dateHeure", text: MessageText.moment(decidedAt)),
            pid.element("validJusqua", optional: validUntil.map(MessageText.moment)),
            pid.element("statut", text: status.rawValue),
        ]
        return pid.element(
            profile.pid.simulation.response,
            header.elements(pid) + decision + lines.map { $0.element(pid) }
                + anomalies.map { $0.element(pid) } + [totals?.element(pid)])
    }

    /// Reads a verified answer to the simulation `uuid`.
    ///
    /// - Throws: It is no answer to this simulation; its outcome is unknown.
    package init(
        _ message: VerifiedMessage, to uuid: String, profile: NationalProfile
    ) throws(MessageError) {
        let pid = profile.pid
        let node = try ExchangeAnswer.business(
            of: message, named: pid.simulation.response, in: pid.vocabulary.namespace,
            profile: profile)
        try self.init(MessageReader(node, pid.vocabulary), to: uuid)
    }

    /// Reads an answer that was kept: the bytes of ``element(_:)``.
    package init(
        parsing bytes: [UInt8], to uuid: String, profile: NationalProfile
    ) throws(MessageError) {
        let pid = profile.pid
        try self.init(
            MessageReader(parsing: bytes, root: pid.simulation.response, pid.vocabulary), to: uuid)
    }

    private init(_ message: MessageReader, to uuid: String) throws(MessageError) {
        header = try MessageHeader(message)
        requestUUID = try message.text("uuidRequete").lowercased()
        guard requestUUID == uuid else { throw .foreignAnswer }
        simulationID = try message.optionalText("idSimulation")
        decidedAt = try message.moment("dateHeure")
        validUntil = try message.optionalMoment("validJusqua")
        status = try message.choice("statut", Status.self)
        lines = []
        for line in try message.children("prestation", atMost: Limits.lines) {
            lines.append(try Line(line))
        }
        anomalies = try message.anomalies()
        totals = try message.child("totaux").map { reader throws(MessageError) in
            try PIDTotals(reader)
        }
        try requireSense()
    }

    /// An answer that contradicts itself is never shown as a price.
    private func requireSense() throws(MessageError) {
        if status == .failed {
            guard anomalies.contains(where: { $0.level == .error }) else {
                throw .structure(what: "anomaly that explains the refusal")
            }
            return
        }
        guard simulationID != nil, let validUntil, let totals, !lines.isEmpty else {
            throw .structure(what: "idSimulation, validJusqua, prestation or totaux")
        }
        guard validUntil >= decidedAt else { throw .structure(what: "validJusqua after dateHeure") }
        guard totals.addsUp, lines.allSatisfy(\.addsUp),
            lines.reduce(0, { $0 + $1.opposable }) == totals.opposable,
            lines.reduce(0, { $0 + $1.nonOpposable }) == totals.nonOpposable,
            lines.reduce(0, { $0 + $1.statutory }) == totals.statutory
        else { throw .structure(what: "amounts that add up") }
        let numbers = lines.compactMap(\.number)
        guard Set(numbers).count == numbers.count else {
            throw .structure(what: "single line of each number")
        }
        guard isExplained(totals) else {
            throw .structure(what: "statut that its anomalies allow")
        }
    }

    /// Whether the status says of anomalies and amounts what stands there.
    private func isExplained(_ totals: PIDTotals) -> Bool {
        let hasError = allAnomalies.contains { $0.level == .error }
        return switch status {
        case .accepted: !hasError
        case .partial: totals.opposable > 0 && (hasError || totals.nonOpposable > 0)
        case .refused: hasError && totals.opposable == 0
        case .failed: hasError
        }
    }

    /// Checks that the answer prices the lines that were asked for, each once and for what was
    /// billed.
    ///
    /// - Parameter billed: Numbers of the request's lines, and their amounts where they name one.
    /// - Throws: It is the price of something else.
    package func requirePrice(
        of billed: [(line: Int, amount: Amount?)]
    ) throws(MessageError) {
        guard status != .failed else { return }
        let asked = Set(billed.map(\.line))
        let added = lines.compactMap(\.addedTo)
        guard Set(lines.compactMap(\.number)) == asked, asked.isSuperset(of: added) else {
            throw .structure(what: "line for each line of the request")
        }
        let amounts = Dictionary(
            billed.map { ($0.line, $0.amount) }, uniquingKeysWith: { first, _ in first })
        let isOther = lines.contains { line in
            guard let number = line.number, let amount = amounts[number] ?? nil else {
                return false
            }
            return line.opposable + line.nonOpposable != amount.cents
        }
        guard !isOther else { throw .structure(what: "price of what was billed") }
    }
}

extension SimulationAnswer: CustomStringConvertible {
    /// Without the acts.
    package var description: String {
        "SimulationAnswer(\(status.rawValue), \(simulationID ?? "-"), \(lines.count) lines)"
    }
}

extension SimulationAnswer.Line: CustomStringConvertible {
    /// Without the act.
    package var description: String { "Line(\(number.map(String.init) ?? "added"))" }
}

extension SimulationAnswer.Line {
    fileprivate var addsUp: Bool { statutory + participation == opposable }

    fileprivate func element(_ pid: Vocabulary) -> Element {
        func amount(_ name: String, _ cents: Int) -> Element {
            pid.element(name, text: MessageText.amount(cents))
        }
        let names = [
            pid.element("numeroLigne", optional: number.map(String.init)),
            pid.element("ajouteALigne", optional: addedTo.map(String.init)),
            pid.element("acteTarifie", optional: code),
            tariff.map { amount("montantTarif", $0) },
        ]
        let shares = [
            amount("montantOpposable", opposable), amount("montantNonOpposable", nonOpposable),
            pid.element("taux", optional: rate.map(String.init)),
            amount("partStatutaire", statutory),
            amount("participationPersonnelle", participation),
        ]
        return pid.element("prestation", names + shares + anomalies.map { $0.element(pid) })
    }

    fileprivate init(_ line: MessageReader) throws(MessageError) {
        number = try line.optionalInt("numeroLigne", in: Limits.lineNumbers)
        addedTo = try line.optionalInt("ajouteALigne", in: Limits.lineNumbers)
        code = try line.optionalText("acteTarifie")
        tariff = try line.optionalCents("montantTarif")
        opposable = try line.cents("montantOpposable")
        nonOpposable = try line.cents("montantNonOpposable")
        rate = try line.optionalInt("taux", in: 0...100)
        statutory = try line.cents("partStatutaire")
        participation = try line.cents("participationPersonnelle")
        anomalies = try line.anomalies()
    }
}
