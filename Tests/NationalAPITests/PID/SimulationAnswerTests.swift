// SPDX-License-Identifier: Apache-2.0
import Coverage
import Foundation
import NationalAPI
import Testing
import XML

@Suite("Answer to a simulation")
struct SimulationAnswerTests {
    private let world: TestMessages

    init() throws { world = try TestMessages() }

    private func bytes(_ answer: SimulationAnswer = TestMessages.simulation) -> [UInt8] {
        Writer.bytes(of: answer.element(world.profile))
    }

    private func read(_ bytes: [UInt8]) throws -> SimulationAnswer {
        try SimulationAnswer(parsing: bytes, to: TestMessages.request, profile: world.profile)
    }

    @Test("comes back from the wire as it was given, and is a message of its pack")
    func roundTrip() throws {
        let answer = TestMessages.simulation
        let message = try world.answered(answer.element(world.profile))
        let received = try SimulationAnswer(
            message, to: TestMessages.request, profile: world.profile)
        #expect(received == answer)
        #expect(try read(bytes()) == answer)
        #expect(try world.anomalies(bytes()) == [])
        #expect(received.outcome == .answer(answer))
        #expect(received.totals?.patientShare == 22_51)
    }

    @Test("a refusal of the whole is no answer but anomalies")
    func refused() throws {
        var answer = TestMessages.simulation
        (answer.status, answer.simulationID, answer.validUntil) = (.failed, nil, nil)
        (answer.lines, answer.totals) = ([], nil)
        answer.anomalies = [
            NationalAnomaly(level: .error, code: "OEC-PAT-001", text: "Inconnu.", line: 1)
        ]
        #expect(try world.anomalies(bytes(answer)) == [])
        #expect(try read(bytes(answer)).outcome == .anomalies(answer.anomalies))
    }

    @Test("an answer to another simulation is foreign")
    func foreign() throws {
        let message = try world.answered(TestMessages.simulation.element(world.profile))
        #expect(throws: MessageError.foreignAnswer) {
            try SimulationAnswer(
                message, to: "3f0f6c1e-7f8a-4b7e-9a55-0d6c3c1f2b02", profile: world.profile)
        }
    }

    @Test(
        "an answer that contradicts itself or the vocabulary is none",
        arguments: [
            ("partStatutaire>55.09<", "partStatutaire>55.10<", "amounts that add up"),
            ("montantTotal>77.60<", "montantTotal>77.61<", "amounts that add up"),
            ("montantOpposable>62.60<", "montantOpposable>-2.60<", "amount in montantOpposable"),
            ("montantOpposable>62.60<", "montantOpposable>6e1<", "amount in montantOpposable"),
            ("taux>88<", "taux>188<", "number in taux"),
            ("statut>ACCEPTEE<", "statut>OUI<", "known value in statut"),
            (
                "<pid:idSimulation>S2026071500000001</pid:idSimulation>", "",
                "idSimulation, validJusqua, prestation or totaux"
            ),
            ("versionSchema>2<", "versionSchema>3<", "known versionSchema"),
            ("validJusqua>2", "validJusqua>x", "moment in validJusqua"),
            ("validJusqua>2026", "validJusqua>2025", "validJusqua after dateHeure"),
            ("statut>ACCEPTEE<", "statut>REFUSEE<", "statut that its anomalies allow"),
            ("niveau>AVERTISSEMENT<", "niveau>BLOQUANTE<", "statut that its anomalies allow"),
            (
                "<pid:numeroLigne>2</pid:numeroLigne><pid:acteTarifie>",
                "<pid:numeroLigne>1</pid:numeroLigne><pid:acteTarifie>",
                "single line of each number"
            ),
            ("montantTotal>77.60<", "montantTotal>1000000.00<", "amount in montantTotal"),
            ("<pid:statut>", "<pid:statut>REFUSEE</pid:statut><pid:statut>", "single statut"),
        ])
    func contradictions(_ old: String, _ new: String, _ what: String) throws {
        let original = String(decoding: bytes(), as: UTF8.self)
        let forged = original.replacing(old, with: new)
        try #require(forged != original)
        #expect(throws: MessageError.structure(what: what)) { try read(Array(forged.utf8)) }
    }

    @Test("only the price of the lines that were asked for, and of what was billed, is one")
    func otherLines() throws {
        let answer = TestMessages.simulation
        let billed: [(line: Int, amount: Amount?)] = [(1, nil), (2, Amount("15.00"))]
        try answer.requirePrice(of: billed)
        for other in [[billed[0]], billed + [(3, nil)]] {
            #expect(throws: MessageError.structure(what: "line for each line of the request")) {
                try answer.requirePrice(of: other)
            }
        }
        #expect(throws: MessageError.structure(what: "price of what was billed")) {
            try answer.requirePrice(of: [billed[0], (2, Amount("15.01"))])
        }
    }

    @Test("an answer of another environment or of another thread is none")
    func belonging() throws {
        let header = TestMessages.simulation.header
        try header.requireAnswer(in: .test, thread: TestMessages.request)
        #expect(throws: MessageError.structure(what: "environnement PROD")) {
            try header.requireAnswer(in: .production, thread: TestMessages.request)
        }
        #expect(throws: MessageError.foreignAnswer) {
            try header.requireAnswer(in: .test, thread: TestMessages.answer)
        }
    }

    @Test("an unknown level counts as an error; more lines than a simulation has are refused")
    func hostile() throws {
        let text = String(decoding: bytes(), as: UTF8.self)
            .replacing("statut>ACCEPTEE<", with: "statut>PARTIELLE<")
        let strange = text.replacing("niveau>AVERTISSEMENT<", with: "niveau>BOF<")
        #expect(try read(Array(strange.utf8)).anomalies.first?.level == .error)
        var many = TestMessages.simulation
        let line = many.lines[1]
        many.lines = Array(repeating: line, count: 2_001)
        #expect(throws: MessageError.structure(what: "at most 2000 prestation")) {
            try read(bytes(many))
        }
        var refused = TestMessages.simulation
        (refused.status, refused.anomalies) = (.failed, [])
        #expect(throws: MessageError.structure(what: "anomaly that explains the refusal")) {
            try read(bytes(refused))
        }
    }
}
