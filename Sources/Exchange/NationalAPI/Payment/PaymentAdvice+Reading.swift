// SPDX-License-Identifier: Apache-2.0
import XML

extension PaymentAdvice {
    /// Reads a verified answer for the provider `providerCode`.
    package init(
        _ message: VerifiedMessage, to providerCode: String, profile: NationalProfile
    ) throws(MessageError) {
        let iso = NationalProfile.PaymentAdviceQuery.isoVocabulary
        let node = try ExchangeAnswer.business(
            of: message, named: "Document", in: iso.namespace, profile: profile)
        try self.init(MessageReader(node, iso), to: providerCode)
    }

    /// Reads an advice that was kept.
    package init(parsing bytes: [UInt8], to providerCode: String) throws(MessageError) {
        let iso = NationalProfile.PaymentAdviceQuery.isoVocabulary
        try self.init(MessageReader(parsing: bytes, root: "Document", iso), to: providerCode)
    }

    private init(_ document: MessageReader, to providerCode: String) throws(MessageError) {
        let message = try document.required("BkToCstmrDbtCdtNtfctn")
        let header = try message.required("GrpHdr")
        let notification = try message.required("Ntfctn")
        id = try header.text("MsgId")
        createdAt = try header.moment("CreDtTm")
        self.providerCode = try notification.required("Acct").required("Id").required("Othr")
            .text("Id")
        guard self.providerCode == providerCode else { throw .foreignAnswer }
        entries = []
        for entry in try notification.children("Ntry", atMost: Limits.entries) {
            entries.append(try Entry(entry))
        }
    }
}

extension PaymentAdvice.Entry {
    /// Only a booked credit in euro is one.
    fileprivate init(_ entry: MessageReader) throws(MessageError) {
        guard try entry.required("Amt").node.attribute("Ccy") == "EUR",
            try entry.text("CdtDbtInd") == "CRDT", try entry.required("Sts").text("Cd") == "BOOK"
        else { throw .structure(what: "booked credit in euro") }
        amount = try entry.cents("Amt")
        bookedOn = try entry.required("BookgDt").day("Dt")
        let family = try entry.required("BkTxCd").required("Domn").required("Fmly").text("Cd")
        transfer = family == "RRCT" ? .instant : .ordinary
        let details = try entry.required("NtryDtls").required("TxDtls")
        reference = try details.required("Refs").text("EndToEndId")
        remittance = try details.child("RmtInf")?.optionalText("Ustrd") ?? ""
    }
}
