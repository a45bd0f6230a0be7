// SPDX-License-Identifier: Apache-2.0
import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Signs a root over the audit every hour or thousand entries, and has one a day time-stamped
/// (DP-07).
package struct AuditKeeper: Sendable {
    private let store: any AuditStore
    private let environment: PipelineEnvironment
    private let instance: String
    private let publish: @Sendable (AuditRoot) throws -> Void

    /// - Parameters:
    ///   - instance: Names the installation in the statement.
    ///   - publish: Writes the newest root outside the store, so that a shortened store is noticed.
    package init(
        _ store: any AuditStore, _ environment: PipelineEnvironment, instance: String,
        publish: @escaping @Sendable (AuditRoot) throws -> Void
    ) {
        (self.store, self.environment, self.instance) = (store, environment, instance)
        self.publish = publish
    }

    /// Looks every minute until the task is cancelled; what fails is tried at the next look.
    package func run(pause: @Sendable (Duration) async throws -> Void) async {
        while !Task.isCancelled {
            try? await look()
            do { try await pause(.seconds(Limits.auditLook)) } catch { return }
        }
    }

    /// Signs roots as long as it is time for one.
    package func look() async throws {
        while let newest = try await store.lastAuditEntry()?.sequence {
            let root = try await store.lastAuditRoot(isStamped: false)
            let covered = root?.last ?? 0
            let isFull = newest - covered >= Limits.auditRootEntries
            let isOld = isPast(root, by: Limits.auditRootInterval)
            guard newest > covered, isFull || isOld else { return }
            let stamped = try await store.lastAuditRoot(isStamped: true)
            try await sign(
                from: covered + 1, isStamped: isPast(stamped, by: Limits.auditStampInterval))
        }
    }

    private func isPast(_ root: AuditRoot?, by seconds: Double) -> Bool {
        environment.now().timeIntervalSince(root?.moment ?? .distantPast) >= seconds
    }

    private func sign(from first: Int, isStamped: Bool) async throws {
        let entries = try await store.auditEntries(from: first, limit: Limits.auditBatch)
        let statement = AuditRoot.statement(
            of: entries, instance: instance, moment: environment.now())
        var root = AuditRoot(
            first: first, last: entries.last?.sequence ?? first,
            root: MerkleTree.root(of: entries.map(\.hash)), statement: statement,
            signature: try await environment.identity.sign(statement),
            certificate: environment.identity.certificate.der)
        if isStamped { root.token = try? await token(over: statement) }
        try await store.append(root)
        try publish(root)
    }

    private func token(over statement: [UInt8]) async throws -> [UInt8] {
        let client = TimestampClient(
            authorities: environment.authorities, send: environment.send,
            random: environment.random)
        return try await environment.gates.call(.timestamps) {
            try await client.token(over: statement)
        }.der
    }
}
