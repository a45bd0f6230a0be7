// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Synchronization
import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Compares our clock with everybody else's (RE-10).
///
/// Our clock is wrong when nobody agrees with it: one service with a wrong clock is that service's
/// affair.
package final class ClockWatch: Sendable {
    package enum Source: String, Sendable, Hashable, CaseIterable { case timestamp, http }

    package enum Verdict: Sendable, Hashable {
        /// Nobody told the time yet.
        case unknown
        case right
        /// More than a minute off, in seconds: positive when our clock is behind.
        case warning(skew: Double)
        /// More than five minutes off: nothing is signed.
        case wrong(skew: Double)

        package var skew: Double? {
            switch self {
            case .unknown, .right: nil
            case .warning(let skew), .wrong(let skew): skew
            }
        }
    }

    private struct Reading {
        var skew: Double
        var moment: Date
    }

    private let now: @Sendable () -> Date
    private let readings = Mutex<[String: Reading]>([:])

    package init(now: @escaping @Sendable () -> Date) { self.now = now }

    /// Somebody's clock shows `time` now.
    ///
    /// - Parameter host: Whose clock it is.
    package func note(_ time: Date, of source: Source, host: String) {
        let moment = now()
        let reading = Reading(skew: time.timeIntervalSince(moment), moment: moment)
        readings.withLock { readings in
            readings["\(source.rawValue) \(host)"] = reading
            if readings.count > Limits.clockSources {
                let oldest = readings.min { $0.value.moment < $1.value.moment }
                oldest.map { readings[$0.key] = nil }
            }
        }
    }

    /// What the clocks of the last hour say, as our own clock counts it.
    package var verdict: Verdict {
        let moment = now()
        let skews = readings.withLock { readings in
            readings.values.filter {
                abs(moment.timeIntervalSince($0.moment)) < Limits.clockReadingAge
            }.map(\.skew)
        }
        guard let skew = skews.min(by: { abs($0) < abs($1) }) else { return .unknown }
        switch abs(skew) {
        case ...Limits.clockWarning: return .right
        case ...Limits.clockStop: return .warning(skew: skew)
        default: return .wrong(skew: skew)
        }
    }

    /// Refuses to sign under a clock that is wrong.
    ///
    /// - Throws: ``StageFailure``; the form goes on when the clock is right again.
    package func requireRight() throws(StageFailure) {
        guard case .wrong(let skew) = verdict else { return }
        throw StageFailure(
            .clockWrong,
            "The clock of this machine is \(Int(abs(skew))) seconds \(skew > 0 ? "behind" : "ahead"); nothing is signed until it is right.",
            actor: .you, .retry)
    }

    /// The same sender, which also looks at the clock of everybody who answers.
    package func watching(_ send: @escaping Send) -> Send {
        { request, body, timeout in
            let (response, answer) = try await send(request, body, timeout)
            self.look(at: response, answer, host: request.authority ?? "")
            return (response, answer)
        }
    }

    private func look(at response: HTTPResponse, _ body: [UInt8], host: String) {
        if let text = response.headerFields[.date], let time = Date(http: text) {
            note(time, of: .http, host: host)
        }
        let type = response.headerFields[.contentType]?.lowercased() ?? ""
        if type.hasPrefix("application/timestamp-reply"),
            let token = try? TimestampResponse(der: body).token()
        {
            note(token.info.genTime, of: .timestamp, host: host)
        }
    }
}

extension Date {
    /// The preferred form of RFC 9110, 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`.
    init?(http text: String) {
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT",
            let month = months.firstIndex(of: String(parts[2]))
        else { return nil }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        let moment = "\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z"
        guard let date = try? Date(moment, strategy: .iso8601) else { return nil }
        self = date
    }
}
