// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON
import NationalAPI
import Transport

/// Two hundred doctors against the sandbox's insurer, over mutual TLS.
struct InsurerLoad {
    let root: String
    let place: SandboxPlace
    static let doctors = 200

    // MARK: Pace

    /// Simulations at 200 a second, each doctor one a second: median and 99th percentile.
    func pace(seconds: Int) async throws -> [Figure] {
        let doctors = try await Doctor.crowd(Self.doctors, root: root, at: place)
        let patients = try Doctor.patients(root: root)
        // Connections and their handshakes are made before the first measured request.
        _ = try await inParallel(doctors) { number, doctor in
            try await simulateOnce(doctor, patients[number % patients.count])
        }
        let clock = ContinuousClock()
        let start = clock.now + .milliseconds(200)
        let durations = try await inParallel(doctors) { number, doctor in
            var durations: [Duration] = []
            for second in 0..<seconds {
                let due = start + .seconds(second) + .milliseconds(number * 5)
                try await clock.sleep(until: due)
                _ = try await simulateOnce(doctor, patients[number % patients.count])
                durations.append(clock.now - due)
            }
            return durations
        }.flatMap { $0 }.sorted()
        for doctor in doctors { await doctor.sender.shutDown() }
        let note = "\(durations.count) simulations, \(Self.doctors) doctors, counted from when due"
        return [
            Figure(.simulate, Figure.ours, durations[durations.count / 2], note: note),
            Figure(
                .simulateSlowest, Figure.ours, durations[durations.count * 99 / 100], note: note),
        ]
    }

    private func simulateOnce(_ doctor: Doctor, _ matricule: String) async throws -> Int {
        let uuid = UUID().uuidString.lowercased()
        let answer = try await doctor.simulate(
            doctor.simulation(uuid: uuid, matricule: matricule, now: Date()), uuid: uuid)
        guard answer.simulationID != nil else { throw BenchError.wrong("a simulation's answer") }
        return answer.lines.count
    }

    // MARK: One payment each

    /// Every doctor simulates and validates as fast as he can, and sends every fifth validation a
    /// second time; then the sandbox's own books are compared with what the doctors were told.
    func payments(seconds: Int) async throws -> String {
        let doctors = try await Doctor.crowd(Self.doctors, root: root, at: place)
        let patients = try Doctor.patients(root: root)
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        let told = try await inParallel(doctors) { number, doctor in
            var told: [Told] = []
            var turn = number
            while clock.now < end {
                told.append(try await payOnce(doctor, patients[turn % patients.count], turn))
                turn += 7
            }
            return told
        }.flatMap { $0 }
        for doctor in doctors { await doctor.sender.shutDown() }
        return try await compare(told)
    }

    /// What a doctor was told about one validation.
    private struct Told: Sendable {
        var uuid: String
        var reference: String
        var amount: Int
        /// Every repetition said the same.
        var isSteady: Bool
    }

    /// Simulates and validates; a price that another doctor's statement has overtaken is asked for
    /// again.
    private func payOnce(_ doctor: Doctor, _ matricule: String, _ turn: Int) async throws -> Told {
        for _ in 0..<Self.tries {
            let first = UUID().uuidString.lowercased()
            let simulated = try await doctor.simulate(
                doctor.simulation(uuid: first, matricule: matricule, now: Date()), uuid: first)
            let uuid = UUID().uuidString.lowercased()
            let bytes = doctor.validation(uuid: uuid, of: simulated, now: Date())
            let answer = try await doctor.validate(bytes, uuid: uuid)
            if answer.anomalies.contains(where: { $0.code == doctor.profile.pid.codes.expired }) {
                continue
            }
            guard let payment = answer.payment else {
                throw BenchError.wrong("a validation's answer")
            }
            var isSteady = true
            if turn.isMultiple(of: 5) {
                isSteady = try await doctor.validate(bytes, uuid: uuid).payment == payment
            }
            return Told(
                uuid: uuid, reference: payment.reference, amount: payment.amount,
                isSteady: isSteady)
        }
        throw BenchError.wrong("a simulation overtaken \(Self.tries) times")
    }

    private static let tries = 50

    private func compare(_ told: [Told]) async throws -> String {
        let books = try await place.admin("/admin/payments").array ?? []
        var byUUID: [String: [JSONValue]] = [:]
        for entry in books { byUUID[entry["uuid"]?.string ?? "", default: []].append(entry) }
        var (lost, doubled, different) = (0, 0, 0)
        // Nothing is ordered for a statement of which nothing is opposable.
        let unpaid = told.count { $0.amount == 0 }
        for answer in told where answer.amount > 0 {
            let entries = byUUID[answer.uuid] ?? []
            if entries.isEmpty { lost += 1 }
            if entries.count > 1 { doubled += 1 }
            if entries.first?["reference"]?.string != answer.reference || !answer.isSteady {
                different += 1
            }
        }
        let line =
            "\(Self.doctors) doctors: \(told.count) statements validated, \(unpaid) of them without "
            + "anything to pay, \(books.count) payments, "
            + "\(lost) lost, \(doubled) doubled, \(different) told otherwise\n"
        guard lost + doubled + different == 0, books.count == told.count - unpaid else {
            throw BenchError.wrong(line)
        }
        return line
    }

    private func inParallel<Value: Sendable>(
        _ doctors: [Doctor], _ work: @escaping @Sendable (Int, Doctor) async throws -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: Value.self) { group in
            for (number, doctor) in doctors.enumerated() {
                group.addTask { try await work(number, doctor) }
            }
            var values: [Value] = []
            for try await value in group { values.append(value) }
            return values
        }
    }
}
