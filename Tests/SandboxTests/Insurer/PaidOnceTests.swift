// SPDX-License-Identifier: Apache-2.0
import Coverage
import Foundation
import NationalAPI
import Testing

@testable import Sandbox

@Suite("Insurer: who decides, and what is paid once")
struct PaidOnceTests {
    private typealias Line = InsurerWorld.Line
    private let world: InsurerWorld
    private let stranger = (code: "91234560", eHealthID: "1000234560")

    init() throws { world = try InsurerWorld() }

    private func codes(_ answer: ValidationAnswer) -> [String] { answer.anomalies.map(\.code) }

    @Test("only who bills or did the acts decides on a simulation")
    func signers() async throws {
        let simulated = try await world.simulate(world.simulation())
        let message = try world.validation(of: simulated)
        let foreign = try await world.validate(message, as: stranger.eHealthID)
        #expect(codes(foreign) == ["OEC-PRE-002"])
        let contested = try await world.contest(
            world.contestation(of: simulated), as: stranger.eHealthID)
        #expect(contested.anomalies.map(\.code) == ["OEC-PRE-002"])
        #expect(await world.insurer.payments.isEmpty)
        #expect(try await world.validate(message).status == .validated)

        let shared = try await world.simulate(
            world.simulation([
                Line(code: "C1"), Line(code: "1C14", executant: stranger.code),
            ]))
        let byExecutant = try await world.contest(
            world.contestation(of: shared), as: stranger.eHealthID)
        #expect(byExecutant.status == .contested)
    }

    @Test("the same acts without a number are paid once, with two numbers twice")
    func sameContent() async throws {
        let child = "2010123199966"
        let other = [Line(code: "1C38")]
        let first = try await world.simulate(world.simulation(matricule: child))
        let second = try await world.simulate(world.simulation(matricule: child))
        #expect(try await world.validate(world.validation(of: first)).status == .validated)
        #expect(
            codes(try await world.validate(world.validation(of: second))) == ["OEC-PID-003"])
        let numbered = try await world.validate(world.validation(of: second, number: "2"))
        #expect(codes(numbered) == ["OEC-PID-003"])

        let numbers = ["7", " 7", "7\u{a0}"]
        let same = try await numbers.asyncMap {
            try await world.simulate(world.simulation(other, number: $0))
        }
        let paid = try await same.asyncMap { try await world.validate(world.validation(of: $0)) }
        #expect(paid.map(\.status) == [.validated, .refused, .refused])
        #expect(paid.dropFirst().allSatisfy { codes($0) == ["OEC-PID-003"] })
        #expect(await world.insurer.payments.count == 2)
    }

    @Test("two numbers tell two statements of the same acts apart, with a warning")
    func twoNumbers() async throws {
        let lines = [Line(code: "1C14")]
        let first = try await world.simulate(
            world.simulation(lines, provider: stranger.code, number: "1"), as: stranger.eHealthID)
        let paid = try await world.validate(
            world.validation(of: first, provider: stranger.code), as: stranger.eHealthID)
        #expect(paid.status == .validated)
        let next = try await world.simulate(
            world.simulation(lines, provider: stranger.code, number: "2"), as: stranger.eHealthID)
        #expect(next.codes.contains("OEC-DUP-002"))
        let again = try await world.validate(
            world.validation(of: next, provider: stranger.code), as: stranger.eHealthID)
        #expect(again.status == .validated)
        #expect(codes(again) == ["OEC-DUP-002"])
    }

    @Test("a validation cannot name another number than its simulation")
    func otherNumber() async throws {
        let simulated = try await world.simulate(world.simulation(number: "A"))
        let other = try await world.validate(world.validation(of: simulated, number: "B"))
        #expect(codes(other) == ["OEC-PID-005"])
        let same = try await world.validate(world.validation(of: simulated, number: " A "))
        #expect(same.status == .validated)
    }

    @Test("a price that the history has overtaken is not paid: simulate again")
    func overtaken() async throws {
        let lines = [Line(code: "C1")]
        let first = try await world.simulate(world.simulation(lines, number: "1"))
        let second = try await world.simulate(
            world.simulation(lines + [Line(code: "1M52")], number: "2"))
        #expect(try await world.validate(world.validation(of: first)).status == .validated)
        let late = try await world.validate(world.validation(of: second))
        #expect(codes(late) == ["OEC-PID-002"])
        #expect(await world.insurer.payments.count == 1)
    }

    @Test("history that changes nothing overtakes nothing")
    func untouched() async throws {
        let first = try await world.simulate(world.simulation(number: "1"))
        let second = try await world.simulate(
            world.simulation([Line(code: "C1", date: "2026-03-02")], number: "2"))
        #expect(try await world.validate(world.validation(of: first)).status == .validated)
        #expect(try await world.validate(world.validation(of: second)).status == .validated)
    }

    @Test("what is refused as a whole is validated without a payment, and counts for nothing")
    func nothingOpposable() async throws {
        let simulated = try await world.simulate(
            world.simulation([Line(code: "ZZZ99", billed: "10.00")]))
        #expect(simulated.status == .refused)
        let validated = try await world.validate(world.validation(of: simulated))
        #expect(validated.status == .validated)
        #expect(validated.payment?.amount == 0)
        #expect(await world.insurer.payments.isEmpty)
        let again = try await world.validate(world.validation(of: simulated))
        #expect(codes(again) == ["OEC-PID-003"])
        let next = try await world.simulate(
            world.simulation([Line(code: "ZZZ99", billed: "10.00")]))
        #expect(!next.codes.contains("OEC-DUP-002"))
    }

    @Test("the first answer is its sender's alone, whatever the day")
    func repetition() async throws {
        let message = try world.simulation()
        let first = try await world.simulate(message)
        let other = try await world.simulate(message, as: stranger.eHealthID)
        #expect(other.status == .failed)
        #expect(other.codes.contains("OEC-DUP-001"))
        #expect(other.simulationID == nil)
        // A clock set back makes the message's own date lie ahead.
        let before = InsurerWorld.now.addingTimeInterval(-3 * 86_400)
        #expect(try await world.simulate(message, at: before) == first)
    }

    @Test("an amount that no message can carry is refused by name")
    func tooMuch() async throws {
        let line = Line(code: "C1", billed: "999999.99")
        #expect(try await world.simulate(world.simulation([line])).status == .accepted)
        let both = try await world.simulate(world.simulation([line, line]))
        #expect(both.status == .failed)
        #expect(both.codes == ["OEC-XML-001"])
        #expect(both.anomalies.first?.text.contains("999999.99") == true)
    }

    @Test("an ordinary transfer is booked on a banking day")
    func banking() async throws {
        let deferred = "1972040521245"
        let friday = InsurerWorld.now.addingTimeInterval(2 * 86_400)
        let simulated = try await world.simulate(
            world.simulation(matricule: deferred), at: friday)
        _ = try await world.validate(world.validation(of: simulated), at: friday)
        #expect(
            await world.insurer.payments.map(\.bookedOn) == [CalendarDate("2026-07-20")])
        // Thursday, before Christmas Day, Saint Stephen's Day and a Sunday.
        let eve = InsurerWorld.now.addingTimeInterval(162 * 86_400)
        let before = try await world.simulate(
            world.simulation([Line(code: "C1", date: "2026-07-01")], matricule: deferred), at: eve)
        _ = try await world.validate(world.validation(of: before), at: eve)
        #expect(await world.insurer.payments.last?.bookedOn == CalendarDate("2026-12-28"))
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(
        _ transform: (Element) async throws -> Value
    ) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
