// SPDX-License-Identifier: Apache-2.0
package import Coverage
package import XML

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Asks for the payment advice of a provider: what was credited to him.
package struct PaymentAdviceRequest: Sendable, Hashable {
    package var uuid: String
    package var providerCode: String
    /// One payment only.
    package var reference: String?

    package init(uuid: String, providerCode: String, reference: String? = nil) {
        (self.uuid, self.providerCode, self.reference) = (uuid, providerCode, reference)
    }

    package func bytes(_ query: NationalProfile.PaymentAdviceQuery) -> [UInt8] {
        let names = query.vocabulary
        return Writer.bytes(
            of: names.element(
                query.operation.request,
                [
                    names.element("uuid", text: uuid),
                    names.element("codePrestataire", text: providerCode),
                    names.element("referencePaiement", optional: reference),
                ]))
    }

    package init(
        parsing bytes: [UInt8], _ query: NationalProfile.PaymentAdviceQuery
    ) throws(MessageError) {
        let message = try MessageReader(
            parsing: bytes, root: query.operation.request, query.vocabulary)
        uuid = try message.text("uuid").lowercased()
        providerCode = try message.text("codePrestataire")
        reference = try message.optionalText("referencePaiement")
    }
}

/// What was credited to one provider: ISO 20022 BankToCustomerDebitCreditNotification,
/// camt.054.001.08, as far as a practice needs it to reconcile.
package struct PaymentAdvice: Sendable, Hashable {
    /// One credit.
    package struct Entry: Sendable, Hashable {
        /// EndToEndId: the `referencePaiement` of the validation; at most 35 characters.
        package var reference: String
        /// In cents of euro.
        package var amount: Int
        package var bookedOn: CalendarDate
        package var transfer: ValidationAnswer.Transfer
        /// Unstructured remittance, at most 140 characters.
        package var remittance: String

        package init(
            reference: String, amount: Int, bookedOn: CalendarDate,
            transfer: ValidationAnswer.Transfer, remittance: String
        ) {
            (self.reference, self.amount, self.bookedOn) = (reference, amount, bookedOn)
            (self.transfer, self.remittance) = (transfer, remittance)
        }
    }

    /// At most 35 characters.
    package var id: String
    package var createdAt: Date
    /// Whose account it is.
    package var providerCode: String
    package var entries: [Entry]

    package init(id: String, createdAt: Date, providerCode: String, entries: [Entry]) {
        (self.id, self.createdAt) = (id, createdAt)
        (self.providerCode, self.entries) = (providerCode, entries)
    }
}

extension PaymentAdvice {
    private static let currency = "EUR"

    private static func node(_ name: String, _ children: Element...) -> Element {
        Element(.init(name, in: NationalProfile.PaymentAdviceQuery.isoNamespace), children)
    }

    private static func leaf(_ name: String, _ text: String) -> Element {
        Element(.init(name, in: NationalProfile.PaymentAdviceQuery.isoNamespace), text: text)
    }

    private static func amount(_ cents: Int) -> Element {
        Element(
            .init("Amt", in: NationalProfile.PaymentAdviceQuery.isoNamespace),
            attributes: [.init("Ccy", currency)], text: MessageText.amount(cents))
    }

    /// The `Document`, its elements in the order of the message definition.
    package var element: Element {
        let created = Self.leaf("CreDtTm", MessageText.moment(createdAt))
        let header = Self.node("GrpHdr", Self.leaf("MsgId", id), created)
        let account = Self.node(
            "Acct", Self.node("Id", Self.node("Othr", Self.leaf("Id", providerCode))),
            Self.leaf("Ccy", Self.currency))
        var notification = Self.node("Ntfctn", Self.leaf("Id", id), created, account)
        notification.children += entries.map { .element(Self.entry($0)) }
        return Self.node("Document", Self.node("BkToCstmrDbtCdtNtfctn", header, notification))
    }

    private static func entry(_ entry: Entry) -> Element {
        node(
            "Ntry", amount(entry.amount), leaf("CdtDbtInd", "CRDT"),
            node("Sts", leaf("Cd", "BOOK")),
            node("BookgDt", leaf("Dt", entry.bookedOn.description)),
            node("ValDt", leaf("Dt", entry.bookedOn.description)), code(of: entry.transfer),
            node("NtryDtls", transaction(entry)))
    }

    private static func transaction(_ entry: Entry) -> Element {
        node(
            "TxDtls", node("Refs", leaf("EndToEndId", entry.reference)), amount(entry.amount),
            leaf("CdtDbtInd", "CRDT"), node("RmtInf", leaf("Ustrd", entry.remittance)))
    }

    /// Received credit transfer: real-time or ordinary, both SEPA.
    private static func code(of transfer: ValidationAnswer.Transfer) -> Element {
        let family =
            switch transfer {
            case .instant: "RRCT"
            case .ordinary: "RCDT"
            }
        return node(
            "BkTxCd",
            node(
                "Domn", leaf("Cd", "PMNT"),
                node("Fmly", leaf("Cd", family), leaf("SubFmlyCd", "ESCT"))))
    }
}
