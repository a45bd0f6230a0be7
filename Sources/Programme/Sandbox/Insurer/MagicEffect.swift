// SPDX-License-Identifier: Apache-2.0
import Coverage
import JSON

/// What a magic person forces, whatever else a message says.
package enum MagicEffect: Sendable, Hashable {
    /// A step of the direct payment that can be made to fail.
    package enum Step: String, Sendable, Hashable, CaseIterable { case simulation, validation }

    /// Every simulation is refused with this anomaly.
    case anomaly(code: String, text: String?)
    /// Every line carries this anomaly; one that is an error takes the line out.
    case lines(code: String)
    case slow(Step, milliseconds: Int)
    /// HTTP 503 before anything happens.
    case unavailable(Step)
    /// The first answer is lost after everything happened; the same message again gets it.
    case lostAnswer(Step)
    /// The payment goes by ordinary transfer.
    case deferredPayment
    /// The simulation is valid for no time at all.
    case expiresAtOnce

    private enum Kind: String, CaseIterable {
        case anomaly, lines, slow, unavailable
        case lostAnswer = "lost-answer"
        case deferredPayment = "deferred-payment"
        case expiresAtOnce = "expires-at-once"
    }

    init(_ item: JSONReader) throws(JSONReadingError) {
        switch try item.member("kind").choice(Kind.self) {
        case .anomaly:
            self = .anomaly(
                code: try item.member("anomaly").string(),
                text: try item.optional("text")?.string())
        case .lines: self = .lines(code: try item.member("anomaly").string())
        case .slow:
            self = .slow(
                try item.member("step").choice(Step.self),
                milliseconds: try item.member("milliseconds").int(in: 1...600_000))
        case .unavailable: self = .unavailable(try item.member("step").choice(Step.self))
        case .lostAnswer: self = .lostAnswer(try item.member("step").choice(Step.self))
        case .deferredPayment: self = .deferredPayment
        case .expiresAtOnce: self = .expiresAtOnce
        }
    }

    /// One line of `sandbox --list`.
    package var description: String {
        switch self {
        case .anomaly(let code, _): "simulation refused with \(code)"
        case .lines(let code): "\(code) on every line"
        case .slow(let step, let milliseconds): "\(step) answered after \(milliseconds) ms"
        case .unavailable(let step): "\(step) unavailable (503)"
        case .lostAnswer(let step): "first answer to a \(step) lost"
        case .deferredPayment: "paid by ordinary transfer, booked the next day"
        case .expiresAtOnce: "simulation expires at once (OEC-PID-002)"
        }
    }
}

/// The magic values as people read them.
package enum MagicValues {
    /// The table that `sandbox --list` prints.
    package static func table(_ register: Register) -> String {
        let providers = register.providers.dropLast(register.crowd.providers).map { provider in
            "  \(provider.code)  \(provider.givenName) \(provider.surname), "
                + "\(provider.speciality), eHealth ID \(provider.eHealthID)"
                + note(remarks(provider))
        }
        let persons = register.persons.dropLast(register.crowd.persons).map { person in
            "  \(person.matricule)  \(person.fund)\(note(remarks(person)))"
        }
        let acts = register.magicActs.sorted { $0.key < $1.key }.map { "  \($0.key)  \($0.value)" }
        let crowd =
            "for load tests: \(register.crowd.providers) providers from "
            + "\(register.providers.suffix(register.crowd.providers).first?.code ?? "-") on, "
            + "\(register.crowd.persons) persons (Data/sandbox/register.json)"
        return
            (["providers (fictitious)"] + providers + ["persons (fictitious)"] + persons
            + ["acts that force an anomaly"] + acts + [crowd]).joined(separator: "\n")
    }

    private static func note(_ remarks: [String]) -> String {
        remarks.isEmpty ? "" : ": " + remarks.joined(separator: "; ")
    }

    private static func remarks(_ provider: Register.Provider) -> [String] {
        var remarks: [String] = []
        if !provider.hasActiveEHealthID { remarks.append("eHealth ID not active (OEC-PID-004)") }
        if !provider.hasActiveSpace { remarks.append("no active MySecu space (OEC-PID-004)") }
        if !provider.hasWebServices { remarks.append("web services switched off (OEC-PID-004)") }
        if !provider.takesInstantTransfers { remarks.append("paid by ordinary transfer") }
        if !provider.devices.isEmpty {
            let codes = provider.devices.map(\.code).joined(separator: ", ")
            remarks.append("declared device \(codes)")
        }
        return remarks
    }

    private static func remarks(_ person: Register.Person) -> [String] {
        let rights = person.rights.map { right in
            "covered from \(right.from)" + (right.to.map { " to \($0)" } ?? "")
                + ", else OEC-PAT-002"
        }
        return rights + [person.effect?.description].compactMap { $0 }
    }
}
