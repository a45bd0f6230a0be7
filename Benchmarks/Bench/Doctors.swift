// SPDX-License-Identifier: Apache-2.0
import Connector
import Coverage
import FormPacks
import Foundation
import HTTPTypes
import JSON
import Keys
import NationalAPI
import Sandbox
import Transport
import Trust

/// A running sandbox as its address file describes it.
struct SandboxPlace: Sendable {
    let exchange: String
    let pki: String
    let admin: String
    let platform: String
    let identityProvider: String
    let anchors: [Certificate]

    init(file: String) throws {
        let reader = JSONReader(
            try JSONValue(parsing: Array(Data(contentsOf: URL(filePath: file)))))
        exchange = try reader.member("exchange").string()
        pki = try reader.member("pki").string()
        admin = try reader.member("admin").string()
        platform = try reader.member("platform").string()
        identityProvider = try reader.member("identityProvider").string()
        anchors = try Certificate.certificates(in: Array(reader.member("anchors").string().utf8))
    }

    var addresses: ServiceAddresses {
        ServiceAddresses(
            exchange: exchange, timestampAuthority: pki + "/tsa", platform: platform,
            identityProvider: identityProvider, anchors: anchors, allowedHosts: [])
    }

    func request(
        _ method: HTTPRequest.Method, _ base: String, _ path: String, type: String = ""
    ) -> HTTPRequest {
        let parts = base.components(separatedBy: "://")
        var request = HTTPRequest(
            method: method, scheme: parts.first, authority: parts.last, path: path)
        if !type.isEmpty { request.headerFields[.contentType] = type }
        return request
    }

    /// JSON of the sandbox's administration.
    func admin(_ path: String) async throws -> JSONValue {
        let sender = try HTTPSender()
        do {
            let (_, body) = try await sender.send(request(.get, admin, path), body: [])
            await sender.shutDown()
            return try JSONValue(parsing: body)
        } catch {
            await sender.shutDown()
            throw error
        }
    }
}

/// One doctor of the sandbox's crowd: a certificate, a connection, and the messages of PID.
struct Doctor: Sendable {
    let provider: Register.Provider
    let key: SoftwareKey
    let sender: HTTPSender
    let place: SandboxPlace
    let profile: NationalProfile
    /// Where his sessions are.
    let gateway: Gateway
    /// As a connector has one: the platform's certificate is read once.
    private static let memory = VerificationMemory()

    /// One key for the whole crowd, a certificate for each: what is measured is the exchange.
    static func crowd(
        _ count: Int, root: String, at place: SandboxPlace
    ) async throws -> [Doctor] {
        let profile = try World.profile(root)
        let packs = try PackLibrary.load(directory: "\(root)/Packs")
        let register = try Register(JSONReader(read("\(root)/Data/sandbox/register.json")))
        let key = try SoftwareKey(generating: .rsa3072)
        let request = try key.certificationRequest(
            subject: DistinguishedName([(.commonName, "crowd")])
        ).der
        let pki = try HTTPSender()
        var doctors: [Doctor] = []
        do {
            for provider in register.providers.suffix(count) {
                doctors.append(
                    try await enrol(provider, key, request, through: pki, at: place, profile, packs)
                )
            }
        } catch {
            await pki.shutDown()
            for doctor in doctors { await doctor.sender.shutDown() }
            throw error
        }
        await pki.shutDown()
        return doctors
    }

    private static func enrol(
        _ provider: Register.Provider, _ key: SoftwareKey, _ request: [UInt8],
        through pki: HTTPSender, at place: SandboxPlace, _ profile: NationalProfile,
        _ packs: PackLibrary
    ) async throws -> Doctor {
        let message = place.request(
            .post, place.pki, "/enrol?provider=\(provider.code)&profile=authentication",
            type: "application/pkcs10")
        let (response, body) = try await pki.send(message, body: request)
        guard response.status == .ok else {
            throw BenchError.wrong(
                "the enrolment of \(provider.code): \(String(decoding: body, as: UTF8.self))")
        }
        let chain = try Certificate.certificates(in: body)
        var own = key
        own.certificateChain = chain
        let identity = TLSIdentity(
            chain: chain.filter { !$0.isSelfIssued }.map(\.der), privateKey: key.pkcs8)
        let sender = try HTTPSender(
            tls: ClientTLS(anchors: place.anchors.map(\.der), identity: identity))
        let environment = PipelineEnvironment(
            packs: packs, profile: profile, addresses: place.addresses, key: own,
            identity: MessageIdentity(
                certificate: chain[0], platformIntermediates: own.intermediates,
                providerCode: provider.code, sign: { try key.signature(over: $0) }),
            send: { try await sender.send($0, body: $1, timeout: $2) }, now: { Date() },
            random: World.random, gates: World.gates)
        return Doctor(
            provider: provider, key: own, sender: sender, place: place, profile: profile,
            gateway: Gateway(environment))
    }

    static func patients(root: String) throws -> [String] {
        try Register(JSONReader(read("\(root)/Data/sandbox/register.json"))).persons.suffix(200)
            .map(\.matricule)
    }

    private static func read(_ path: String) throws -> JSONValue {
        try JSONValue(parsing: Array(Data(contentsOf: URL(filePath: path))))
    }

    // MARK: Messages

    /// The business bytes of a simulation of one consultation and one act.
    func simulation(uuid: String, matricule: String, now: Date) -> [UInt8] {
        let day = CalendarDate(inLuxembourg: now)
        let moment = now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        let pid = profile.pid.vocabulary.namespace
        let text = """
            <simulation xmlns="\(pid)"><uuid>\(uuid)</uuid><versionSchema>2</versionSchema>\
            <dateHeureCreation>\(moment)</dateHeureCreation><environnement>TEST</environnement>\
            <logiciel><nom>Bench</nom><version>1</version><industriel>Bench</industriel></logiciel>\
            <facturier><codePrestataire>\(provider.code)</codePrestataire></facturier>\
            <patient><matricule>\(matricule)</matricule></patient>\
            <dateMemoireHonoraires>\(day)</dateMemoireHonoraires>\
            \(Self.line(1, "C1", day))\(Self.line(2, "1M52", day))</simulation>
            """
        return Array(text.utf8)
    }

    private static func line(_ number: Int, _ code: String, _ day: CalendarDate) -> String {
        """
        <prestation><numeroLigne>\(number)</numeroLigne><periode><dateDebut>\(day)</dateDebut>\
        </periode><acte><codeActe>\(code)</codeActe></acte><nombre>1</nombre></prestation>
        """
    }

    func validation(uuid: String, of answer: SimulationAnswer, now: Date) -> [UInt8] {
        ValidationRequest(
            header: MessageHeader(
                uuid: uuid, createdAt: now, day: CalendarDate(inLuxembourg: now),
                environment: .test, software: .init(name: "Bench", version: "1", vendor: "Bench")),
            providerCode: provider.code, simulationID: answer.simulationID ?? "",
            simulationUUID: answer.requestUUID,
            totals: answer.totals
                ?? PIDTotals(
                    total: 0, opposable: 0, nonOpposable: 0, statutory: 0, participation: 0,
                    convenances: 0), statementNumber: nil
        ).bytes(profile)
    }

    /// Sends signed business bytes and returns the verified answer.
    func exchange(_ model: String, _ business: [UInt8]) async throws -> VerifiedMessage {
        guard let certificate = key.certificate else { throw BenchError.wrong("the certificate") }
        let session = try await gateway.session()
        let unsigned = try ExchangeRequest.message(
            modelUID: model, business: business, session: session?.token, profile: profile,
            certificate: certificate, now: Date())
        let message = unsigned.signed(with: try key.signature(over: unsigned.toBeSigned))
        var request = place.request(
            .post, place.exchange, profile.exchange.path, type: "text/xml; charset=utf-8")
        if let action = HTTPField.Name("SOAPAction") {
            request.headerFields[action] = "\"\(profile.exchange.soapAction)\""
        }
        let (_, body) = try await sender.send(request, body: message, timeout: .seconds(60))
        return try VerifiedMessage(
            parsing: body, security: profile.messageSecurity, now: Date(), memory: Self.memory)
    }

    func simulate(_ business: [UInt8], uuid: String) async throws -> SimulationAnswer {
        try SimulationAnswer(
            try await exchange(profile.pid.simulation.model, business), to: uuid, profile: profile)
    }

    func validate(_ business: [UInt8], uuid: String) async throws -> ValidationAnswer {
        try ValidationAnswer(
            try await exchange(profile.pid.validation.model, business), to: uuid, profile: profile)
    }
}
