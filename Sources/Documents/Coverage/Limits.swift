// SPDX-License-Identifier: Apache-2.0

/// Bounds of what is read from outside.
package enum CoverageLimits {
    /// Lines of one statement (`prestation`, pid-and-reimbursement 4.1).
    package static let lines = 999
    /// Units of one line (`nombre`).
    package static let quantity = 1...99
    /// Acts of the past in one request.
    package static let pastActs = 10_000
    /// Acts of one day in the past; more are no practice's.
    package static let pastActsOfOneDay = 200
    package static let declaredActs = 100
    package static let devices = 50
    /// Characters of a code with its letters.
    package static let codeLength = 16
    /// Entries read before their number is looked at.
    package static let entries = 100_000
    /// Codes that one range of a table may span.
    static let codesOfRange = 1_000
    /// Bytes of one data file.
    package static let fileInBytes = 8 * 1024 * 1024
    /// Ways tried to resolve acts that exclude each other, before the higher amount simply wins.
    static let choices = 2_048
}
