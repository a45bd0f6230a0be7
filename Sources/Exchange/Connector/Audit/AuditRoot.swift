// SPDX-License-Identifier: Apache-2.0
import JSON
import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A signed statement about a stretch of the audit; once a day with a time-stamp (DP-07).
package struct AuditRoot: Sendable, Hashable {
    package var first: Int
    package var last: Int
    package var root: [UInt8]
    /// What is signed: canonical JSON naming all of the above and the entry before.
    package var statement: [UInt8]
    package var signature: [UInt8]
    /// Of the key that signed, DER.
    package var certificate: [UInt8]
    /// RFC 3161 token over the statement, DER.
    package var token: [UInt8]?

    package init(
        first: Int, last: Int, root: [UInt8], statement: [UInt8], signature: [UInt8],
        certificate: [UInt8], token: [UInt8]? = nil
    ) {
        (self.first, self.last, self.root, self.statement) = (first, last, root, statement)
        (self.signature, self.certificate, self.token) = (signature, certificate, token)
    }

    /// What a root says, to be signed.
    package static func statement(
        of entries: [AuditEntry], instance: String, moment: Date
    ) -> [UInt8] {
        let root = MerkleTree.root(of: entries.map(\.hash))
        return JSONValue(
            .object([
                .init("first", .init(integerLiteral: entries.first?.sequence ?? 0)),
                .init("instance", .init(.string(instance))),
                .init("last", .init(integerLiteral: entries.last?.sequence ?? 0)),
                .init("last_hash", .init(.string((entries.last?.hash ?? []).hexText))),
                .init("root", .init(.string(root.hexText))),
                .init("time", .init(.string(moment.formatted(.iso8601)))),
            ])
        ).serialized()
    }

    /// Whether the statement is what this root says of these entries, signed by its certificate.
    func holds(over entries: [AuditEntry]) -> Bool {
        guard entries.first?.sequence == first, entries.last?.sequence == last,
            entries.count == last - first + 1,
            MerkleTree.root(of: entries.map(\.hash)) == root,
            let said = try? JSONValue(parsing: statement),
            said["root"]?.string == root.hexText, said["first"]?.int == first,
            said["last"]?.int == last
        else { return false }
        return isSigned && isStamped
    }

    /// When it was signed, as it says itself.
    package var moment: Date? {
        let text = (try? JSONValue(parsing: statement))?["time"]?.string
        return text.flatMap { try? Date($0, strategy: .iso8601) }
    }

    private var isSigned: Bool {
        guard let key = try? Certificate(der: certificate).publicKey else { return false }
        let algorithms: [SignatureAlgorithm] = [.rsaPKCS1(.sha256), .ecdsa(.sha256)]
        return algorithms.contains {
            key.verify(signature: signature, over: statement, algorithm: $0) == .valid
        }
    }

    /// A token that is there stamps this statement; who made it is the reader's question.
    private var isStamped: Bool {
        guard let token else { return true }
        guard let read = try? TimestampToken(der: token) else { return false }
        return (try? read.checkImprint(of: DigestAlgorithm.sha256.digest(statement))) != nil
    }
}

/// The audit as a store keeps it.
package protocol AuditStore: Sendable {
    /// In order, from a position on.
    func auditEntries(from sequence: Int, limit: Int) async throws -> [AuditEntry]
    func lastAuditEntry() async throws -> AuditEntry?
    func auditRoots() async throws -> [AuditRoot]
    /// The newest root, or the newest with a time-stamp: what is looked at often must not grow.
    func lastAuditRoot(isStamped: Bool) async throws -> AuditRoot?
    /// The root that ends with this entry.
    func auditRoot(endingAt last: Int) async throws -> AuditRoot?
    func append(_ root: AuditRoot) async throws
}
