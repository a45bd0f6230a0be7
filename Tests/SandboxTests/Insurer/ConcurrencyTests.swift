// SPDX-License-Identifier: Apache-2.0
import Coverage
import NationalAPI
import Testing

@testable import Sandbox

@Suite("Insurer: two hundred doctors at once")
struct ConcurrencyTests {
    private static let count = 200

    @Test("one validation sent two hundred times pays once and gets one answer")
    func sameStatement() async throws {
        let world = try InsurerWorld()
        let simulated = try await world.simulate(world.simulation())
        let message = try world.validation(of: simulated)
        let answers = try await withThrowingTaskGroup(of: ValidationAnswer.self) { group in
            for _ in 0..<Self.count { group.addTask { try await world.validate(message) } }
            return try await group.reduce(into: Set<ValidationAnswer>()) { $0.insert($1) }
        }
        #expect(answers.count == 1)
        #expect(answers.first?.status == .validated)
        #expect(await world.insurer.payments.count == 1)
    }

    @Test("two hundred validations of one simulation under different UUIDs pay once")
    func rivals() async throws {
        let world = try InsurerWorld()
        let simulated = try await world.simulate(world.simulation())
        let statuses = try await withThrowingTaskGroup(of: ValidationAnswer.self) { group in
            for _ in 0..<Self.count {
                let message = try world.validation(of: simulated)
                group.addTask { try await world.validate(message) }
            }
            return try await group.reduce(into: [ValidationAnswer.Status: Int]()) {
                $0[$1.status, default: 0] += 1
            }
        }
        #expect(statuses == [.validated: 1, .refused: Self.count - 1])
        #expect(await world.insurer.payments.count == 1)
    }

    @Test("two hundred doctors simulate and validate: one payment each, no answer lost or double")
    func differentStatements() async throws {
        let world = try InsurerWorld()
        let doctors = world.register.providers.suffix(Self.count)
        let patients = world.register.persons.suffix(Self.count).map(\.matricule)
        let references = try await withThrowingTaskGroup(of: String?.self) { group in
            for (provider, patient) in zip(doctors, patients) {
                group.addTask {
                    let simulated = try await world.simulate(
                        world.simulation(
                            provider: provider.code, matricule: patient, number: "1"),
                        as: provider.eHealthID)
                    let validated = try await world.validate(
                        world.validation(of: simulated, provider: provider.code),
                        as: provider.eHealthID)
                    return validated.payment?.reference
                }
            }
            return try await group.reduce(into: [String?]()) { $0.append($1) }
        }
        #expect(Set(references.compactMap { $0 }).count == Self.count)
        let payments = await world.insurer.payments
        #expect(Set(payments.map(\.reference)) == Set(references.compactMap { $0 }))
        #expect(Set(payments.map(\.providerCode)).count == Self.count)
        #expect(Set(payments.map(\.statementID)).count == Self.count)
    }

    @Test("doctors of the same patients: who is overtaken simulates again, each is paid once")
    func samePatients() async throws {
        let world = try InsurerWorld()
        let doctors = world.register.providers.suffix(60)
        let patients = world.register.persons.suffix(6).map(\.matricule)
        let told = try await withThrowingTaskGroup(of: ValidationAnswer.self) { group in
            for (number, doctor) in doctors.enumerated() {
                group.addTask {
                    try await Self.pay(doctor, patients[number % patients.count], in: world)
                }
            }
            return try await group.reduce(into: [ValidationAnswer]()) { $0.append($1) }
        }
        let ordered = told.compactMap(\.payment).filter { $0.amount > 0 }.map(\.reference)
        let payments = await world.insurer.payments.map(\.reference)
        #expect(told.allSatisfy { $0.status == .validated })
        #expect(Set(ordered) == Set(payments) && ordered.count == payments.count)
    }

    private static func pay(
        _ doctor: Register.Provider, _ patient: String, in world: InsurerWorld
    ) async throws -> ValidationAnswer {
        while true {
            let lines = [InsurerWorld.Line(code: "C1"), InsurerWorld.Line(code: "1M52")]
            let simulated = try await world.simulate(
                world.simulation(lines, provider: doctor.code, matricule: patient),
                as: doctor.eHealthID)
            let answer = try await world.validate(
                world.validation(of: simulated, provider: doctor.code), as: doctor.eHealthID)
            guard answer.anomalies.contains(where: { $0.code == "OEC-PID-002" }) else {
                return answer
            }
        }
    }
}
