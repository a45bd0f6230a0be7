// SPDX-License-Identifier: Apache-2.0

/// Sizes of bodies by route (security-requirements, 1.5), in bytes.
package enum Limits {
    package static let form = 20 << 20
    /// A file to judge.
    package static let file = 20 << 20
    package static let other = 64 << 10
    static let pathInBytes = 4 << 10
}
