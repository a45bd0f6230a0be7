// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import JSON
import NationalAPI
import XML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Something that took effect: what changes the book, and what the journal keeps.
struct InsurerEvent: Sendable {
    enum Effect: Sendable {
        case simulated(InsurerBook.Simulation)
        case validated(PaymentOrder)
        case contested(simulationID: String, contestationID: String)
        case reimbursed(Reimbursement)
    }

    var effect: Effect
    /// The message that led to it; a reimbursement is asked for in many ways.
    var exchange: InsurerBook.Exchange?
}

// MARK: As a line of the journal

extension InsurerEvent {
    private enum Kind: String, CaseIterable { case simulated, validated, contested, reimbursed }

    var json: JSONValue {
        var members = exchange.map { [JSONMember("exchange", $0.json)] } ?? []
        switch effect {
        case .simulated(let simulation):
            members += [
                JSONMember("kind", .string(Kind.simulated.rawValue)),
                JSONMember("simulation", simulation.json),
            ]
        case .validated(let payment):
            members += [
                JSONMember("kind", .string(Kind.validated.rawValue)),
                JSONMember("payment", payment.json()),
                JSONMember("number", payment.statementNumber.map(JSONValue.string) ?? nil),
            ]
        case .contested(let simulationID, let contestationID):
            members += [
                JSONMember("kind", .string(Kind.contested.rawValue)),
                JSONMember("simulationID", .string(simulationID)),
                JSONMember("contestationID", .string(contestationID)),
            ]
        case .reimbursed(let payment):
            members += [
                JSONMember("kind", .string(Kind.reimbursed.rawValue)),
                JSONMember("reimbursement", payment.json(effects: 1)),
            ]
        }
        return .object(members)
    }

    /// - Parameter register: Gives a simulation's person his magic effect again.
    init(_ line: JSONReader, register: Register) throws(JSONReadingError) {
        exchange = try line.optional("exchange").map { reader throws(JSONReadingError) in
            try InsurerBook.Exchange(reader)
        }
        switch try line.member("kind").choice(Kind.self) {
        case .simulated:
            var simulation = try InsurerBook.Simulation(line.member("simulation"))
            simulation.effect = register.person(matricule: simulation.matricule.digits)?.effect
            effect = .simulated(simulation)
        case .validated:
            var payment = try PaymentOrder(line.member("payment"))
            payment.statementNumber = try line.optional("number")?.string()
            effect = .validated(payment)
        case .contested:
            effect = .contested(
                simulationID: try line.member("simulationID").string(),
                contestationID: try line.member("contestationID").string())
        case .reimbursed:
            effect = .reimbursed(try Reimbursement(line.member("reimbursement")))
        }
    }
}

extension InsurerBook.Exchange {
    fileprivate var json: JSONValue {
        [
            "uuid": .string(uuid), "model": .string(model), "sender": .string(sender),
            "digest": .string(digest),
            "receivedAt": .string(receivedAt.journalText),
            "answer": .string(String(decoding: Writer.bytes(of: answer), as: UTF8.self)),
        ]
    }

    fileprivate init(_ item: JSONReader) throws(JSONReadingError) {
        uuid = try item.member("uuid").string()
        model = try item.member("model").string()
        sender = try item.member("sender").string()
        digest = try item.member("digest").string()
        receivedAt = try item.member("receivedAt").moment()
        let kept = try item.member("answer")
        let bytes = Array(try kept.string().utf8)
        guard let document = try? XMLDocument(parsing: bytes) else {
            throw kept.unexpected("an XML document")
        }
        answer = document.root.value()
    }
}

extension InsurerBook.Simulation {
    fileprivate var json: JSONValue {
        var members = [
            JSONMember("id", .string(id)), JSONMember("uuid", .string(uuid)),
            JSONMember("provider", .string(providerCode)),
            JSONMember("performers", .array(performers.sorted().map(JSONValue.string))),
            JSONMember("matricule", .string(matricule.digits)),
            JSONMember("content", .string(content)),
            JSONMember("validUntil", .string(validUntil.journalText)),
            JSONMember("totals", .array(totals.cents.map(JSONValue.int))),
            JSONMember("statementsBefore", .int(statementsBefore)),
        ]
        members += counts.members
        if let statementNumber {
            members.append(JSONMember("number", .string(statementNumber.text)))
        }
        return .object(members)
    }

    fileprivate init(_ item: JSONReader) throws(JSONReadingError) {
        id = try item.member("id").string()
        uuid = try item.member("uuid").string()
        providerCode = try item.member("provider").string()
        performers = []
        for performer in try item.member("performers").elements() {
            performers.insert(try performer.string())
        }
        let number = try item.member("matricule")
        guard let matricule = Matricule(try number.string()) else {
            throw number.unexpected("13 digits")
        }
        self.matricule = matricule
        statementNumber = StatementNumber(try item.optional("number")?.string())
        content = try item.member("content").string()
        validUntil = try item.member("validUntil").moment()
        totals = try PIDTotals(journal: item.member("totals"))
        statementsBefore = try item.member("statementsBefore").int()
        counts = try CountedPast(journal: item)
        (bill, effect, state) = (nil, nil, .open)
    }
}

extension CountedPast {
    fileprivate var members: [JSONMember] {
        let used = baseAmounts.sorted { $0.key < $1.key }.map {
            JSONMember("\($0.key)", .int($0.value))
        }
        return [
            JSONMember("acts", .array(acts.map(\.journalJSON))),
            JSONMember("baseAmounts", .object(used)),
        ]
    }

    fileprivate init(journal item: JSONReader) throws(JSONReadingError) {
        for act in try item.member("acts").elements() {
            acts.append(try CountedAct(journal: act))
        }
        for (name, amount) in try item.member("baseAmounts").members() {
            guard let year = Int(name) else { throw amount.unexpected("a year") }
            baseAmounts[year] = try amount.int()
        }
    }
}

extension PaymentOrder {
    fileprivate init(_ item: JSONReader) throws(JSONReadingError) {
        reference = try item.member("reference").string()
        statementID = try item.member("statementID").string()
        simulationID = try item.member("simulationID").string()
        uuid = try item.member("uuid").string()
        providerCode = try item.member("provider").string()
        transfer = try item.member("transfer").choice(ValidationAnswer.Transfer.self)
        let money = try item.member("amount")
        guard let amount = Amount(try money.string()) else { throw money.unexpected("an amount") }
        self.amount = amount.cents
        bookedOn = try item.member("bookedOn").calendarDate()
        statementNumber = nil
    }
}

extension PIDTotals {
    fileprivate var cents: [Int] {
        [total, opposable, nonOpposable, statutory, participation, convenances]
    }

    fileprivate init(journal item: JSONReader) throws(JSONReadingError) {
        var cents: [Int] = []
        for element in try item.elements() { cents.append(try element.int()) }
        guard cents.count == 6 else { throw item.unexpected("six amounts") }
        self.init(
            total: cents[0], opposable: cents[1], nonOpposable: cents[2], statutory: cents[3],
            participation: cents[4], convenances: cents[5])
    }
}

extension CountedAct {
    fileprivate var journalJSON: JSONValue {
        var members = [
            JSONMember("date", .string("\(act.date)")), JSONMember("code", .string(act.code)),
            JSONMember("quantity", .int(act.quantity)),
            JSONMember("performer", .string(performer)),
        ]
        if let time = act.time { members.append(JSONMember("time", .string("\(time)"))) }
        return .object(members)
    }

    fileprivate init(journal item: JSONReader) throws(JSONReadingError) {
        performer = try item.member("performer").string()
        act = PastAct(
            date: try item.member("date").calendarDate(),
            time: try item.optional("time").flatMap { reader throws(JSONReadingError) in
                ClockTime(try reader.string())
            },
            code: try item.member("code").string(), quantity: try item.member("quantity").int())
    }
}

extension Date {
    fileprivate var journalText: String {
        formatted(ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}

extension JSONReader {
    fileprivate func moment() throws(JSONReadingError) -> Date {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        guard let date = try? Date(string(), strategy: style) else { throw unexpected("a time") }
        return date
    }

    func calendarDate() throws(JSONReadingError) -> CalendarDate {
        guard let day = CalendarDate(try string()) else { throw unexpected("a date") }
        return day
    }
}

extension InsurerEvent: CustomStringConvertible {
    /// Without the patient and the acts.
    var description: String { "InsurerEvent(\(exchange?.description ?? "reimbursement"))" }
}
