// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import Foundation
import JSON
import NationalAPI
import Synchronization
import XML

@testable import Sandbox

/// An insurer with the register, packs and tariffs of the repository, and messages for it.
struct InsurerWorld {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    /// 15 July 2026, 10:00 in Luxembourg.
    static let now = Date(timeIntervalSince1970: 1_784_102_400)
    static let practitioner = (code: "90000135", eHealthID: "1000000135")
    static let adult = "1985061501293"

    private static let loaded = Result { try Loaded() }

    /// What all worlds share.
    private struct Loaded: Sendable {
        let packs: PackLibrary
        let profile: NationalProfile
        let tariffs: Tariffs
        let register: Register

        init() throws {
            packs = try PackLibrary.load(directory: "\(root)/Packs")
            profile = try NationalProfile(Self.json("profiles/lu-mysecu-2023.json"))
            register = try Register(Self.json("sandbox/register.json"))
            var files: [String: [UInt8]] = [:]
            let folder = "\(root)/Data/coverage"
            for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
                files[name] = [UInt8](
                    try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
            }
            tariffs = try Tariffs(files: files)
        }

        static func register(agreements: [JSONValue]) throws -> Register {
            guard case .object(let members) = try json("sandbox/register.json").value.content else {
                throw CocoaError(.fileReadCorruptFile)
            }
            let all = members + [JSONMember("agreements", .array(agreements))]
            return try Register(JSONReader(.object(all)))
        }

        private static func json(_ path: String) throws -> JSONReader {
            let data = try Data(contentsOf: URL(fileURLWithPath: "\(root)/Data/\(path)"))
            return JSONReader(try JSONDocument(parsing: [UInt8](data)).root)
        }
    }

    let insurer: Insurer
    let profile: NationalProfile
    let register: Register

    /// - Parameter agreements: Those the insurer knows; any if nil.
    init(journal: InsurerJournal? = nil, agreements: [JSONValue]? = nil) throws {
        let loaded = try Self.loaded.get()
        profile = loaded.profile
        register = try agreements.map { try Loaded.register(agreements: $0) } ?? loaded.register
        let register = register
        let makeUUID = { @Sendable in UUID().uuidString.lowercased() }
        insurer =
            try journal.map {
                try Insurer(
                    register: register, packs: loaded.packs, tariffs: loaded.tariffs,
                    profile: loaded.profile, makeUUID: makeUUID, journal: $0)
            }
            ?? Insurer(
                register: register, packs: loaded.packs, tariffs: loaded.tariffs,
                profile: loaded.profile, makeUUID: makeUUID)
    }

    static func uuid() -> String { UUID().uuidString.lowercased() }

    // MARK: Messages

    struct Line {
        var code: String
        var date = "2026-07-15"
        var billed: String?
        var count = 1
        var extra: [(String, JSONValue)] = []
        /// Of another doctor than who bills.
        var executant: String?
        /// An authorisation or quotation.
        var document: String?
    }

    /// A simulation as its pack's canonical XML.
    func simulation(
        _ lines: [Line] = [Line(code: "C1")], uuid: String = uuid(), provider: String? = nil,
        matricule: String = adult, number: String? = nil, patient: [JSONMember] = []
    ) throws -> [UInt8] {
        var members: [JSONMember] = [
            JSONMember("uuid", .string(uuid)), JSONMember("versionSchema", "2"),
            JSONMember("dateHeureCreation", "2026-07-15T08:00:00.000Z"),
            JSONMember("environnement", "TEST"),
            JSONMember("logiciel", ["nom": "Test", "version": "1", "industriel": "Test"]),
            JSONMember(
                "facturier",
                ["codePrestataire": .string(provider ?? Self.practitioner.code)]),
            JSONMember(
                "patient", .object([JSONMember("matricule", .string(matricule))] + patient)),
        ]
        if let number { members.append(JSONMember("numeroMemoireHonoraires", .string(number))) }
        members.append(JSONMember("dateMemoireHonoraires", "2026-07-15"))
        members.append(
            JSONMember(
                "prestation", .array(lines.enumerated().map { Self.json($1, number: $0 + 1) })))
        let form = JSONValue.object([JSONMember("simulation", .object(members))])
        let result = try Self.loaded.get().packs.check(
            .json(form.serialized()), today: CalendarDate(inLuxembourg: Self.now),
            kinds: [.message])
        guard let document = result.document else {
            throw MessageError.cannotBeBuilt(reason: result.anomalies.map(\.code).description)
        }
        return document.xml
    }

    private static func json(_ line: Line, number: Int) -> JSONValue {
        var members: [JSONMember] = [JSONMember("numeroLigne", .int(number))]
        members += line.extra.map { JSONMember($0.0, $0.1) }
        if let executant = line.executant {
            members.append(JSONMember("codeExecutant", .string(executant)))
        }
        members += [
            JSONMember("periode", ["dateDebut": .string(line.date)]),
            JSONMember("acte", ["codeActe": .string(line.code)]),
            JSONMember("nombre", .int(line.count)),
        ]
        if let billed = line.billed { members.append(JSONMember("montantBrut", .string(billed))) }
        if let document = line.document {
            members.append(JSONMember("numeroTitreOrdonnance", .string(document)))
        }
        return .object(members)
    }

    func header(_ uuid: String) -> MessageHeader {
        MessageHeader(
            uuid: uuid, createdAt: Self.now, day: CalendarDate(inLuxembourg: Self.now),
            environment: .test,
            software: MessageHeader.Software(name: "Test", version: "1", vendor: "Test"))
    }

    func validation(
        of answer: SimulationAnswer, uuid: String = uuid(), provider: String? = nil,
        totals: PIDTotals? = nil, id: String? = nil, number: String? = nil
    ) throws -> [UInt8] {
        guard let simulationID = id ?? answer.simulationID,
            let totals = totals ?? answer.totals
        else { throw MessageError.cannotBeBuilt(reason: "the simulation was refused") }
        return ValidationRequest(
            header: header(uuid), providerCode: provider ?? Self.practitioner.code,
            simulationID: simulationID, simulationUUID: answer.requestUUID, totals: totals,
            statementNumber: number
        ).bytes(profile)
    }

    func contestation(
        of answer: SimulationAnswer, uuid: String = uuid(), provider: String? = nil
    ) -> [UInt8] {
        ContestationRequest(
            header: header(uuid), providerCode: provider ?? Self.practitioner.code,
            simulationID: answer.simulationID ?? "", simulationUUID: answer.requestUUID,
            reason: .tariff, text: nil, lines: []
        ).bytes(profile)
    }

    // MARK: Calls

    private func reply(
        _ operation: NationalProfile.Operation, _ business: [UInt8], at now: Date,
        as eHealthID: String?
    ) async throws -> InsurerReply? {
        try await insurer.answer(
            InsurerRequest(
                model: operation.model, business: business,
                eHealthID: eHealthID ?? Self.practitioner.eHealthID, now: now))
    }

    private func bytes(_ reply: InsurerReply?) throws -> [UInt8] {
        guard let element = reply?.answer else {
            throw MessageError.cannotBeBuilt(reason: "the service is unavailable")
        }
        return Writer.bytes(of: element)
    }

    static func uuid(of message: [UInt8]) throws -> String {
        let root = try XMLDocument(parsing: message).root
        return root.children.first { $0.localName == "uuid" }?.text ?? ""
    }

    func simulate(
        _ message: [UInt8], at now: Date = now, as eHealthID: String? = nil
    ) async throws -> SimulationAnswer {
        try SimulationAnswer(
            parsing: bytes(await reply(profile.pid.simulation, message, at: now, as: eHealthID)),
            to: Self.uuid(of: message), profile: profile)
    }

    func validate(
        _ message: [UInt8], at now: Date = now, as eHealthID: String? = nil
    ) async throws -> ValidationAnswer {
        try ValidationAnswer(
            parsing: bytes(await reply(profile.pid.validation, message, at: now, as: eHealthID)),
            to: Self.uuid(of: message), profile: profile)
    }

    func contest(
        _ message: [UInt8], at now: Date = now, as eHealthID: String? = nil
    ) async throws -> ContestationAnswer {
        try ContestationAnswer(
            parsing: bytes(
                await reply(profile.pid.contestation, message, at: now, as: eHealthID)),
            to: Self.uuid(of: message), profile: profile)
    }

    /// The raw reply to a simulation, with its delay and whether it is lost.
    func rawSimulation(_ message: [UInt8]) async throws -> InsurerReply? {
        try await reply(profile.pid.simulation, message, at: Self.now, as: nil)
    }

    func rawContestation(_ message: [UInt8]) async throws -> InsurerReply? {
        try await reply(profile.pid.contestation, message, at: Self.now, as: nil)
    }

    func rawValidation(_ message: [UInt8]) async throws -> InsurerReply? {
        try await reply(profile.pid.validation, message, at: Self.now, as: nil)
    }
}

extension SimulationAnswer {
    var codes: [String] { allAnomalies.map(\.code) }
}
