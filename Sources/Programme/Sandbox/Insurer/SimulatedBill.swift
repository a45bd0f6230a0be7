// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import Trust

/// What a simulation asks, read once: who bills whom for which acts.
///
/// Read through the pack's paths and `coverage` roles, so that no element name stands here.
struct SimulatedBill: Sendable {
    let uuid: String
    let providerCode: String
    let matricule: String
    let statementNumber: String?
    let isAccident: Bool
    let birthDate: CalendarDate
    /// Line number and code.
    let executants: [(line: Int, code: String)]
    let prescribers: [(line: Int, code: String)]
    /// Line number and day.
    let days: [(line: Int, day: CalendarDate)]
    /// Digest of everything that makes two simulations the same business.
    let content: String
    /// Without speciality, devices and history.
    let request: PricingRequest

    /// - Throws: The simulation names acts that cannot be read.
    init(_ document: CheckedDocument) throws(BillingError) {
        let (pack, root) = (document.pack, document.root)
        let paths = pack.manifest.coverage
        func text(_ role: BillingRole, in element: FormElement) -> String? {
            paths[role.rawValue].flatMap { element.first($0)?.text }
        }
        request = try pack.bill(of: root, BillingContext(speciality: ""))
        uuid = document.uuid
        providerCode = document.providerCode ?? ""
        matricule = text(.matricule, in: root) ?? ""
        statementNumber = document.number
        isAccident = paths[BillingRole.accident.rawValue].flatMap { root.first($0) } != nil
        birthDate = request.birthDate
        let lines = paths[BillingRole.line.rawValue].map { root.all($0) } ?? []
        let numbered = zip(request.lines.map(\.number), lines)
        executants = numbered.compactMap { number, line in
            text(.executant, in: line).map { (number, $0) }
        }
        prescribers = numbered.compactMap { number, line in
            text(.prescriber, in: line).map { (number, $0) }
        }
        days = request.lines.map { [date = request.date] in ($0.number, $0.date ?? date) }
        content = Self.digest([providerCode, matricule], request)
    }

    /// Everybody in whose name the message may be signed.
    var performers: Set<String> { Set([providerCode] + executants.map(\.code)) }

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
