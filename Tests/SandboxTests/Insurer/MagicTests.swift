// SPDX-License-Identifier: Apache-2.0
import Coverage
import Foundation
import JSON
import NationalAPI
import Testing

@testable import Sandbox

@Suite("Insurer: magic values")
struct MagicTests {
    private typealias Line = InsurerWorld.Line
    private let world: InsurerWorld

    init() throws { world = try InsurerWorld() }

    @Test("every magic act forces its anomaly, and no list has it")
    func acts() async throws {
        #expect(world.register.magicActs.count == 33)
        for (code, anomaly) in world.register.magicActs {
            let answer = try await world.simulate(
                world.simulation([Line(code: "C1"), Line(code: code, billed: "10.00")]))
            let raised = answer.allAnomalies.filter { $0.code == anomaly }
            #expect(raised.first?.line == 2, "\(code)")
            #expect(raised.first?.text.isEmpty == false)
            let isAboutLine = anomaly.hasPrefix("OEC-ACT") || anomaly.hasPrefix("OEC-MNT")
            let isError = raised.first?.level == .error
            #expect((answer.status == .failed) == (isError && !isAboutLine), "\(code)")
        }
    }

    @Test("magic persons refuse, close and overload by name")
    func persons() async throws {
        for (matricule, code) in [
            ("1972040520337", "OEC-PID-004"), ("1972040520414", "OEC-TEC-001"),
            ("1972040520589", "OEC-TEC-002"),
        ] {
            let answer = try await world.simulate(world.simulation(matricule: matricule))
            #expect(answer.status == .failed)
            #expect(answer.codes == [code])
        }
        let refused = try await world.simulate(world.simulation(matricule: "1972040521401"))
        #expect(refused.status == .refused)
        #expect(refused.totals?.opposable == 0)
        #expect(refused.totals?.nonOpposable == 62_60)
        let warned = try await world.simulate(world.simulation(matricule: "1972040521576"))
        #expect(warned.status == .accepted)
        #expect(warned.codes.contains("OEC-ACT-014"))
        let brief = try await world.simulate(world.simulation(matricule: "1972040521329"))
        let expired = try await world.validate(world.validation(of: brief))
        #expect(expired.anomalies.map(\.code) == ["OEC-PID-002"])
    }

    @Test("slowness, outage and a lost answer, whose repetition arrives")
    func troubles() async throws {
        let slow = try await world.rawSimulation(world.simulation(matricule: "1972040520663"))
        #expect(slow?.delayInMilliseconds == 3_000)
        let out = try await world.rawSimulation(world.simulation(matricule: "1972040520825"))
        #expect(out?.answer == nil)
        let message = try world.simulation(matricule: "1972040520902")
        let lost = try await world.rawSimulation(message)
        #expect(lost?.isLost == true)
        let again = try await world.rawSimulation(message)
        #expect(again?.isLost == false)
        #expect(again?.answer == lost?.answer)

        let simulated = try await world.simulate(world.simulation(matricule: "1972040521082"))
        let validation = try world.validation(of: simulated)
        #expect(try await world.rawValidation(validation)?.isLost == true)
        #expect(try await world.validate(validation).status == .validated)
        #expect(await world.insurer.payments.count == 1)
    }

    @Test("a contestation can be out, late or without its first answer")
    func contestations() async throws {
        func contested(_ matricule: String) async throws -> (InsurerReply?, InsurerReply?) {
            let simulated = try await world.simulate(world.simulation(matricule: matricule))
            let message = world.contestation(of: simulated)
            return (
                try await world.rawContestation(message), try await world.rawContestation(message)
            )
        }
        let out = try await contested("1972040521650")
        #expect(out.0?.answer == nil && out.1?.answer == nil)
        let lost = try await contested("1972040521733")
        #expect(lost.0?.isLost == true && lost.1?.isLost == false)
        #expect(lost.0?.answer == lost.1?.answer)
        #expect(try await contested("1972040521817").0?.delayInMilliseconds == 35_000)
    }

    @Test("the answer to a status query cannot be lost: nothing remembers it")
    func lostStatus() throws {
        let effect = JSONReader(["kind": "lost-answer", "step": "status"])
        #expect(throws: JSONReadingError.self) { try MagicEffect(effect) }
        let late = JSONReader(["kind": "slow", "step": "status", "milliseconds": 5])
        #expect(try MagicEffect(late) == .slow(.status, milliseconds: 5))
    }

    @Test("the table names every provider, person and act")
    func table() {
        let table = MagicValues.table(world.register)
        for provider in world.register.providers.prefix(11) {
            #expect(table.contains(provider.code))
        }
        for person in world.register.persons.prefix(20) {
            #expect(table.contains(person.matricule))
        }
        for act in world.register.magicActs.keys { #expect(table.contains(act)) }
        #expect(table.contains("web services switched off (OEC-PID-004)"))
    }
}
