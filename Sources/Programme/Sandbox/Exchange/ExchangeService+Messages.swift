// SPDX-License-Identifier: Apache-2.0
import FormPacks
import HTTPTypes
import NationalAPI
import Trust
import XML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension ExchangeService {
    /// Answers one SOAP message; `client` is the certificate of the mutual TLS connection, DER.
    ///
    /// - Parameters:
    ///   - bearer: The token of the `Authorization` header.
    ///   - strike: What strikes the exchange as a whole.
    func respond(
        to message: [UInt8], client: [UInt8]?, bearer: String? = nil, strike: Strike = Strike()
    ) async -> SandboxAnswer {
        let moment = now()
        let answer = await answer(message, client: client, bearer: bearer, strike)
        keep(Call(service: .exchange, receivedAt: moment, request: message, answer: answer.1))
        return answer
    }

    private nonisolated func answer(
        _ message: [UInt8], client: [UInt8]?, bearer: String?, _ outer: Strike
    ) async -> SandboxAnswer {
        do {
            let message = try await read(message, client: client, bearer: bearer)
            let service = SandboxService(model: message.model, of: profile)
            let magic = await magic(for: message, service)
            return await gate.pass(.exchange, uuid: message.uuid, scope: .named) { named in
                await gate.pass(service, uuid: message.uuid, magic: magic) { strike in
                    await answer(message, service, strike.or(named).or(outer))
                }
            }
        } catch {
            return Self.refusal(error)
        }
    }

    /// The message, when it is believed.
    private nonisolated func read(
        _ message: [UInt8], client: [UInt8]?, bearer: String?
    ) async throws -> InsurerRequest {
        let verified = try VerifiedMessage(
            parsing: message, security: profile.messageSecurity, now: now(), memory: trust.memory)
        guard verified.certificate.der == client else { throw Refusal.otherCertificate }
        guard await isAccepted(verified.certificate) else { throw Refusal.certificate }
        try await sessions?.check(verified, bearer: bearer)
        let request = try ExchangeRequest(verified, profile: profile)
        var read = InsurerRequest(
            model: request.modelUID, business: request.business.serialized(),
            eHealthID: verified.certificate.subject[.serialNumber] ?? "", now: now())
        (read.uuid, read.person) = subject(of: request.business.root)
        read.documentNationalUUID = document(of: request.business.root)
        return read
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

    /// The UUID that a message is about, and the person of a form.
    private nonisolated func subject(of root: XMLNode) -> (uuid: String?, person: String?) {
        func text(at path: FormPath?) -> String? {
            guard let path else { return nil }
            var node: XMLNode? = root
            for step in path.steps { node = node?.children.first { $0.localName == step } }
            return node?.text
        }
        let pack = packs.packs.first { pack in
            root.isNamed(pack.manifest.root.element, in: pack.manifest.root.namespace)
        }
        if let manifest = pack?.manifest {
            let person = manifest.deposit == nil ? nil : manifest.coverage["matricule"]
            return (text(at: manifest.paths.uuid)?.lowercased(), text(at: person))
        }
        let uuid = root.children.first {
            ["uuid", "UUIDPrestataire", "UUIDSecu"].contains($0.localName)
        }
        return (uuid?.text.lowercased(), nil)
    }

    /// The platform's own UUID of the document that a message is about.
    private nonisolated func document(of root: XMLNode) -> String? {
        let uuid = root.children.first {
            ["UUIDDocumentAnnule", "UUIDSecu"].contains($0.localName)
        }
        return uuid?.text.lowercased()
    }

    /// What the person of the form forces on this operation.
    private func magic(for message: InsurerRequest, _ service: SandboxService) -> ServiceFault? {
        let document =
            message.documentNationalUUID.flatMap { ledger.document(nationalUUID: $0) }
            ?? message.uuid.flatMap { ledger[$0] }
        guard let person = message.person ?? document?.person,
            case .fault(service, let fault)? = register.person(matricule: person)?.effect
        else { return nil }
        return fault
    }

    // MARK: Answering

    private nonisolated func answer(
        _ message: InsurerRequest, _ service: SandboxService, _ strike: Strike
    ) async -> SandboxAnswer {
        switch strike.fault {
        case .refusal: return Self.fault(.server, "The service refuses every message.")
        case .tokenExpired: return Self.fault(.invalidSecurityToken, "The session is over.")
        case .businessError where !service.hasAnomalies:
            let fault = Fault(.server, "The service is closed.")
            return Self.xml(.ok, fault.message)
        default: break
        }
        var message = message
        message.refusal = strike.fault.anomaly
        message.isUnknown = strike.fault == .unknownAtFirst
        do {
            guard let business = try await business(answering: message, service) else {
                return (HTTPResponse(status: .serviceUnavailable), [])
            }
            return Self.xml(.ok, try await signed(business, about: message, strike))
        } catch {
            return Self.refusal(error)
        }
    }

    /// The answer message, with what strikes it.
    private nonisolated func signed(
        _ business: Element, about message: InsurerRequest, _ strike: Strike
    ) async throws -> [UInt8] {
        var business = business
        if strike.fault == .wrongUUID, let uuid = message.uuid {
            business = business.replacing(uuid, with: makeUUID())
        }
        let offset = strike.fault == .wrongClock ? Double(strike.offsetSeconds) : 0
        let unsigned = try ExchangeAnswer.message(
            business: business, profile: profile, certificate: platform.certificate,
            now: now().addingTimeInterval(offset))
        let isWrong = strike.fault == .wrongSignature
        return unsigned.signed(
            with: try await platform.sign(isWrong ? [0] : unsigned.toBeSigned))
    }

    /// The business element of the answer; `nil` when the service is out or its answer is lost.
    private nonisolated func business(
        answering message: InsurerRequest, _ service: SandboxService
    ) async throws -> Element? {
        switch service {
        case .deposit: return try await deposit(message).element(profile)
        case .cancellation:
            guard let names = profile.cancellation(model: message.model) else { return nil }
            return try await cancel(message, names).element(names, profile)
        case .consent:
            guard let query = profile.consent else { return nil }
            return try await consent(message, query).element(query, profile)
        case .status:
            guard let query = profile.status else { return nil }
            return try await arrival(of: status(message, query))
        default:
            guard let reply = try await insurer?.answer(message) else { return nil }
            return await arrival(of: reply)
        }
    }

    private nonisolated func arrival(of reply: InsurerReply) async -> Element? {
        if reply.delayInMilliseconds > 0 {
            await gate.pause(.milliseconds(reply.delayInMilliseconds))
        }
        return reply.isLost ? nil : reply.answer
    }

    // MARK: Refusing

    /// Why a message is not believed though it is well made.
    private enum Refusal: Error {
        case otherCertificate, certificate
    }

    private static func refusal(_ error: any Error) -> SandboxAnswer {
        switch error {
        case Refusal.otherCertificate:
            fault(.client, "The message was not signed with the certificate of the connection.")
        case Refusal.certificate:
            fault(.client, "The certificate of the message is not accepted.")
        case SessionCheck.Refusal.unauthorized: (HTTPResponse(status: .unauthorized), [])
        case SessionCheck.Refusal.fault(let code): fault(code, "The message needs a session.")
        case let error as MessageError: fault(.client, error.description)
        case let error as FormCheckError: fault(.client, "\(error)")
        default: fault(.server, "The platform has a fault.")
        }
    }

    private static func fault(_ code: Fault.Code, _ text: String) -> SandboxAnswer {
        xml(.internalServerError, Fault(code, text).message)
    }

    private static func xml(_ status: HTTPResponse.Status, _ body: [UInt8]) -> SandboxAnswer {
        (
            HTTPResponse(
                status: status, headerFields: [.contentType: "text/xml; charset=utf-8"]), body
        )
    }
}

extension Element {
    /// The same with another text wherever all of the text is `text`.
    fileprivate func replacing(_ text: String, with other: String) -> Element {
        var element = self
        element.children = children.map { child in
            switch child {
            case .element(let inner): .element(inner.replacing(text, with: other))
            case .text(let value): .text(value.lowercased() == text ? other : value)
            }
        }
        return element
    }
}
