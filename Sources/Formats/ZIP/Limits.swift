// SPDX-License-Identifier: Apache-2.0

/// Bounds of what is read from an archive (security-requirements, HT-03).
enum Limits {
    static let entries = 5_000
    static let expansionRatio = 100
    /// Everything is held at once, so the limit is below what HT-03 allows a streaming reader.
    static let totalSize = 64 << 20
    /// Small files compress better than any ratio allows for.
    static let ratioFloor = 1 << 16
    static let nameLength = 1_024
}
