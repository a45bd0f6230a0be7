// SPDX-License-Identifier: Apache-2.0
package import Coverage

/// Matricule: the national number of a person, 13 digits (identifiers-and-codes, section 1).
///
/// Its check digits are a question of the packs' rules. It prints redacted.
package struct Matricule: Sendable, Hashable {
    package let digits: String

    /// - Returns: `nil` for anything but 13 digits.
    package init?(_ text: String) {
        guard text.utf8.count == 13, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        digits = text
    }

    /// The first eight digits; `nil` when they are no whole date.
    package var birthDate: CalendarDate? {
        let digits = Array(digits.utf8)
        guard let year = CalendarDate.number(digits[0..<4]),
            let month = CalendarDate.number(digits[4..<6]),
            let day = CalendarDate.number(digits[6..<8])
        else { return nil }
        return CalendarDate(year: year, month: month, day: day)
    }
}

extension Matricule: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "Matricule(...)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
