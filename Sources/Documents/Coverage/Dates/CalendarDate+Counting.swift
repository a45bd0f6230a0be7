// SPDX-License-Identifier: Apache-2.0

extension CalendarDate {
    /// Days since 1 January of year 1, which is day 0 (proleptic Gregorian).
    package var dayNumber: Int {
        let shifted = month <= 2 ? year - 1 : year
        let monthFromMarch = (month + 9) % 12
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400
            + (monthFromMarch * 306 + 5) / 10 + day - 307
    }

    /// The day after; the last day of the calendar is its own.
    package var next: CalendarDate {
        CalendarDate(year: year, month: month, day: day + 1)
            ?? CalendarDate(year: year, month: month + 1, day: 1)
            ?? CalendarDate(year: year + 1, month: 1, day: 1) ?? self
    }

    /// Days from `other` to this day; negative when this day is earlier.
    package func days(since other: CalendarDate) -> Int { dayNumber - other.dayNumber }

    /// 1 Monday … 7 Sunday (ISO 8601).
    package var weekday: Int { (dayNumber % 7) + 1 }

    /// Completed months of life on `date`; negative before birth.
    package func completedMonths(on date: CalendarDate) -> Int {
        let months = (date.year - year) * 12 + date.month - month
        return date.day < day ? months - 1 : months
    }

    /// Completed years of life on `date`; negative before birth.
    package func completedYears(on date: CalendarDate) -> Int {
        let months = completedMonths(on: date)
        return months >= 0 ? months / 12 : -1
    }
}
