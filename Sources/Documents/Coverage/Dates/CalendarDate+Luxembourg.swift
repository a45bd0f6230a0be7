// SPDX-License-Identifier: Apache-2.0
package import Foundation

extension CalendarDate {
    /// The day it is in Luxembourg, by which its law and forms count (identifiers-and-codes, 9).
    package init(inLuxembourg moment: Date) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: "Europe/Luxembourg") ?? .gmt
        let parts = calendar.dateComponents([.year, .month, .day], from: moment)
        // A day that the calendar itself gives exists.
        self.init(year: parts.year ?? 1, month: parts.month ?? 1, day: parts.day ?? 1)!
    }
}
