// SPDX-License-Identifier: Apache-2.0
package import HTTPTypes
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Status and body of one answer of the sandbox.
package typealias SandboxAnswer = (HTTPResponse, [UInt8])

extension HTTPResponse.Status {
    /// No answer at all: whoever binds the sandbox to sockets closes the connection instead.
    package static let connectionCut = HTTPResponse.Status(code: 444, reasonPhrase: "No Response")
}

/// Plays the faults that are about a call as a whole; those about what is answered go on to the
/// service.
struct FaultGate: Sendable {
    let faults: FaultSwitches
    let now: @Sendable () -> Date
    let pause: @Sendable (Duration) async -> Void
    private let last = LastAnswers()

    init(
        _ faults: FaultSwitches, now: @escaping @Sendable () -> Date,
        pause: @escaping @Sendable (Duration) async -> Void
    ) {
        (self.faults, self.now, self.pause) = (faults, now, pause)
    }

    /// - Parameters:
    ///   - uuid: What the call is about, where it is known.
    ///   - magic: What the person of the form forces.
    ///   - service: Works on the request; gets what it must play itself.
    func pass(
        _ name: SandboxService, uuid: String? = nil, scope: FaultSwitches.Scope = .all,
        magic: ServiceFault? = nil, service: (Strike) async -> SandboxAnswer
    ) async -> SandboxAnswer {
        let strike = faults.strike(name, uuid: uuid, scope: scope, magic: magic, now: now())
        await pause(.milliseconds(strike.delayMilliseconds))
        if strike.fault == .none || name.ownFaults.contains(strike.fault) {
            let answer = await service(strike)
            _ = last.exchange(answer, of: name)
            return answer
        }
        if let answer = Self.answerWithoutEffect(strike) { return answer }
        if strike.fault == .duplicate { _ = await service(Strike()) }
        return damaged(await service(Strike()), strike.fault, of: name)
    }

    private static func answerWithoutEffect(_ strike: Strike) -> SandboxAnswer? {
        switch strike.fault {
        case .cutBefore: return (HTTPResponse(status: .connectionCut), [])
        case .html:
            return (
                HTTPResponse(
                    status: .ok, headerFields: [.contentType: "text/html; charset=utf-8"]),
                Array("<!DOCTYPE html><html><body><h1>Maintenance</h1></body></html>".utf8)
            )
        case .quota:
            let wait = HTTPFields([HTTPField(name: .retryAfter, value: "\(strike.retryAfter)")])
            return (HTTPResponse(status: .tooManyRequests, headerFields: wait), [])
        case .lostAnswer, .cutAfter, .duplicate, .outOfOrder, .empty, .truncated: return nil
        default: return (HTTPResponse(status: .serviceUnavailable), [])
        }
    }

    /// What is left of an answer after it took effect.
    private func damaged(
        _ answer: SandboxAnswer, _ fault: ServiceFault, of name: SandboxService
    ) -> SandboxAnswer {
        let earlier = last.exchange(answer, of: name)
        switch fault {
        case .lostAnswer: return (HTTPResponse(status: .serviceUnavailable), [])
        case .cutAfter: return (HTTPResponse(status: .connectionCut), [])
        case .outOfOrder: return earlier ?? answer
        case .empty: return (answer.0, [])
        case .truncated: return (answer.0, Array(answer.1.prefix(answer.1.count / 2)))
        default: return answer
        }
    }

    /// The last answer of each service, for those that come out of order.
    private final class LastAnswers: Sendable {
        private let answers = Mutex<[SandboxService: SandboxAnswer]>([:])

        /// Keeps an answer and gives the one before it.
        func exchange(_ answer: SandboxAnswer, of name: SandboxService) -> SandboxAnswer? {
            answers.withLock { answers in
                let earlier = answers[name]
                answers[name] = answer
                return earlier
            }
        }
    }
}
