// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import GRDB
import SQLiteStore

/// Whether a store that was cut off holds what it promised, and nothing half.
struct StoreCheck {
    let path: String
    let promised: PromisedContent

    /// - Returns: What is wrong, in words; empty when all is well.
    func violations() async -> [String] {
        do {
            let store = try await SQLiteTransmissionStore(path: path)
            var found = try await integrity()
            let forms = try await store.transmissions(TransmissionQuery(limit: .max))
            found += missing(forms)
            for form in forms { found += try await half(form, in: store) }
            for name in promised.documents.sorted()
            where try await store.document(name) != PromisedContent.bytes(of: name) {
                found.append("the document \(name) is lost")
            }
            found += try await counts(forms, in: store)
            found += try await audit(forms, in: store)
            return found
        } catch {
            return ["cannot be used: \(error)"]
        }
    }

    private func integrity() async throws -> [String] {
        let found = try await DatabaseQueue(path: path).read { database in
            try String.fetchAll(database, sql: "PRAGMA integrity_check")
        }
        return found == ["ok"] ? [] : found.map { "integrity: \($0)" }
    }

    private func missing(_ forms: [Transmission]) -> [String] {
        let stands = Dictionary(
            uniqueKeysWithValues: forms.map { ($0.uuid, Self.step(of: $0) ?? -1) })
        return promised.steps.sorted { $0.key < $1.key }.compactMap { uuid, step in
            guard let actual = stands[uuid] else { return "\(uuid) is lost" }
            return actual < step ? "\(uuid) is back at step \(actual) of \(step)" : nil
        }
    }

    /// Every step left what it makes, and no later one did.
    private func half(
        _ form: Transmission, in store: SQLiteTransmissionStore
    ) async throws -> [String] {
        guard let last = Self.step(of: form) else { return ["\(form.uuid) is \(form.state)"] }
        let outputs = try await store.outputs(OutputKind.allCases, of: form.uuid)
        let expected = StoreWorkload.steps.prefix(last + 1).map(\.output)
        guard Set(outputs.keys) == Set(expected) else {
            return ["\(form.uuid) at \(form.state) has \(outputs.keys.count) outputs"]
        }
        return outputs.filter { kind, bytes in
            bytes != PromisedContent.bytes(of: "\(form.uuid)/\(kind.rawValue)")
        }.map { "\(form.uuid): other bytes of \($0.key)" }
    }

    private func counts(
        _ forms: [Transmission], in store: SQLiteTransmissionStore
    ) async throws -> [String] {
        let told = try await store.counts().mapValues(\.count).filter { $0.value != 0 }
        let actual = Dictionary(grouping: forms, by: \.state).mapValues(\.count)
        return told == actual ? [] : ["counts say \(told), there are \(actual)"]
    }

    /// The chain holds and has every step once.
    private func audit(
        _ forms: [Transmission], in store: SQLiteTransmissionStore
    ) async throws -> [String] {
        let report = try await AuditVerification(store).report()
        let steps = forms.reduce(0) { $0 + (Self.step(of: $1) ?? 0) + 1 }
        let isWhole = report.entries == steps
        return report.faults.map { "audit: \($0)" }
            + (isWhole ? [] : ["audit: \(report.entries) entries for \(steps) steps"])
    }

    private static func step(of form: Transmission) -> Int? {
        StoreWorkload.steps.firstIndex { $0.state == form.state }
    }
}
