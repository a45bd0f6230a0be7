// SPDX-License-Identifier: Apache-2.0
import Trust

/// The root over entries of the audit (DP-07): a leaf is an entry's hash, an inner node SHA-256 over
/// a one byte and its two children; a node without a sibling rises as it is.
package enum MerkleTree {
    /// All zero for no entries.
    package static func root(of leaves: [[UInt8]]) -> [UInt8] {
        guard !leaves.isEmpty else { return AuditEntry.start }
        var level = leaves
        while level.count > 1 {
            level = stride(from: 0, to: level.count, by: 2).map { index in
                guard index + 1 < level.count else { return level[index] }
                return DigestAlgorithm.sha256.digest([1] + level[index] + level[index + 1]).bytes
            }
        }
        return level[0]
    }
}
