// SPDX-License-Identifier: Apache-2.0
import JSON
import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One entry of the audit: canonical JSON and the digest that the next entry names (DP-07).
///
/// The hash is SHA-256 over a zero byte and the canonical bytes, so that no entry can be taken for
/// an inner node of the Merkle tree (``MerkleTree``).
package struct AuditEntry: Sendable, Hashable {
    /// From 1, without gaps.
    package var sequence: Int
    package var bytes: [UInt8]
    package var hash: [UInt8]

    /// An entry as it was stored.
    package init(sequence: Int, bytes: [UInt8], hash: [UInt8]) {
        (self.sequence, self.bytes, self.hash) = (sequence, bytes, hash)
    }

    /// The entry of a fact behind the one whose hash is `previous`; all zero for the first.
    package init(_ fact: AuditFact, sequence: Int, previous: [UInt8]) {
        let members: [JSONMember] = [
            .init("action", .init(.string(fact.action))),
            .init("actor", .init(.string(fact.actor))),
            .init("object_id", .init(.string(fact.objectID))),
            .init("object_sha256", .init(.string(fact.objectSHA256))),
            .init("object_type", .init(.string(fact.objectType))),
            .init("on_behalf_of", .init(.string(fact.onBehalfOf))),
            .init("origin", .init(.string(fact.origin))),
            .init("outcome", .init(.string(fact.outcome))),
            .init("prev_hash", .init(.string(previous.hexText))),
            .init("seq", .init(integerLiteral: sequence)),
            .init("tenant", .init(.string(""))),
            .init("time", .init(.string(fact.moment.formatted(Self.time)))),
        ]
        let bytes = JSONValue(.object(members)).serialized()
        self.init(sequence: sequence, bytes: bytes, hash: Self.hash(of: bytes))
    }

    package static let start = [UInt8](repeating: 0, count: 32)

    package static func hash(of bytes: [UInt8]) -> [UInt8] {
        DigestAlgorithm.sha256.digest([0] + bytes).bytes
    }

    private static let time = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    private static func bytes(hex text: String) -> [UInt8]? {
        let digits = text.utf8.map { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count == 64, !digits.contains(nil) else { return nil }
        return stride(from: 0, to: 64, by: 2).map { index in
            UInt8((digits[index] ?? 0) << 4 | (digits[index + 1] ?? 0))
        }
    }

    /// The hash that the entry names as its predecessor's; `nil` when it is no entry.
    package var previous: [UInt8]? { read?.previous }

    /// The position that the entry itself names.
    var number: Int? { read?.number }

    private var read: (previous: [UInt8]?, number: Int?)? {
        guard let value = try? JSONValue(parsing: bytes) else { return nil }
        return (value["prev_hash"]?.string.flatMap(Self.bytes(hex:)), value["seq"]?.int)
    }
}
