// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON
import Testing

@testable import Sandbox

@Suite("Faults: scripts")
struct FaultSwitchesTests {
    private let faults = FaultSwitches()

    private func run(_ rules: JSONValue) throws {
        faults.run(try FaultRule.script(JSONReader(rules)))
    }

    private func calls(
        _ count: Int, _ service: SandboxService = .tsa, uuid: String? = nil
    ) -> [ServiceFault] {
        (0..<count).map { _ in faults.strike(service, uuid: uuid, now: InsurerWorld.now).fault }
    }

    @Test("a rule strikes from its call on, so many times")
    func nth() throws {
        try run(["service": "tsa", "fault": "html", "after": 2, "count": 1])
        #expect(calls(5) == [.none, .none, .html, .none, .none])
    }

    @Test("in a script every rule counts every call")
    func script() throws {
        try run([
            ["service": "tsa", "fault": "empty", "count": 1],
            ["service": "tsa", "fault": "html", "after": 2, "count": 2],
            ["service": "ocsp", "fault": "unavailable"],
        ])
        #expect(calls(5) == [.empty, .none, .html, .html, .none])
        #expect(calls(2, .ocsp) == [.unavailable, .unavailable])
        #expect(calls(1, .tsa2) == [.none])
        let shown = faults.json.array
        #expect(shown?.map { $0["calls"]?.int } == [5, 5, 2])
        #expect(shown?.map { $0["strikes"]?.int } == [1, 2, 2])
    }

    @Test("a rule for a UUID leaves all others alone")
    func named() throws {
        try run(["service": "deposit", "fault": "cut-after", "uuid": "A-1"])
        #expect(calls(1, .deposit, uuid: "b") == [.none])
        #expect(calls(2, .deposit, uuid: "a-1") == [.cutAfter, .cutAfter])
    }

    @Test("a magic person strikes the first time that a form comes")
    func magic() {
        func strike(_ uuid: String) -> ServiceFault {
            faults.strike(.deposit, uuid: uuid, magic: .html, now: InsurerWorld.now).fault
        }
        #expect([strike("a"), strike("a"), strike("b")] == [.html, .none, .html])
    }

    @Test("a quota says when to come again", arguments: [("minute", 60), ("day", 86_400)])
    func quota(_ period: String, _ seconds: Int) throws {
        try run(["service": "tsa", "fault": "quota", "limit": 2, "per": .string(period)])
        #expect(calls(2) == [.none, .none])
        let later = InsurerWorld.now.addingTimeInterval(10)
        let strike = faults.strike(.tsa, now: later)
        #expect(strike.fault == .quota && strike.retryAfter == seconds - 10)
        let fresh = InsurerWorld.now.addingTimeInterval(Double(seconds))
        #expect(faults.strike(.tsa, now: fresh).fault == .none)
    }

    @Test("a new rule takes the place of its service's script; none ends it")
    func replaced() throws {
        try run(["service": "tsa", "fault": "html"])
        try run(["service": "tsa", "fault": "none", "delayMilliseconds": 5])
        #expect(faults.strike(.tsa, now: InsurerWorld.now) == strikeOfDelay(5))
    }

    private func strikeOfDelay(_ milliseconds: Int) -> Strike {
        Strike(delayMilliseconds: milliseconds, offsetSeconds: 3_600)
    }

    @Test(
        "a rule that no service could follow is refused",
        arguments: [
            ["service": "nobody", "fault": "html"], ["service": "tsa", "fault": "sulks"],
            ["service": "crl", "fault": "wrong-uuid"], ["service": "tsa"],
            ["service": "tsa", "fault": "html", "count": 0],
            ["service": "tsa", "fault": "html", "surprise": 1],
        ] as [JSONValue])
    func refused(_ rule: JSONValue) {
        #expect(throws: JSONReadingError.self) { try run(rule) }
    }

    @Test("every fault is of some service, and every service can be out")
    func table() {
        for fault in ServiceFault.allCases {
            #expect(SandboxService.allCases.contains { $0.faults.contains(fault) }, "\(fault)")
        }
        #expect(SandboxService.allCases.allSatisfy { $0.faults.contains(.unavailable) })
    }
}
