// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import HTTPTypes
import Synchronization
import Transport

/// How bad the world is in one run.
struct Weather: Sendable {
    /// Of any one fault, for each call.
    var faults: Double
    /// Of a disk that refuses a write.
    var disk: Double
    /// Of a process that ends; the places it passes before are drawn up to this many.
    var lives: Int
    var placesOfLife: Int
    /// Seconds by which the connector's clock is wrong for a while.
    var clockJump: Double
    /// A service that is out for a while, by its authority, and for how many seconds.
    var outage: (authority: String, seconds: Double)?

    static func drawn(_ random: inout SeededRandom) -> Weather {
        let authorities = ["exchange.test:1", "pki.test:1"]
        return Weather(
            faults: [0, 0.02, 0.1, 0.3].randomElement(using: &random) ?? 0,
            disk: [0, 0, 0.02, 0.1].randomElement(using: &random) ?? 0,
            lives: Int.random(in: 0...4, using: &random),
            placesOfLife: [30, 100, 300].randomElement(using: &random) ?? 100,
            clockJump: random.chance(0.1)
                ? Double.random(in: -7200...7200, using: &random) : 0,
            outage: random.chance(0.3)
                ? (
                    authorities.randomElement(using: &random) ?? "",
                    Double.random(in: 10...1800, using: &random)
                ) : nil)
    }
}

/// What can happen to one call.
enum CallFault: CaseIterable, Sendable {
    case neverSent, cutBefore, cutAfter, unavailable, unavailableAfter, slow, tooSlow
    case twice, foreignAnswer, altered, truncated, empty, html
}

/// Hands requests to the sandbox, as well as the weather allows.
final class FaultyNetwork: Sendable {
    private let time: VirtualTime
    private let direct: Send
    private let weather: Mutex<Weather>
    private let outageEnd: Mutex<Double>
    private let lastAnswers = Mutex<[String: (HTTPResponse, [UInt8])]>([:])
    private let counted = Mutex(0)

    var faultsSeen: Int { counted.withLock { $0 } }

    init(_ time: VirtualTime, weather: Weather, direct: @escaping Send) {
        (self.time, self.direct) = (time, direct)
        self.weather = Mutex(weather)
        outageEnd = Mutex(weather.outage?.seconds ?? 0)
    }

    func clearUp() {
        weather.withLock { weather in
            (weather.faults, weather.outage) = (0, nil)
        }
    }

    /// A call by a process that may end before, in and after it.
    func send(
        _ request: HTTPRequest, _ body: [UInt8], _ timeout: Duration, in life: Life
    ) async throws -> (HTTPResponse, [UInt8]) {
        try life.pass()
        let answer = try await call(request, body, timeout)
        try life.pass()
        return answer
    }

    private func call(
        _ request: HTTPRequest, _ body: [UInt8], _ timeout: Duration
    ) async throws -> (HTTPResponse, [UInt8]) {
        let host = request.authority ?? ""
        let weather = weather.withLock { $0 }
        try await time.pause(.milliseconds(time.draw { Int.random(in: 1...80, using: &$0) }))
        if let outage = weather.outage, outage.authority == host,
            time.seconds < outageEnd.withLock({ $0 })
        {
            throw TransportError.notSent(host: host, reason: "out")
        }
        let fault = time.draw { random in
            random.chance(weather.faults) ? CallFault.allCases.randomElement(using: &random) : nil
        }
        guard let fault else { return try await answer(request, body) }
        counted.withLock { $0 += 1 }
        return try await call(request, body, timeout, with: fault)
    }

    private func answer(
        _ request: HTTPRequest, _ body: [UInt8]
    ) async throws -> (HTTPResponse, [UInt8]) {
        let answer = try await direct(request, body, .seconds(30))
        lastAnswers.withLock { $0[request.authority ?? ""] = answer }
        return answer
    }

    private func call(
        _ request: HTTPRequest, _ body: [UInt8], _ timeout: Duration, with fault: CallFault
    ) async throws -> (HTTPResponse, [UInt8]) {
        let host = request.authority ?? ""
        let cut = TransportError.outcomeUnknown(host: host, reason: "cut")
        switch fault {
        case .neverSent: throw TransportError.notSent(host: host, reason: "refused")
        case .cutBefore: throw cut
        case .cutAfter:
            _ = try await answer(request, body)
            throw cut
        case .unavailable: return (HTTPResponse(status: .serviceUnavailable), [])
        case .unavailableAfter:
            _ = try await answer(request, body)
            return (HTTPResponse(status: .serviceUnavailable), [])
        case .slow:
            try await time.pause(timeout / 2)
            return try await answer(request, body)
        case .tooSlow:
            _ = try await answer(request, body)
            try await time.pause(timeout)
            throw cut
        case .twice:
            _ = try await answer(request, body)
            return try await answer(request, body)
        case .foreignAnswer:
            let other = lastAnswers.withLock { $0[host] }
            let own = try await answer(request, body)
            return other ?? own
        case .altered, .truncated, .empty, .html:
            let (response, bytes) = try await answer(request, body)
            return (response, damaged(bytes, fault))
        }
    }

    private func damaged(_ bytes: [UInt8], _ fault: CallFault) -> [UInt8] {
        switch fault {
        case .altered:
            var altered = bytes
            guard !bytes.isEmpty else { return bytes }
            altered[time.draw { Int.random(in: 0..<bytes.count, using: &$0) }] ^= 1
            return altered
        case .truncated: return Array(bytes.prefix(bytes.count / 2))
        case .html: return Array("<html><body>Service</body></html>".utf8)
        default: return []
        }
    }
}
