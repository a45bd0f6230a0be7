// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import Foundation
import JSON
import NationalAPI
import TestSupport
import Trust
import XML

/// The profile, the packs of the messages, and a platform that signs any business element.
struct TestMessages {
    static let now = TestPKI.clock
    let profile: NationalProfile
    let packs: PackLibrary

    init() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .path
        let file = try Data(
            contentsOf: URL(fileURLWithPath: "\(root)/Data/profiles/lu-mysecu-2023.json"))
        profile = try NationalProfile(JSONReader(JSONDocument(parsing: [UInt8](file)).root))
        packs = try PackLibrary.load(directory: "\(root)/Packs")
    }

    /// An answer of the platform as it arrives: signed and verified.
    func answered(_ business: Element) throws -> VerifiedMessage {
        let signer = TestPKI.shared.rsaSigner
        let unsigned = try ExchangeAnswer.message(
            business: business, profile: profile, certificate: signer.certificate, now: Self.now)
        return try VerifiedMessage(
            parsing: unsigned.signed(with: signer.key.sign(unsigned.toBeSigned)),
            security: profile.messageSecurity, now: Self.now)
    }

    /// What the pack of a message says about its bytes.
    func anomalies(_ bytes: [UInt8]) throws -> [String] {
        let result = try packs.check(
            .xml(bytes), today: CalendarDate("2026-08-01")!,  // a constant date
            kinds: [.message])
        return result.anomalies.map { "\($0.code) \($0.pointer)" }
    }

    static func header(_ uuid: String, correlation: String? = nil) -> MessageHeader {
        MessageHeader(
            uuid: uuid, correlation: correlation,
            createdAt: Date(timeIntervalSince1970: 1_784_102_400.125),
            day: CalendarDate("2026-07-15")!,  // a constant date
            environment: .test,
            software: MessageHeader.Software(name: "Cabinet", version: "1.2", vendor: "Exemple"))
    }

    static let request = "3f0f6c1e-7f8a-4b7e-9a55-0d6c3c1f2b01"
    static let answer = "3f0f6c1e-7f8a-4b7e-9a55-0d6c3c1f2b11"
    static let moment = Date(timeIntervalSince1970: 1_784_102_401)
    static let totals = PIDTotals(
        total: 77_60, opposable: 62_60, nonOpposable: 15_00, statutory: 55_09,
        participation: 7_51, convenances: 15_00)

    static let simulation = SimulationAnswer(
        header: header(answer, correlation: request), requestUUID: request,
        simulationID: "S2026071500000001", decidedAt: moment,
        validUntil: moment.addingTimeInterval(3600), status: .accepted,
        lines: [
            SimulationAnswer.Line(
                number: 1, code: "C1", tariff: 62_60, opposable: 62_60, nonOpposable: 0,
                rate: 88, statutory: 55_09, participation: 7_51),
            SimulationAnswer.Line(
                number: 2, code: "CP1", tariff: nil, opposable: 0, nonOpposable: 15_00, rate: 0,
                statutory: 0, participation: 0,
                anomalies: [
                    NationalAnomaly(
                        level: .information, code: "OEC-MNT-004", text: "Jamais couvert.",
                        rules: ["CP", "R001"], line: 2)
                ]),
        ],
        anomalies: [NationalAnomaly(level: .warning, code: "OEC-ACT-014", text: "Ouvert.")],
        totals: totals)
}
