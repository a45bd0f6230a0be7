// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import Foundation
import JSON
import NationalAPI
import Testing

@testable import Sandbox

@Suite("Insurer: performers, associations, agreements, years")
struct PerformerTests {
    private typealias Line = InsurerWorld.Line
    private let world: InsurerWorld
    private let cardiologist = (code: "91234560", eHealthID: "1000234560")
    private let dentist = (code: "95432135", eHealthID: "1000432135")
    private let dermatologist = (code: "90001347", eHealthID: "1000001347")
    private let associates = [("90002054", "1000002054"), ("90002155", "1000002155")]

    init() throws { world = try InsurerWorld() }

    @Test("doctors of one statement are priced apart, whatever the order of their lines")
    func performers() async throws {
        let own = Line(code: "C1")
        let others = Line(code: "1C14", executant: cardiologist.code)
        let one = try await world.simulate(world.simulation([own, others]))
        let two = try await world.simulate(world.simulation([others, own]))
        #expect(one.status == .accepted)
        #expect(one.totals == two.totals)
        #expect(one.lines.compactMap(\.number) == [1, 2])
        #expect(one.lines.map(\.opposable) == two.lines.reversed().map(\.opposable))
        #expect(one.lines.allSatisfy { $0.opposable > 0 })
    }

    @Test("an associate's consultation of the day is one's own, another doctor's is not")
    func associations() async throws {
        func pay(_ provider: (String, String)) async throws -> SimulationAnswer {
            let simulated = try await world.simulate(
                world.simulation(provider: provider.0), as: provider.1)
            _ = try await world.validate(
                world.validation(of: simulated, provider: provider.0), as: provider.1)
            return simulated
        }
        #expect(try await pay(associates[0]).status == .accepted)
        #expect(try await pay(associates[1]).codes.contains("OEC-ACT-005"))
        let other = (InsurerWorld.practitioner.code, InsurerWorld.practitioner.eHealthID)
        #expect(try await pay(other).status == .accepted)
    }

    @Test("units that were not paid are not history")
    func units() async throws {
        let first = try await world.simulate(
            world.simulation([Line(code: "C1", count: 3)], number: "1"))
        let validated = try await world.validate(world.validation(of: first))
        #expect(validated.status == .validated)
        let adult = try #require(Matricule(InsurerWorld.adult))
        let past = await world.insurer.book.past(of: adult)
        #expect(past.acts.map(\.act.quantity) == [1])
    }

    @Test("each year has its dental base amount, whatever the order of the lines")
    func years() async throws {
        func simulate(_ lines: [Line]) async throws -> SimulationAnswer {
            try await world.simulate(
                world.simulation(lines, provider: dentist.code), as: dentist.eHealthID)
        }
        let first = try await simulate([Line(code: "DC1", date: "2026-06-02")])
        _ = try await world.validate(
            world.validation(of: first, provider: dentist.code), as: dentist.eHealthID)
        let (later, earlier) = (
            Line(code: "DC1", date: "2026-06-10"), Line(code: "DC1", date: "2025-12-10")
        )
        let one = try await simulate([later, earlier])
        let two = try await simulate([earlier, later])
        #expect(one.totals == two.totals)
    }

    @Test("with a list of agreements only those count")
    func agreements() async throws {
        let known = "3f0f6c1e-7f8a-4b7e-9a55-0d6c3c1f2b77"
        let forged = "3f0f6c1e-7f8a-4b7e-9a55-0d6c3c1f2b78"
        func codes(_ world: InsurerWorld, _ document: String?) async throws -> [String] {
            try await world.simulate(
                world.simulation(
                    [Line(code: "CNQ11", document: document)], provider: dermatologist.code),
                as: dermatologist.eHealthID
            ).codes
        }
        let strict = try InsurerWorld(agreements: [.string(known)])
        #expect(try await codes(strict, forged).contains("OEC-ACT-003"))
        #expect(try await codes(strict, nil).contains("OEC-ACT-003"))
        #expect(try await !codes(strict, known).contains("OEC-ACT-003"))
        #expect(try await !codes(world, forged).contains("OEC-ACT-003"))
    }

    @Test("a matricule without a whole birth date asks for the birth date")
    func birthDate() async throws {
        let answer = try await world.simulate(world.simulation(matricule: "1985000012375"))
        #expect(answer.codes == ["OEC-PAT-001"])
        #expect(answer.anomalies.first?.text.contains("date de naissance") == true)
    }

    @Test("nothing prints a matricule or an act")
    func redacted() async throws {
        let answer = try await world.simulate(world.simulation())
        let simulation = try #require(
            await world.insurer.book.simulation(answer.simulationID ?? ""))
        let texts = [
            "\(answer)", "\(simulation)", "\(answer.lines)", "\(simulation.counts)",
            simulation.bill.map { "\($0) \($0.parties)" } ?? "",
        ]
        for text in texts {
            #expect(!text.isEmpty)
            #expect(!text.contains(InsurerWorld.adult) && !text.contains("C1"))
        }
    }
}
