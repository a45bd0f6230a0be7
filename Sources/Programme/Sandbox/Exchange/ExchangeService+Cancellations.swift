// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import NationalAPI

extension ExchangeService {
    /// Takes a document back; the same bytes again get the first answer, and a refused
    /// cancellation leaves no trace.
    ///
    /// Until the insured person asks for reimbursement a document can be taken back
    /// (forms.md 4.4, 6); our reading, as the limit is not published.
    func cancel(
        _ message: InsurerRequest, _ names: NationalProfile.Cancellation
    ) throws -> CancellationAnswer {
        let request = try CancellationRequest(parsing: message.business, names)
        if let code = message.refusal {
            return .refused(request, EntryCheck.closed(code))
        }
        if let known = ledger[request.uuid] {
            guard known.sha256 == message.digest, known.sender == message.eHealthID else {
                return .refused(request, EntryCheck.reused)
            }
            return CancellationAnswer(
                uuid: known.uuid, nationalUUID: known.nationalUUID,
                anomalies: [.repeated(profile, "Cette annulation a déjà été reçue.")])
        }
        let document = message.isUnknown ? nil : document(of: request, for: message)
        if let refusal = refusal(of: request, document, model: message.model) {
            return .refused(request, refusal)
        }
        guard let document else { throw MessageError.structure(what: "UUIDDocumentAnnule") }
        return try settle(request, document, message)
    }

    /// The document, if the acting person may dispose of it: whoever handed it over, the provider,
    /// or a delegate of his.
    private func document(
        of request: CancellationRequest, for message: InsurerRequest
    ) -> Ledger.Entry? {
        guard let document = ledger.document(nationalUUID: request.documentNationalUUID) else {
            return nil
        }
        if document.sender == message.eHealthID { return document }
        guard let code = document.provider else { return nil }
        let isProvider = register.provider(code: code)?.eHealthID == message.eHealthID
        let isDelegate = mandates.allow(
            message.eHealthID, for: code, scope: document.form ?? "",
            on: CalendarDate(inLuxembourg: now()))
        return isProvider || isDelegate ? document : nil
    }

    private func refusal(
        of request: CancellationRequest, _ document: Ledger.Entry?, model: String
    ) -> NationalAnomaly? {
        guard FormUUID.isVersion4(request.uuid) else {
            return EntryCheck.error("OEC-XML-003", "L'UUID de l'annulation n'est pas de version 4.")
        }
        guard let document else {
            return EntryCheck.error("OEC-ANN-001", "Le document à annuler n'est pas connu.")
        }
        let deposit = document.form.flatMap { packs.pack(id: $0)?.manifest.deposit }
        if let deposit, deposit.cancellationModel != model {
            return EntryCheck.error(
                "OEC-XML-002", "Le modèle du message ne correspond pas au document.")
        }
        if document.state.isCancellation {
            return EntryCheck.error("OEC-ANN-002", "Le document est déjà annulé.")
        }
        if document.state.isReimbursement {
            return EntryCheck.error(
                "OEC-ANN-003", "Le remboursement du document est déjà demandé.")
        }
        guard request.kind == .replacing, !canReplace(document, request.replacement) else {
            return nil
        }
        return EntryCheck.error("OEC-ANN-004", "Le document remplaçant manque.")
    }

    /// Whether a UUID can take the place of a document: it is not yet there, or stands there as a
    /// document that counts.
    private func canReplace(_ document: Ledger.Entry, _ replacement: String?) -> Bool {
        guard let replacement, FormUUID.isVersion4(replacement), replacement != document.uuid
        else { return false }
        guard let other = ledger[replacement] else { return true }
        return other.isDocument && !other.state.isCancellation
            && other.provider == document.provider
    }

    private func settle(
        _ request: CancellationRequest, _ document: Ledger.Entry, _ message: InsurerRequest
    ) throws -> CancellationAnswer {
        var cancellation = Ledger.Entry(
            uuid: request.uuid, nationalUUID: makeUUID(), model: message.model, receivedAt: now(),
            sha256: message.digest, sender: message.eHealthID)
        (cancellation.cancels, cancellation.provider) = (document.uuid, document.provider)
        var document = document
        document.state = request.kind == .simple ? .canceled : .cancelReplaced
        (document.cancelledBy, document.replacedBy) = (request.uuid, request.replacement)
        let taken = ledger.takingEffect(cancellation)
        if var replacement = request.replacement.flatMap({ ledger[$0] }) {
            replacement.replaces = document.uuid
            try commit(taken, document, replacement)
        } else {
            try commit(taken, document)
        }
        return CancellationAnswer(
            uuid: request.uuid, nationalUUID: cancellation.nationalUUID, anomalies: [])
    }
}

extension CancellationAnswer {
    fileprivate static func refused(
        _ request: CancellationRequest, _ anomaly: NationalAnomaly
    ) -> CancellationAnswer {
        CancellationAnswer(uuid: request.uuid, nationalUUID: nil, anomalies: [anomaly])
    }
}
