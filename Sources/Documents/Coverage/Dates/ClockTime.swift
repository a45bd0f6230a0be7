// SPDX-License-Identifier: Apache-2.0

/// A time of day in Luxembourg, to the minute: `HH:MM`, seconds accepted and dropped.
package struct ClockTime: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// 0 to 1439.
    package let minutes: Int

    package init?(hour: Int, minute: Int) {
        guard (0...23).contains(hour), (0...59).contains(minute) else { return nil }
        minutes = hour * 60 + minute
    }

    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 5 || bytes.count == 8, bytes[2] == UInt8(ascii: ":"),
            let hour = CalendarDate.number(bytes[0..<2]),
            let minute = CalendarDate.number(bytes[3..<5])
        else { return nil }
        if bytes.count == 8 {
            guard bytes[5] == UInt8(ascii: ":"), let second = CalendarDate.number(bytes[6..<8]),
                (0...59).contains(second)
            else { return nil }
        }
        self.init(hour: hour, minute: minute)
    }

    package var description: String {
        CalendarDate.padded(minutes / 60, to: 2) + ":" + CalendarDate.padded(minutes % 60, to: 2)
    }

    package static func < (left: ClockTime, right: ClockTime) -> Bool {
        left.minutes < right.minutes
    }
}

/// A part of the day, which may run over midnight; `from` is in it, `to` is not.
package struct TimeBand: Sendable, Hashable {
    package let from: ClockTime
    package let to: ClockTime

    package func contains(_ time: ClockTime) -> Bool {
        from < to ? from <= time && time < to : from <= time || time < to
    }
}
