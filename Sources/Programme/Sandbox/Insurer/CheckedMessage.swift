// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import NationalAPI

/// A message of PID as its pack finds it.
struct CheckedMessage: Sendable {
    /// Lower case; the answer refers to it.
    var uuid: String
    /// Absent when the message breaks its pack.
    var document: CheckedDocument?
    var anomalies: [NationalAnomaly]

    var isRefused: Bool { anomalies.contains { $0.level == .error } }

    func adding(_ more: [NationalAnomaly]) -> CheckedMessage {
        var message = self
        message.anomalies += more
        return message
    }
}

extension Insurer {
    /// Checks a message against its pack.
    ///
    /// - Throws: It names no UUID, so that nobody can answer it.
    nonisolated func check(
        _ request: InsurerRequest, _ operation: NationalProfile.Operation
    ) throws -> CheckedMessage {
        let result = try packs.check(
            .xml(request.business), today: CalendarDate(inLuxembourg: request.now),
            kinds: [.message])
        var anomalies = result.anomalies.map { NationalAnomaly($0) }
        if let code = request.refusal {
            anomalies.append(NationalAnomaly(tariffs.anomaly(code, source: "service")))
        }
        let isOfOperation = result.pack?.manifest.root.element == operation.request
        if !isOfOperation {
            anomalies.append(
                .error("OEC-XML-002", "Le modèle du message ne correspond pas à son contenu."))
        }
        let uuid =
            result.document?.uuid
            ?? result.pack.flatMap {
                EntryCheck.uuid(in: request.business, at: $0.manifest.paths.uuid)
            } ?? ""
        guard !uuid.isEmpty else { throw MessageError.structure(what: "uuid") }
        return CheckedMessage(
            uuid: uuid, document: isOfOperation ? result.document : nil, anomalies: anomalies)
    }
}
