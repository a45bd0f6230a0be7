// SPDX-License-Identifier: Apache-2.0
import Coverage
package import FormPacks
package import NationalAPI
package import Trust
import Validation
import XML

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The certificate and key with which the platform signs its answers.
package struct PlatformIdentity: Sendable {
    package var certificate: Certificate
    package var sign: @Sendable ([UInt8]) async throws -> [UInt8]

    package init(
        certificate: Certificate, sign: @escaping @Sendable ([UInt8]) async throws -> [UInt8]
    ) {
        (self.certificate, self.sign) = (certificate, sign)
    }
}

/// MySecu's exchange: takes deposits, checks them on entry, keeps the ledger.
///
/// Handing over the same bytes again gives the first answer; the effect counts once.
/// Reading, believing and signing messages needs no lock; only deposits and what is kept do.
package actor ExchangeService {
    private let packs: PackLibrary
    private let register: Register
    private let profile: NationalProfile
    private let platform: PlatformIdentity
    private let trust: TrustPolicy
    private let intermediates: [Certificate]
    private let lists: @Sendable () async throws -> TrustedLists
    private let sessions: SessionCheck?
    private let now: @Sendable () -> Date
    private let makeUUID: @Sendable () -> String
    private let isRevoked: @Sendable (Certificate) async -> Bool
    private let persist: @Sendable (Ledger) throws -> Void
    /// Absent where only forms are deposited.
    nonisolated package let insurer: Insurer?
    private let faults: FaultSwitches
    private let pause: @Sendable (Duration) async -> Void
    private(set) package var ledger: Ledger
    private(set) package var calls: [Call] = []
    private var reports: [(uuid: String, report: [UInt8])] = []

    /// One message as it came and went: what officers and tests look at. The persons of the sandbox
    /// are fictitious, so that nothing is taken out.
    package struct Call: Sendable {
        package var service: SandboxService
        package var receivedAt: Date
        package var request: [UInt8]
        package var answer: [UInt8]
    }

    /// - Parameters:
    ///   - trust: For forms, which carry all that proves them, and for message certificates.
    ///   - intermediates: Authorities above message certificates.
    ///   - lists: The trusted lists by which a time-stamp must be qualified; none, no demand.
    ///   - sessions: Who knows the sessions that messages must come in; nobody, no demand.
    ///   - persist: Makes the ledger durable before a deposit is answered.
    ///   - insurer: Takes the messages of the direct payment.
    ///   - faults: Switches of the single operations.
    ///   - pause: Waits, where an answer is to be slow.
    package init(
        packs: PackLibrary, register: Register, profile: NationalProfile,
        platform: PlatformIdentity, trust: TrustPolicy, intermediates: [Certificate],
        lists: @escaping @Sendable () async throws -> TrustedLists = { TrustedLists() },
        sessions: SessionService? = nil, ledger: Ledger, now: @escaping @Sendable () -> Date,
        makeUUID: @escaping @Sendable () -> String,
        isRevoked: @escaping @Sendable (Certificate) async -> Bool,
        persist: @escaping @Sendable (Ledger) throws -> Void, insurer: Insurer? = nil,
        faults: FaultSwitches = FaultSwitches(),
        pause: @escaping @Sendable (Duration) async -> Void = { _ in }
    ) {
        (self.packs, self.register, self.profile) = (packs, register, profile)
        (self.platform, self.trust, self.ledger) = (platform, trust, ledger)
        (self.intermediates, self.lists) = (intermediates, lists)
        self.sessions = sessions.map { SessionCheck(sessions: $0) }
        (self.now, self.makeUUID) = (now, makeUUID)
        (self.isRevoked, self.persist, self.insurer) = (isRevoked, persist, insurer)
        (self.faults, self.pause) = (faults, pause)
    }

    /// Answers one SOAP message; `client` is the certificate of the mutual TLS connection, DER.
    ///
    /// - Parameter bearer: The token of the `Authorization` header.
    /// - Returns: HTTP status and message.
    package func respond(
        to message: [UInt8], client: [UInt8]?, bearer: String? = nil
    ) async -> (Int, [UInt8]) {
        let moment = now()
        let (status, answer) = await answer(message, client: client, bearer: bearer)
        record(
            Call(service: .exchange, receivedAt: moment, request: message, answer: answer))
        return (status, answer)
    }

    /// Keeps a message of this or another service for who wants to look at it.
    func record(_ call: Call) {
        calls.append(call)
        if calls.count > Self.callsKept { calls.removeFirst() }
    }

    private static let callsKept = 50
    private static let reportsKept = 200

    /// What the check on entry said of the form last handed in under a UUID, accepted or not:
    /// TS 119 102-2 XML. The published answer to a deposit has no seat for it.
    package func report(on uuid: String) -> [UInt8]? {
        reports.last { $0.uuid == uuid }?.report
    }

    private func keep(_ report: FileReport?, on form: [UInt8], uuid: String) {
        guard let report, !uuid.isEmpty else { return }
        reports.removeAll { $0.uuid == uuid }
        reports.append((uuid, report.xmlReport(of: form, validator: platform.certificate)))
        if reports.count > Self.reportsKept { reports.removeFirst() }
    }

    /// Forgets every deposit, simulation, payment and call.
    package func reset() async {
        ledger = Ledger()
        calls = []
        reports = []
        try? persist(ledger)
        await insurer?.reset()
    }

    /// Every deposit and every message of the direct payment that took effect.
    package func everythingAccepted() async -> [Ledger.Entry] {
        let deposits = ledger.entries
        return deposits + (await insurer?.ledgerEntries ?? [])
    }

    private nonisolated func answer(
        _ message: [UInt8], client: [UInt8]?, bearer: String?
    ) async -> (Int, [UInt8]) {
        do {
            let verified = try VerifiedMessage(
                parsing: message, security: profile.messageSecurity, now: now(),
                memory: trust.memory)
            guard verified.certificate.der == client else {
                return fault(
                    .client, "The message was not signed with the certificate of the connection.")
            }
            guard await isAccepted(verified.certificate) else {
                return fault(.client, "The certificate of the message is not accepted.")
            }
            try await sessions?.check(verified, bearer: bearer)
            let request = try ExchangeRequest(verified, profile: profile)
            let message = InsurerRequest(
                model: request.modelUID, business: request.business.serialized(),
                eHealthID: verified.certificate.subject[.serialNumber] ?? "", now: now())
            guard let business = try await business(answering: message) else { return (503, []) }
            let unsigned = try ExchangeAnswer.message(
                business: business, profile: profile, certificate: platform.certificate,
                now: now())
            return (200, unsigned.signed(with: try await platform.sign(unsigned.toBeSigned)))
        } catch SessionCheck.Refusal.unauthorized {
            return (401, [])
        } catch SessionCheck.Refusal.fault(let code) {
            return fault(code, "The message needs a session.")
        } catch let error as MessageError {
            return fault(.client, error.description)
        } catch let error as FormCheckError {
            return fault(.client, "\(error)")
        } catch {
            return fault(.server, "The platform has a fault.")
        }
    }

    /// The business element of the answer; `nil` when the service is out or its answer is lost.
    private nonisolated func business(answering message: InsurerRequest) async throws -> Element? {
        guard let service = SandboxService(model: message.model, of: profile) else {
            return try await reply(to: message)
        }
        await pause(.milliseconds(faults.delay(of: service)))
        let fault = faults[service]
        if fault == .unavailable { return nil }
        var message = message
        message.refusal = fault.anomaly
        if message.refusal != nil, !service.isDirectPayment { return nil }
        let answer = try await reply(to: message)
        return fault == .lostAnswer ? nil : answer
    }

    private nonisolated func reply(to message: InsurerRequest) async throws -> Element? {
        guard let reply = try await immediateReply(to: message) else {
            return try await deposit(message).element(profile)
        }
        if reply.delayInMilliseconds > 0 {
            await pause(.milliseconds(reply.delayInMilliseconds))
        }
        return reply.isLost ? nil : reply.answer
    }

    /// The answer to anything but a deposit.
    private nonisolated func immediateReply(
        to message: InsurerRequest
    ) async throws -> InsurerReply? {
        if let query = profile.status, message.model == query.operation.model {
            return try await status(message, query)
        }
        return try await insurer?.answer(message)
    }

    /// What became of a message, for its sender alone.
    private func status(
        _ message: InsurerRequest, _ query: NationalProfile.StatusQuery
    ) async throws -> InsurerReply {
        let uuid = try StatusRequest(parsing: message.business, query).uuid
        let deposited = ledger[uuid].flatMap { entry in
            entry.sender.map { $0 == message.eHealthID } ?? true ? entry : nil
        }
        let known = await insurer?.exchange(uuid, of: message.eHealthID)
        if known?.effect == .unavailable(.status) { return .unavailable }
        var answer = StatusAnswer(uuid: uuid, knowledge: .unknown)
        if let deposited {
            let receipt = DepositAnswer(
                uuid: uuid, nationalUUID: deposited.nationalUUID, anomalies: [])
            answer.knowledge = .known(
                receivedAt: deposited.receivedAt,
                answer: Writer.bytes(of: receipt.element(profile)))
        } else if let known {
            answer.knowledge = .known(
                receivedAt: known.receivedAt, answer: Writer.bytes(of: known.answer))
        }
        return InsurerReply(
            answer: try answer.element(query),
            delayInMilliseconds: known?.effect?.delay(of: .status) ?? 0)
    }

    private nonisolated func fault(_ code: Fault.Code, _ text: String) -> (Int, [UInt8]) {
        (500, Fault(code, text).message)
    }

    private nonisolated func isAccepted(_ certificate: Certificate) async -> Bool {
        var chainOnly = trust
        chainOnly.checksRevocation = false
        let verdict = chainOnly.judge(
            certificate, for: .clientAuthentication, at: now(), now: now(),
            with: ValidationMaterial(certificates: intermediates))
        guard verdict.isPassed else { return false }
        return await !isRevoked(certificate)
    }

    private func deposit(_ message: InsurerRequest) async throws -> DepositAnswer {
        let form = message.business
        let finding = try await EntryCheck(
            packs: packs, register: register, trust: trust, profile: profile,
            lists: lists(), now: now(), today: CalendarDate(inLuxembourg: now())
        ).check(form, model: message.model)
        keep(finding.report, on: form, uuid: finding.uuid)
        let digest = DigestAlgorithm.sha256.digest(form).bytes.hexText
        if let known = ledger[finding.uuid] {
            return known.sha256 == digest ? repeated(known) : reused(finding.uuid)
        }
        guard !finding.isRefused else {
            return DepositAnswer(
                uuid: finding.uuid, nationalUUID: nil, anomalies: finding.anomalies)
        }
        let entry = Ledger.Entry(
            uuid: finding.uuid, nationalUUID: makeUUID(), model: message.model,
            receivedAt: now(), sha256: digest, sender: message.eHealthID)
        var next = ledger
        next.append(entry)
        try persist(next)
        ledger = next
        return DepositAnswer(
            uuid: entry.uuid, nationalUUID: entry.nationalUUID, anomalies: finding.anomalies)
    }

    private func repeated(_ entry: Ledger.Entry) -> DepositAnswer {
        DepositAnswer(
            uuid: entry.uuid, nationalUUID: entry.nationalUUID,
            anomalies: [
                NationalAnomaly(
                    level: .information, code: profile.depositAnswer.duplicateCode,
                    text: "Ce document a déjà été reçu.")
            ])
    }

    private func reused(_ uuid: String) -> DepositAnswer {
        DepositAnswer(
            uuid: uuid, nationalUUID: nil,
            anomalies: [
                EntryCheck.error("OEC-DUP-001", "L'UUID a déjà servi pour un autre contenu.")
            ])
    }
}
