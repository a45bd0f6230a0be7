// SPDX-License-Identifier: Apache-2.0

/// Bounds of what the sandbox reads from outside and keeps.
enum Limits {
    /// Rules of one script of faults, and calls that one of them counts.
    static let scriptedRules = 200
    static let scriptedCalls = 1_000_000
    static let delayInMilliseconds = 600_000
    /// Seconds by which a wrong clock is off: ten years.
    static let clockOffset = 315_360_000
    /// Forms that magic persons struck.
    static let struckForms = 1_000_000
    /// One file of the ledger.
    static let ledgerInBytes = 1 << 30
    /// Mandates at one time.
    static let mandates = 10_000
    /// Values that one request has signed, and the size of each.
    static let signedValues = 100
    static let signedValueInBytes = 1 << 16
}
