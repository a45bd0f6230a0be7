// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import Trust

/// What a simulation asks, read once: who bills whom for which acts.
///
/// Read through the pack's paths and `coverage` roles, so that no element name stands here.
struct SimulatedBill: Sendable {
    let uuid: String
    /// Who bills.
    let providerCode: String
    let matricule: Matricule
    /// The practice's own number of the fee statement.
    let statementNumber: StatementNumber?
    let parties: BillingParties
    /// Digest of who bills whom for which acts: the same business under any UUID. What was billed
    /// for an act, and where it took place, does not make it another.
    let content: String
    /// Without speciality, devices and history.
    let request: PricingRequest

    /// - Throws: The simulation names acts that cannot be read.
    init(_ document: CheckedDocument) throws(BillingError) {
        let (pack, root) = (document.pack, document.root)
        parties = try pack.parties(of: root)
        guard let providerCode = document.providerCode else { throw .noBill(pack: pack.id) }
        guard let matricule = parties.matricule else { throw .birthDateUnknown(pack: pack.id) }
        // Each performer's speciality takes this one's place before anything is priced.
        request = try pack.bill(of: root, BillingContext(speciality: ""))
        (self.providerCode, self.matricule, uuid) = (providerCode, matricule, document.uuid)
        statementNumber = StatementNumber(document.number)
        content = Self.digest([providerCode, matricule.digits], request)
    }

    /// The birth date that the matricule or the form gives.
    var birthDate: CalendarDate { request.birthDate }

    /// Line number and day.
    var days: [(line: Int, day: CalendarDate)] {
        request.lines.map { ($0.number, $0.date ?? request.date) }
    }

    /// Everybody in whose name the message may be signed.
    var performers: Set<String> { Set([providerCode] + parties.lines.compactMap(\.executant)) }

    private static func digest(_ parties: [String], _ request: PricingRequest) -> String {
        let acts = request.lines.map { line in
            [
                line.code, line.suffixes.sorted().joined(), "\(line.quantity)",
                "\(line.date ?? request.date)", line.time.map { "\($0)" } ?? "", line.tooth ?? "",
            ].joined(separator: " ")
        }
        let text = (parties + acts.sorted()).joined(separator: "\n")
        return DigestAlgorithm.sha256.digest(Array(text.utf8)).bytes.hexText
    }
}

extension SimulatedBill: CustomStringConvertible {
    /// Without the patient and the acts.
    var description: String { "SimulatedBill(\(uuid), \(request.lines.count) lines)" }
}

/// A practice's own number of a fee statement, without the blanks around it.
struct StatementNumber: Sendable, Hashable, CustomStringConvertible {
    let text: String

    /// - Returns: `nil` for no number, or one of blanks alone.
    init?(_ text: String?) {
        let trimmed = (text ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !trimmed.isEmpty else { return nil }
        self.text = trimmed
    }

    var description: String { text }
}
