// SPDX-License-Identifier: Apache-2.0

/// Sizes of bodies by route (security-requirements, 1.5), in bytes.
package enum Limits {
    package static let form = 20 << 20
    /// A file to judge.
    package static let file = 20 << 20
    /// A statement to price or to simulate.
    package static let pricing = 1 << 20
    package static let other = 64 << 10
    /// How long a caller of PID waits for the insurer.
    static let usualWait = Duration.seconds(20)
    static let waitInSeconds = 0...50
    static let lineNumbers = 1...999
    /// Acts of one answer to a search.
    static let foundActs = 1...200
    static let pathInBytes = 4 << 10
}
