// SPDX-License-Identifier: Apache-2.0

import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// How long what is kept, in days from the last change of a settled form (DP-05).
package struct RetentionRules: Sendable, Hashable {
    /// Drafts and messages: what only the road needed.
    package var messages: Int
    /// Signed files, reports and receipts; then only identifiers, digests and dates are left.
    package var signed: Int
    package var events: Int

    package init(messages: Int = 30, signed: Int = 3_653, events: Int = 90) {
        (self.messages, self.signed, self.events) = (messages, signed, events)
    }
}

/// What of a form has been erased.
package enum Erasure: Int, Sendable, Hashable {
    case nothing, messages, everything
}

/// Forgets what must not be kept longer.
package protocol RetentionStore: Sendable {
    /// Settled forms that changed last before a moment and of which less than `extent` is erased,
    /// the oldest first.
    func erasable(
        _ extent: Erasure, before moment: Date, limit: Int
    ) async throws -> [Transmission]

    /// Erases outputs of forms for good. With everything goes the key of the record, so that copies
    /// of the files cannot be read either; identifiers, digest, state and dates stay.
    func erase(
        _ extent: Erasure, of uuids: [String], keeping kinds: Set<OutputKind>, audit: [AuditFact]
    ) async throws

    /// Simulations that have been settled since before a moment lose their messages.
    func eraseSimulations(before moment: Date, limit: Int) async throws -> Int

    func dropEvents(before moment: Date) async throws

    /// Makes sure that erased bytes are gone from the files.
    func compact() async throws
}

/// Carries out the rules of retention, a little at a time.
package struct Retention: Sendable {
    private let store: any RetentionStore
    private let rules: RetentionRules
    private let now: @Sendable () -> Date

    package init(
        _ store: any RetentionStore, rules: RetentionRules, now: @escaping @Sendable () -> Date
    ) {
        (self.store, self.rules, self.now) = (store, rules, now)
    }

    /// What survives until the signed files go as well.
    private static let kept: Set<OutputKind> = [
        .completeXML, .standalonePDF, .report, .receipt, .recordKey,
    ]

    package func run(pause: @Sendable (Duration) async throws -> Void) async {
        while !Task.isCancelled {
            _ = try? await apply()
            do { try await pause(.seconds(Limits.retentionLook)) } catch { return }
        }
    }

    /// - Returns: How many forms lost something.
    package func apply() async throws -> Int {
        var erased = try await erase(.everything, after: rules.signed, keeping: [])
        erased += try await erase(.messages, after: rules.messages, keeping: Self.kept)
        while try await store.eraseSimulations(
            before: moment(rules.messages), limit: Limits.erasedForms) > 0
        {}
        try await store.dropEvents(before: moment(rules.events))
        if erased > 0 { try await store.compact() }
        return erased
    }

    private func moment(_ days: Int) -> Date { now().addingTimeInterval(-86_400 * Double(days)) }

    private func erase(
        _ extent: Erasure, after days: Int, keeping kinds: Set<OutputKind>
    ) async throws -> Int {
        var count = 0
        while true {
            let forms = try await store.erasable(
                extent, before: moment(days), limit: Limits.erasedForms)
            guard !forms.isEmpty else { return count }
            try await store.erase(
                extent, of: forms.map(\.uuid), keeping: kinds, audit: forms.map { fact($0, extent) }
            )
            count += forms.count
        }
    }

    private func fact(_ form: Transmission, _ extent: Erasure) -> AuditFact {
        AuditFact(
            moment: now(), actor: "retention", onBehalfOf: form.parties.provider, action: "erase",
            objectType: form.kind.rawValue, objectID: form.uuid,
            objectSHA256: form.digest.bytes.hexText, outcome: "\(extent)", origin: "pipeline")
    }
}
