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
    /// A reason with a whole form in its place.
    package static let cancellation = 20 << 20
    /// A document to sign.
    package static let signing = 20 << 20
    /// Forms of one page.
    static let listedForms = 1...500
    static let usualListedForms = 50
    /// Events of one answer, of a bundle, and parts of a stream that wait for a slow reader.
    static let events = 1...1_000
    static let usualEvents = 100
    static let bundledEvents = 500
    static let streamedParts = 64
    /// After which a stream shows that it is alive.
    static let streamPause = Duration.seconds(15)
    /// Seconds after which a busy connector may be asked again.
    static let retryInSeconds = 5
}
