// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Coverage

@Suite("Days of the calendar")
struct CalendarDateTests {
    @Test(
        "a day that does not exist is refused", arguments: ["2026-02-29", "2026-13-01", "2026-1-1"])
    func refused(_ text: String) {
        #expect(CalendarDate(text) == nil)
    }
}
