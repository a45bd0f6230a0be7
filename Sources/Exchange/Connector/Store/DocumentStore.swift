// SPDX-License-Identifier: Apache-2.0

/// Small things an installation remembers beside its forms, by name: mandates, webhooks, cursors.
package protocol DocumentStore: Sendable {
    func document(_ name: String) async throws -> [UInt8]?

    /// By name, in order.
    func documents(prefix: String) async throws -> [(name: String, bytes: [UInt8])]

    /// Durable when it returns; what was done is audited in the same transaction (DP-08).
    func put(_ bytes: [UInt8], as name: String, audit: AuditFact?) async throws

    func delete(_ name: String, audit: AuditFact?) async throws
}
