// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import NationalAPI
import Trust
import XML

extension ExchangeService {
    /// Takes a form; the same bytes again get the first answer.
    func deposit(_ message: InsurerRequest) async throws -> DepositAnswer {
        if let code = message.refusal {
            return .refused(message.uuid ?? "", [EntryCheck.closed(code)])
        }
        let (form, now) = (message.business, now())
        let today = CalendarDate(inLuxembourg: now)
        let finding = try await EntryCheck(
            packs: packs, register: register, mandates: mandates, trust: trust, profile: profile,
            lists: lists(), now: now, today: today
        ).check(form, model: message.model)
        keep(finding.report, on: form, uuid: finding.uuid)
        var amount: Int?
        if !finding.isRefused, let document = finding.document {
            amount = await insurer?.reimbursable(document)
        }
        // Nothing is awaited from here on: two deposits of one form cannot pass together.
        if let known = ledger[finding.uuid] {
            return known.sha256 == message.digest
                ? .repeated(known, profile) : .refused(finding.uuid, [EntryCheck.reused])
        }
        guard !finding.isRefused, let document = finding.document else {
            return .refused(finding.uuid, finding.anomalies)
        }
        var entry = Ledger.Entry(
            uuid: document.uuid, nationalUUID: makeUUID(), model: message.model, receivedAt: now,
            sha256: message.digest, sender: message.eHealthID)
        entry.provider = document.providerCode
        entry.form = document.pack.id
        entry.person = document.pack.manifest.coverage["matricule"].flatMap(document.value)
        (entry.amount, entry.replaces) = (amount, ledger.document(replacedBy: document.uuid))
        try commit(ledger.takingEffect(entry))
        return DepositAnswer(
            uuid: entry.uuid, nationalUUID: entry.nationalUUID, anomalies: finding.anomalies)
    }

    /// What became of a document, a cancellation or a message, for its sender alone.
    func status(
        _ message: InsurerRequest, _ query: NationalProfile.StatusQuery
    ) async throws -> InsurerReply {
        let uuid = try StatusRequest(parsing: message.business, query).uuid
        var answer = StatusAnswer(uuid: uuid, knowledge: .unknown)
        if message.isUnknown { return InsurerReply(answer: try answer.element(query)) }
        let known = await insurer?.exchange(uuid, of: message.eHealthID)
        if known?.effect == .unavailable(.status) { return .unavailable }
        if let entry = ledger[uuid], entry.sender.map({ $0 == message.eHealthID }) ?? true {
            answer.knowledge = .known(receivedAt: entry.receivedAt, answer: receipt(of: entry))
        } else if let known {
            answer.knowledge = .known(
                receivedAt: known.receivedAt, answer: Writer.bytes(of: known.answer))
        }
        return InsurerReply(
            answer: try answer.element(query),
            delayInMilliseconds: known?.effect?.delay(of: .status) ?? 0)
    }

    /// What was answered when the entry was made.
    private func receipt(of entry: Ledger.Entry) -> [UInt8] {
        if !entry.isDocument, let names = profile.cancellation(model: entry.model) {
            let answer = CancellationAnswer(
                uuid: entry.uuid, nationalUUID: entry.nationalUUID, anomalies: [])
            return Writer.bytes(of: answer.element(names, profile))
        }
        let answer = DepositAnswer(
            uuid: entry.uuid, nationalUUID: entry.nationalUUID, anomalies: [])
        return Writer.bytes(of: answer.element(profile))
    }
}

extension DepositAnswer {
    static func refused(_ uuid: String, _ anomalies: [NationalAnomaly]) -> DepositAnswer {
        DepositAnswer(uuid: uuid, nationalUUID: nil, anomalies: anomalies)
    }

    fileprivate static func repeated(
        _ entry: Ledger.Entry, _ profile: NationalProfile
    ) -> DepositAnswer {
        DepositAnswer(
            uuid: entry.uuid, nationalUUID: entry.nationalUUID,
            anomalies: [.repeated(profile, "Ce document a déjà été reçu.")])
    }
}

extension NationalAnomaly {
    /// The same bytes came before: a success for their sender.
    static func repeated(_ profile: NationalProfile, _ text: String) -> NationalAnomaly {
        NationalAnomaly(
            level: .information, code: profile.depositAnswer.duplicateCode, text: text)
    }
}

extension EntryCheck {
    static let reused = error("OEC-DUP-001", "L'UUID a déjà servi pour un autre contenu.")

    /// The service does not work just now.
    static func closed(_ code: String) -> NationalAnomaly {
        error(
            code,
            code == "OEC-TEC-002"
                ? "Le service est surchargé ; réessayez plus tard." : "Le service est fermé.")
    }
}
