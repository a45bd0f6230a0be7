// SPDX-License-Identifier: Apache-2.0
import Coverage
package import NationalAPI

extension ExchangeService {
    /// The insured person asks for reimbursement over the exchange.
    func consent(
        _ message: InsurerRequest, _ query: NationalProfile.Consent
    ) async throws -> ConsentAnswer {
        let request = try ConsentRequest(parsing: message.business, query)
        let document = ledger.document(nationalUUID: request.documentNationalUUID)
        var answer = ConsentAnswer(
            uuid: document?.uuid ?? "", documentNationalUUID: request.documentNationalUUID,
            anomalies: [])
        if let code = message.refusal {
            answer.anomalies = [EntryCheck.closed(code)]
        } else if let document, document.person == request.person {
            answer.anomalies = try await askReimbursement(of: document.uuid)
        } else {
            answer.anomalies = [EntryCheck.unknownToPerson]
        }
        return answer
    }

    /// Asks the caisse to pay a document back to its person; asking again changes nothing.
    ///
    /// - Returns: Why it is refused, or that it was asked for before; nothing when it is asked for
    ///   now.
    package func askReimbursement(of uuid: String) async throws -> [NationalAnomaly] {
        guard var document = ledger[uuid], document.isDocument, let person = document.person else {
            return [EntryCheck.unknownToPerson]
        }
        if document.state.isCancellation {
            return [EntryCheck.error("OEC-REM-002", "Le document est annulé.")]
        }
        if document.state.isReimbursement, document.payment != nil {
            return [.repeated(profile, "Le remboursement est déjà demandé.")]
        }
        // From here on it cannot be cancelled, whatever the insurer takes its time for.
        document.state = .reimbursementAsked
        try commit(document)
        guard
            let payment = try await insurer?.reimburse(
                document: uuid, to: person, amount: document.amount ?? 0, now: now())
        else { return [] }
        document = ledger[uuid] ?? document
        document.payment = Ledger.Payment(
            reference: payment.reference, bookedOn: payment.bookedOn)
        try commit(document)
        return []
    }

    /// Hands a document over to the insured person's space.
    ///
    /// - Returns: Whether there is such a document that still counts.
    package func handOver(_ uuid: String) throws -> Bool {
        guard var document = ledger[uuid], document.isDocument,
            document.state == .received || document.state == .sent
        else { return false }
        document.state = .sent
        try commit(document)
        return true
    }

    /// A person's documents as they stand today.
    package func documents(of person: String) -> [Ledger.Entry] {
        ledger.documents(of: person).map { $0.shown(on: today) }
    }

    /// The entry of a UUID as it stands today.
    package func entry(_ uuid: String) -> Ledger.Entry? { ledger[uuid]?.shown(on: today) }

    /// Every deposit, cancellation and message of the direct payment that took effect.
    package func everythingAccepted() async -> [Ledger.Entry] {
        let entries = ledger.entries.map { $0.shown(on: today) }
        return entries + (await insurer?.ledgerEntries ?? [])
    }

    private var today: CalendarDate { CalendarDate(inLuxembourg: now()) }
}

extension EntryCheck {
    static let unknownToPerson = error(
        "OEC-REM-001", "Ce document n'est pas connu de cette personne.")
}
