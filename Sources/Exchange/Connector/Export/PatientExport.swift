// SPDX-License-Identifier: Apache-2.0
package import FormPacks
import JSON
import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Everything this installation keeps of one person: documents, receipts, and where the audit speaks
/// of them (DP-06).
package struct PatientExport: Sendable {
    private let store: SealedStore
    private let now: @Sendable () -> Date

    package init(_ store: SealedStore, now: @escaping @Sendable () -> Date) {
        (self.store, self.now) = (store, now)
    }

    /// A file of the export.
    package struct File: Sendable {
        package var name: String
        package var bytes: [UInt8]
    }

    /// Hands out the files one after the other, the list of them last; the export is audited.
    ///
    /// - Returns: How many forms name the person.
    package func write(
        of person: Matricule, to receive: @Sendable (File) async throws -> Void
    ) async throws -> Int {
        var query = TransmissionQuery(
            lookup: store.lookup(person.digits), limit: Limits.exportedForms)
        var list: [JSONValue] = []
        while true {
            let page = try await store.transmissions(query)
            for form in page { list.append(try await write(form, to: receive)) }
            guard page.count == query.limit, let last = page.last else { break }
            query.after = .init(acceptedAt: last.acceptedAt, uuid: last.uuid)
        }
        let index: JSONValue = [
            "exportedAt": .string(now().formatted(.iso8601)), "forms": .array(list),
        ]
        try await receive(File(name: "index.json", bytes: index.serialized(.pretty)))
        try await store.put(
            Array("\(list.count)".utf8), as: "export/last",
            audit: AuditFact(
                moment: now(), actor: "operator", action: "export", objectType: "person",
                objectID: "", outcome: "\(list.count) forms", origin: "command"))
        return list.count
    }

    private func write(
        _ form: Transmission, to receive: @Sendable (File) async throws -> Void
    ) async throws -> JSONValue {
        let kinds: [(OutputKind, String)] = [
            (.composed, "form.xml"), (.completeXML, "signed.xml"), (.standalonePDF, "form.pdf"),
            (.receipt, "receipt.json"), (.report, "report.xml"), (.reason, "reason.txt"),
        ]
        let outputs = try await store.outputs(kinds.map(\.0), of: form.uuid)
        var names: [JSONValue] = []
        for (kind, suffix) in kinds {
            guard let bytes = outputs[kind] else { continue }
            let name = "\(form.uuid)-\(suffix)"
            try await receive(File(name: name, bytes: bytes))
            names.append(.string(name))
        }
        return [
            "uuid": .string(form.uuid), "kind": .string(form.kind.rawValue),
            "pack": .string(form.pack.id), "state": .string(form.state.rawValue),
            "acceptedAt": .string(form.acceptedAt.formatted(.iso8601)),
            "sha256": .string(form.digest.bytes.hexText), "files": .array(names),
        ]
    }
}
