// SPDX-License-Identifier: Apache-2.0
import Connector
import Coverage
import Foundation
import JSON
import NationalAPI
import TestSupport
import Testing
import Trust

@testable import HTTPAPI

@Suite("What programs see of a simulation")
struct SimulationViewTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path
    private let refusal = NationalAnomaly(
        level: .error, code: "OEC-PID-003", text: "Déjà validé.")

    private var header: MessageHeader {
        MessageHeader(
            uuid: "3f0f6c1e-7f8a-4b7e-9a55-0d6c3c1f2b02", createdAt: TestPKI.clock,
            day: CalendarDate(inLuxembourg: TestPKI.clock), environment: .test,
            software: .init(name: "Exemple", version: "1", vendor: "Exemple"))
    }

    private func view(
        _ state: SimulationState, _ confirmation: ValidationAnswer?
    ) throws -> JSONValue {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(Self.root)/Data/problems.json"))
        let simulation = Simulation(
            uuid: "3f0f6c1e-7f8a-4b7e-9a55-0d6c3c1f2b01", digest: Digest(.sha256, []),
            pack: PackReference(id: "p", version: "1"), state: state, result: .accepted,
            nationalID: "S1", acceptedAt: TestPKI.clock, changedAt: TestPKI.clock,
            dueAt: TestPKI.clock)
        let answer = SimulationAnswer(
            header: header, requestUUID: simulation.uuid, simulationID: "S1",
            decidedAt: TestPKI.clock, validUntil: nil, status: .accepted, lines: [],
            anomalies: [], totals: nil)
        let problems = try ProblemCatalogue(JSONReader(JSONValue(parsing: [UInt8](data))))
        return .object(
            SimulationView(
                simulation: simulation, answer: answer, confirmation: confirmation,
                problems: problems
            ).members)
    }

    @Test("before any decision both decisions are possible")
    func open() throws {
        let json = try view(.simulated, nil)
        #expect(json["links"]?["validation"] != nil && json["links"]?["contestation"] != nil)
        #expect(json["anomalies"]?.array?.isEmpty == true)
    }

    @Test("a refused validation says why, and is not offered again")
    func refused() throws {
        let json = try view(.simulated, answer(.refused, nil))
        #expect(json["anomalies"]?[0]?["code"] == "OEC-PID-003")
        #expect(json["links"]?["validation"] == nil && json["links"]?["contestation"] != nil)
    }

    @Test("the insurer's number of the statement is shown also when nothing is paid")
    func payment() throws {
        let payment = ValidationAnswer.Payment(
            statementID: "M1", amount: 0, reference: "PID1", transfer: .instant)
        let json = try view(.validated, answer(.validated, payment))
        #expect(json["payment"]?["statementId"] == "M1" && json["payment"]?["amount"] == "0.00")
    }

    private func answer(
        _ status: ValidationAnswer.Status, _ payment: ValidationAnswer.Payment?
    ) -> ValidationAnswer {
        ValidationAnswer(
            header: header, requestUUID: "3f0f6c1e-7f8a-4b7e-9a55-0d6c3c1f2b01",
            decidedAt: TestPKI.clock, status: status, payment: payment,
            anomalies: payment == nil ? [refusal] : [])
    }
}
