// SPDX-License-Identifier: Apache-2.0
import Coverage
import Foundation
import JSON
import NationalAPI
import Testing

@testable import Sandbox

@Suite("Insurer: simulation")
struct SimulationTests {
    private let me = InsurerWorld.practitioner.eHealthID
    private typealias Line = InsurerWorld.Line
    private let world: InsurerWorld

    init() throws { world = try InsurerWorld() }

    @Test("prices a consultation: 88 % for an adult, the whole for a child")
    func prices() async throws {
        let adult = try await world.simulate(world.simulation())
        #expect(adult.status == .accepted)
        #expect(
            adult.totals
                == PIDTotals(
                    total: 62_60, opposable: 62_60, nonOpposable: 0, statutory: 55_09,
                    participation: 7_51, convenances: 0))
        #expect(adult.lines.map(\.code) == ["C1"])
        #expect(adult.lines.first?.rate == 88)
        let child = try await world.simulate(world.simulation(matricule: "2010123199966"))
        #expect(child.totals?.participation == 0)
    }

    @Test("a convenience is paid by the patient alone and counted apart")
    func conveniences() async throws {
        let answer = try await world.simulate(
            world.simulation([Line(code: "C1"), Line(code: "CP1", billed: "15.00")]))
        #expect(answer.totals?.convenances == 15_00)
        #expect(answer.totals?.nonOpposable == 15_00)
        #expect(answer.status == .accepted)
    }

    @Test("lasts 60 minutes and no longer than the day in Luxembourg")
    func validity() async throws {
        let answer = try await world.simulate(world.simulation())
        #expect(answer.validUntil == InsurerWorld.now.addingTimeInterval(3600))
        // 23:30 in Luxembourg
        let late = Date(timeIntervalSince1970: 1_784_151_000)
        let evening = try await world.simulate(world.simulation(), at: late)
        let midnight = Date(timeIntervalSince1970: 1_784_152_800)
        #expect(evening.validUntil == midnight.addingTimeInterval(-1))
    }

    @Test(
        "a provider who lacks one of the three conditions is refused by its name",
        arguments: [
            ("90001448", "1000001448", "l'eHealth ID du prestataire n'est pas actif"),
            ("90001549", "1000001549", "l'espace MySecu du prestataire n'est pas actif"),
            ("90001650", "1000001650", "les services web ne sont pas activés"),
        ])
    func conditions(_ code: String, _ eHealthID: String, _ words: String) async throws {
        let answer = try await world.simulate(
            world.simulation(provider: code), as: eHealthID)
        #expect(answer.status == .failed)
        #expect(answer.codes == ["OEC-PID-004"])
        #expect(answer.anomalies.first?.text.contains(words) == true)
    }

    @Test("strangers are refused by name: provider, signer, person, right")
    func strangers() async throws {
        func codes(
            provider: String? = nil, matricule: String = InsurerWorld.adult,
            as eHealthID: String? = nil
        ) async throws -> [String] {
            try await world.simulate(
                world.simulation(provider: provider, matricule: matricule), as: eHealthID
            ).codes
        }
        #expect(try await codes(provider: "90001852") == ["OEC-PRE-001"])
        #expect(try await codes(as: "1999999999") == ["OEC-PRE-001"])
        #expect(try await codes(as: "1000234560") == ["OEC-PRE-002"])
        #expect(try await codes(matricule: "1900010100152") == ["OEC-PAT-001"])
        #expect(try await codes(matricule: "1972040520176") == ["OEC-PAT-002"])
        #expect(try await codes(matricule: "1972040520258") == ["OEC-PAT-002"])
        #expect(try await codes(matricule: "1948031210126") == [])
    }

    @Test("a service before birth, an unknown prescriber and an accident are refused")
    func refusals() async throws {
        let unborn = try world.simulation(
            [Line(code: "C1", date: "2020-02-28")], matricule: "2020022900725")
        #expect(try await world.simulate(unborn).codes == ["OEC-PAT-003"])
        let born = try world.simulation(
            [Line(code: "C1", date: "2020-02-29")], matricule: "2020022900725")
        #expect(try await !world.simulate(born).codes.contains("OEC-PAT-003"))
        let accident = try world.simulation(
            patient: [JSONMember("accident", ["numeroAccident": "U123456789"])])
        #expect(try await world.simulate(accident).codes == ["OEC-PID-004"])
    }

    @Test("the same message gets the first answer; another message under its UUID is refused")
    func duplicates() async throws {
        let uuid = InsurerWorld.uuid()
        let message = try world.simulation(uuid: uuid)
        let first = try await world.simulate(message)
        let later = InsurerWorld.now.addingTimeInterval(600)
        #expect(try await world.simulate(message, at: later) == first)
        let other = try await world.simulate(
            world.simulation([Line(code: "C1", billed: "62.60")], uuid: uuid))
        #expect(other.codes == ["OEC-DUP-001"])
        #expect(other.status == .failed)
    }

    @Test("only the sender can ask for an answer again")
    func sender() async throws {
        let message = try world.simulation()
        let answer = try await world.simulate(message)
        #expect(await world.insurer.exchange(answer.requestUUID, of: me) != nil)
        #expect(await world.insurer.exchange(answer.requestUUID, of: "1000234560") == nil)
    }

    @Test("a refused simulation leaves no trace of its UUID")
    func noTrace() async throws {
        let uuid = InsurerWorld.uuid()
        let refused = try await world.simulate(
            world.simulation(uuid: uuid, matricule: "1972040520176"))
        #expect(refused.status == .failed)
        #expect(await world.insurer.exchange(uuid, of: me) == nil)
        #expect(try await world.simulate(world.simulation(uuid: uuid)).status == .accepted)
    }

    @Test("a message of another model or without its pack's shape is refused")
    func shape() async throws {
        let simulation = try world.simulation()
        let wrong = try await world.validate(simulation)
        #expect(wrong.anomalies.map(\.code) == ["OEC-XML-002"])
        let text = String(decoding: simulation, as: UTF8.self)
            .replacing("<pid:nombre>1<", with: "<pid:nombre>0<")
        let answer = try await world.simulate(Array(text.utf8))
        #expect(answer.codes == ["OEC-XML-001"])
    }
}
