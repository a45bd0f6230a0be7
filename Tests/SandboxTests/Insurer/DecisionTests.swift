// SPDX-License-Identifier: Apache-2.0
import Coverage
import Foundation
import NationalAPI
import Testing

@testable import Sandbox

@Suite("Insurer: validation, contestation, payment")
struct DecisionTests {
    private typealias Line = InsurerWorld.Line
    private let world: InsurerWorld

    init() throws { world = try InsurerWorld() }

    @Test("a validation leads to one payment of the statutory part, whatever is repeated")
    func pays() async throws {
        let simulated = try await world.simulate(world.simulation())
        let message = try world.validation(of: simulated)
        let first = try await world.validate(message)
        #expect(first.status == .validated)
        #expect(first.payment?.amount == 55_09)
        #expect(first.payment?.transfer == .instant)
        let again = try await world.validate(
            message, at: InsurerWorld.now.addingTimeInterval(7200))
        #expect(again == first)
        let payments = await world.insurer.payments
        #expect(payments.map(\.reference) == [first.payment?.reference])
        #expect(payments.first?.simulationID == simulated.simulationID)
        let entries = await world.insurer.ledgerEntries
        #expect(
            entries.map(\.model) == [
                world.profile.pid.simulation.model, world.profile.pid.validation.model,
            ])
    }

    @Test("what was decided is final")
    func final() async throws {
        let simulated = try await world.simulate(world.simulation())
        _ = try await world.validate(world.validation(of: simulated))
        let second = try await world.validate(world.validation(of: simulated))
        #expect(second.anomalies.map(\.code) == ["OEC-PID-003"])
        let contested = try await world.contest(world.contestation(of: simulated))
        #expect(contested.anomalies.map(\.code) == ["OEC-PID-003"])
        #expect(await world.insurer.payments.count == 1)

        let other = try await world.simulate(world.simulation())
        let message = world.contestation(of: other)
        let accepted = try await world.contest(message)
        #expect(accepted.status == .contested)
        #expect(accepted.contestationID != nil)
        #expect(try await world.contest(message) == accepted)
        let late = try await world.validate(world.validation(of: other))
        #expect(late.anomalies.map(\.code) == ["OEC-PID-003"])
        #expect(await world.insurer.payments.count == 1)
    }

    @Test("a simulation counts until its end and not a moment longer")
    func expiry() async throws {
        let simulated = try await world.simulate(world.simulation())
        let end = try #require(simulated.validUntil)
        let late = try await world.validate(world.validation(of: simulated), at: end)
        #expect(late.anomalies.map(\.code) == ["OEC-PID-002"])
        let last = try await world.validate(
            world.validation(of: simulated), at: end.addingTimeInterval(-1))
        #expect(last.status == .validated)
    }

    @Test("unknown simulations, another provider's and other totals are refused")
    func refusals() async throws {
        let simulated = try await world.simulate(world.simulation())
        let unknown = try await world.validate(world.validation(of: simulated, id: "S1"))
        #expect(unknown.anomalies.map(\.code) == ["OEC-PID-001"])
        let foreign = try await world.validate(
            world.validation(of: simulated, provider: "91234560"), as: "1000234560")
        #expect(foreign.anomalies.map(\.code) == ["OEC-PID-001"])
        var totals = try #require(simulated.totals)
        totals.statutory -= 1
        totals.participation += 1
        let other = try await world.validate(world.validation(of: simulated, totals: totals))
        #expect(other.anomalies.map(\.code) == ["OEC-PID-005"])
        #expect(await world.insurer.payments.isEmpty)
    }

    @Test("a fee statement is paid once, under however many simulations")
    func onePaymentPerStatement() async throws {
        let first = try await world.simulate(world.simulation(number: "2026-0001"))
        let second = try await world.simulate(world.simulation(number: "2026-0001"))
        #expect(try await world.validate(world.validation(of: first)).status == .validated)
        let refused = try await world.validate(world.validation(of: second))
        #expect(refused.anomalies.map(\.code) == ["OEC-PID-003"])
        let third = try await world.simulate(world.simulation())
        let named = try await world.validate(
            world.validation(of: third, number: "2026-0001"))
        #expect(named.anomalies.map(\.code) == ["OEC-PID-003"])
        let same = try await world.simulate(world.simulation(number: "2026-0002"))
        #expect(same.codes.contains("OEC-DUP-002"))
    }

    @Test("only what was validated is history: a second general act of the day counts then")
    func history() async throws {
        let lines = [Line(code: "C1")]
        _ = try await world.simulate(world.simulation(lines))
        let before = try await world.simulate(world.simulation(lines))
        #expect(before.status == .accepted)
        _ = try await world.validate(world.validation(of: before))
        let after = try await world.simulate(world.simulation(lines))
        #expect(after.lines.first?.anomalies.map(\.code).contains("OEC-ACT-005") == true)
        #expect(after.status == .refused)
    }

    @Test("the payment advice lists what was booked, an ordinary transfer the day after")
    func advice() async throws {
        let instant = try await world.simulate(world.simulation())
        let paid = try await world.validate(world.validation(of: instant))
        let deferred = try await world.simulate(world.simulation(matricule: "1972040521245"))
        let later = try await world.validate(world.validation(of: deferred))
        #expect(later.payment?.transfer == .ordinary)
        let code = InsurerWorld.practitioner.code
        let today = await world.insurer.advice(to: code, id: "A1", now: InsurerWorld.now)
        #expect(today.entries.map(\.reference) == [paid.payment?.reference])
        let tomorrow = await world.insurer.advice(
            to: code, id: "A2", now: InsurerWorld.now.addingTimeInterval(86_400))
        #expect(tomorrow.entries.count == 2)
        let one = await world.insurer.advice(
            to: code, reference: later.payment?.reference, id: "A3",
            now: InsurerWorld.now.addingTimeInterval(86_400))
        #expect(one.entries.map(\.bookedOn) == [CalendarDate("2026-07-16")])
    }
}
