// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPTypes
import JSON
import Synchronization
import Testing

@testable import Sandbox

@Suite("Faults: what a caller sees")
struct FaultGateTests {
    /// Answers with the number of times that it worked.
    private final class Counter: Sendable {
        private let count = Mutex(0)
        var effects: Int { count.withLock { $0 } }

        func work() -> SandboxAnswer {
            let number = count.withLock { count in
                count += 1
                return count
            }
            return (HTTPResponse(status: .ok), Array("answer \(number)!".utf8))
        }
    }

    private let faults = FaultSwitches()
    private let counter = Counter()

    private var gate: FaultGate {
        FaultGate(faults, now: { InsurerWorld.now }, pause: { _ in })
    }

    private func call(_ fault: ServiceFault) async -> (status: Int, text: String) {
        faults[.crl] = fault
        let (response, body) = await gate.pass(.crl) { _ in counter.work() }
        return (response.status.code, String(decoding: body, as: UTF8.self))
    }

    @Test(
        "before the effect",
        arguments: [ServiceFault.unavailable, .closed, .overloaded, .cutBefore])
    func before(_ fault: ServiceFault) async {
        let answer = await call(fault)
        #expect(answer.status == (fault == .cutBefore ? 444 : 503) && answer.text.isEmpty)
        #expect(counter.effects == 0)
    }

    @Test(
        "after the effect",
        arguments: [
            (ServiceFault.lostAnswer, 503, ""), (.cutAfter, 444, ""), (.empty, 200, ""),
            (.truncated, 200, "answ"), (.none, 200, "answer 1!"),
        ])
    func after(_ fault: ServiceFault, _ status: Int, _ text: String) async {
        let answer = await call(fault)
        #expect(answer.status == status && answer.text == text)
        #expect(counter.effects == 1)
    }

    @Test("a web page instead of an answer")
    func page() async {
        let answer = await call(.html)
        #expect(answer.status == 200 && answer.text.contains("<html>") && counter.effects == 0)
    }

    @Test("a doubled request works twice and answers with the second")
    func doubled() async {
        #expect(await call(.duplicate).text == "answer 2!")
        #expect(counter.effects == 2)
    }

    @Test("an answer out of order is the one to the request before")
    func order() async {
        let gate = gate
        _ = await gate.pass(.crl) { _ in counter.work() }
        faults[.crl] = .outOfOrder
        let (_, body) = await gate.pass(.crl) { _ in counter.work() }
        #expect(String(decoding: body, as: UTF8.self) == "answer 1!" && counter.effects == 2)
    }

    @Test("a used up quota is 429 with Retry-After")
    func quota() async {
        faults[.crl] = .quota
        let (response, _) = await gate.pass(.crl) { _ in counter.work() }
        #expect(response.status == .tooManyRequests)
        #expect(response.headerFields[.retryAfter] == "60" && counter.effects == 0)
    }
}
