// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A time-stamp authority and how much it may be asked.
package struct TimestampAuthority: Sendable, Hashable {
    package var url: String
    /// Time-stamps that were agreed on; without bound when nil.
    package var perMinute: Int?
    package var perDay: Int?

    package init(url: String, perMinute: Int? = nil, perDay: Int? = nil) {
        (self.url, self.perMinute, self.perDay) = (url, perMinute, perDay)
    }
}

/// Which authority is asked next: the first of the list that is not out and whose quota is not used
/// up; a better one is asked again as soon as it may be back.
package actor TimestampAuthorities {
    fileprivate struct Standing {
        var circuit = CircuitBreaker()
        var closedUntil = Date.distantPast
        var minute = Window(length: 60)
        var day = Window(length: 86_400)
    }

    /// How much was asked in the present minute or day.
    fileprivate struct Window {
        let length: Double
        var start = Date.distantPast
        var count = 0

        mutating func end(at moment: Date) -> Date {
            if moment.timeIntervalSince(start) >= length { (start, count) = (moment, 0) }
            return start.addingTimeInterval(length)
        }
    }

    private let list: [TimestampAuthority]
    private var standings: [String: Standing] = [:]
    private let now: @Sendable () -> Date
    private let jitter: @Sendable () -> Double

    /// - Parameters:
    ///   - list: In the order of preference.
    ///   - jitter: A number from 0 up to 1.
    package init(
        _ list: [TimestampAuthority], now: @escaping @Sendable () -> Date,
        jitter: @escaping @Sendable () -> Double
    ) {
        (self.list, self.now, self.jitter) = (list, now, jitter)
    }

    /// The next authority to ask, which counts against its quota.
    ///
    /// - Parameter tried: Those that have failed for this time-stamp already.
    /// - Throws: ``StageFailure``: nobody is left to be asked now.
    func next(after tried: Set<String>) throws -> TimestampAuthority {
        let moment = now()
        var earliest: Date?
        for authority in list where !tried.contains(authority.url) {
            var standing = standings[authority.url] ?? Standing()
            let free = standing.free(authority, at: moment)
            if free <= moment, case .admitted = standing.circuit.admit(at: moment) {
                standing.minute.count += 1
                standing.day.count += 1
                standings[authority.url] = standing
                return authority
            }
            earliest = min(earliest ?? .distantFuture, max(free, moment))
        }
        let wait = earliest.map { Int($0.timeIntervalSince(moment).rounded(.up)) }
        throw StageFailure(
            .timestampUnreachable, "No time-stamp authority can be asked now.", actor: .incert,
            .retry, retryAfter: wait.map { max($0, 1) })
    }

    func note(_ authority: TimestampAuthority, failure: StageFailure?) {
        var standing = standings[authority.url] ?? Standing()
        if let failure {
            standing.circuit.failed(at: now(), jitter: jitter())
            if let seconds = failure.retryAfter {
                standing.closedUntil = now().addingTimeInterval(Double(seconds))
            }
        } else {
            _ = standing.circuit.succeeded()
        }
        standings[authority.url] = standing
    }
}

extension TimestampAuthorities.Standing {
    /// From when on the quota allows one more.
    fileprivate mutating func free(_ authority: TimestampAuthority, at moment: Date) -> Date {
        var free = closedUntil
        let (minuteEnd, dayEnd) = (minute.end(at: moment), day.end(at: moment))
        if let bound = authority.perMinute, minute.count >= bound { free = max(free, minuteEnd) }
        if let bound = authority.perDay, day.count >= bound { free = max(free, dayEnd) }
        return free
    }
}
