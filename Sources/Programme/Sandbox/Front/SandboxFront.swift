// SPDX-License-Identifier: Apache-2.0
package import HTTPTypes
import JSON
import NationalAPI
import Trust
import XML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The sandbox's services as HTTP handlers: (request, body) to response, without sockets.
package struct SandboxFront: Sendable {
    private let pki: PKIService
    private let exchange: ExchangeService
    private let identity: IdentityFront?
    private let register: Register
    private let faults: FaultSwitches
    private let clock: SandboxClock
    private let pause: @Sendable (Duration) async -> Void

    /// - Parameters:
    ///   - identity: Identity provider and session service, where there are any.
    ///   - pause: Waits, where a service is to be slow.
    package init(
        pki: PKIService, exchange: ExchangeService, identity: IdentityFront? = nil,
        register: Register, faults: FaultSwitches, clock: SandboxClock,
        pause: @escaping @Sendable (Duration) async -> Void = { _ in }
    ) {
        (self.pki, self.exchange, self.register) = (pki, exchange, register)
        self.identity = identity
        (self.faults, self.clock, self.pause) = (faults, clock, pause)
    }

    /// Bytes any of these services accepts in one request.
    package static let bodyLimit = 32 << 20

    package typealias Answer = (HTTPResponse, [UInt8])

    // MARK: Exchange, over mutual TLS

    /// `client` is the certificate the connection was made with, DER.
    package func answerExchange(
        _ request: HTTPRequest, _ body: [UInt8]?, client: [UInt8]?
    ) async -> Answer {
        guard let body else { return Self.status(.contentTooLarge) }
        let path = String((request.path ?? "").prefix { $0 != "?" })
        if let identity, let service = identity.service(of: path) {
            return await answerIdentity(identity, service, request, body, client)
        }
        guard path == "/exchange", request.method == .post else {
            return Self.status(.notFound)
        }
        return await withFault(.exchange) {
            let (status, message) = await exchange.respond(
                to: body, client: client, bearer: Self.bearer(of: request))
            return Self.answer(.init(code: status), "text/xml; charset=utf-8", message)
        }
    }

    /// Tells the services under which base they are reached; ports decide it.
    package func setAddress(_ base: String) async { await identity?.openID.setIssuer(base) }

    private func answerIdentity(
        _ identity: IdentityFront, _ service: SandboxService, _ request: HTTPRequest,
        _ body: [UInt8], _ client: [UInt8]?
    ) async -> Answer {
        let moment = clock.now
        let (response, answer) = await withFault(service) {
            await identity.answer(request, body, client: client, fault: faults[service])
        }
        await exchange.record(
            .init(service: service, receivedAt: moment, request: body, answer: answer))
        return (response, answer)
    }

    private static func bearer(of request: HTTPRequest) -> String? {
        let field = request.headerFields[.authorization] ?? ""
        return field.hasPrefix("Bearer ") ? String(field.dropFirst(7)) : nil
    }

    // MARK: PKI and time-stamps

    package func answerPKI(_ request: HTTPRequest, _ body: [UInt8]?) async -> Answer {
        guard let body else { return Self.status(.contentTooLarge) }
        let path = String((request.path ?? "").prefix { $0 != "?" })
        switch (request.method, path) {
        case (.post, PKIAddresses.ocspPath):
            return await withFault(.ocsp) {
                Self.answer(.ok, "application/ocsp-response", await pki.ocsp(body))
            }
        case (.post, PKIAddresses.timestampPath):
            return await withFault(.tsa) {
                Self.answer(.ok, "application/timestamp-reply", await pki.timestamp(body))
            }
        case (.get, PKIAddresses.issuingListPath):
            return await withFault(.crl) { Self.list(try? await pki.issuingList()) }
        case (.get, PKIAddresses.rootListPath):
            return await withFault(.crl) { Self.list(try? await pki.rootList()) }
        case (.get, PKIAddresses.rootCertificatePath):
            return Self.answer(
                .ok, "application/pkix-cert", await pki.authority.root.certificate.der)
        case (.get, PKIAddresses.issuingCertificatePath):
            return Self.answer(
                .ok, "application/pkix-cert", await pki.authority.issuing.certificate.der)
        case (.get, PKIAddresses.trustedListPath):
            return await withFault(.trustedList) {
                guard let list = try? await pki.trustedList() else {
                    return Self.status(.internalServerError)
                }
                return Self.answer(.ok, "application/vnd.etsi.tsl+xml", list)
            }
        case (.get, PKIAddresses.listSignerPath):
            return Self.answer(.ok, "application/pkix-cert", pki.schemeOperator.certificate.der)
        case (.get, "/tsa.cer"):
            return Self.answer(
                .ok, "application/pkix-cert", await pki.authority.timeStampingUnit.certificate.der)
        case (.post, "/enrol"):
            return await withFault(.enrolment) { await enrol(request, body) }
        default: return Self.status(.notFound)
        }
    }

    /// `POST /enrol?provider=CODE&profile=NAME` with a PKCS #10 request; the chain comes back as PEM.
    private func enrol(_ request: HTTPRequest, _ body: [UInt8]) async -> Answer {
        let query = Self.query(of: request)
        guard let provider = query["provider"].flatMap(register.provider(code:)) else {
            return Self.refusal("no provider of this code is registered")
        }
        let profiles: [CertificateProfile] = [.signature, .qualifiedSignature, .authentication]
        guard let profile = profiles.first(where: { $0.name == query["profile"] }) else {
            return Self.refusal("the profile is signature, qualified-signature or authentication")
        }
        let subject = CertificateSubject(
            givenName: provider.givenName, surname: provider.surname,
            serialNumber: provider.eHealthID)
        do {
            let chain = try await pki.enrol(body, profile: profile, subject: subject)
            return Self.answer(
                .ok, "application/x-pem-file", Array(chain.map(\.pem).joined().utf8))
        } catch {
            return Self.refusal("\(error)")
        }
    }

    // MARK: Administration

    package func answerAdmin(_ request: HTTPRequest, _ body: [UInt8]?) async -> Answer {
        let document = body.flatMap { try? JSONDocument(parsing: $0) }
        switch (request.method, String((request.path ?? "").prefix { $0 != "?" })) {
        case (.get, "/admin/ledger"):
            return Self.json(.array(await exchange.everythingAccepted().map(\.json)))
        case (.get, "/admin/payments"):
            return Self.json(.array((await exchange.insurer?.payments ?? []).map(\.json)))
        case (.get, "/admin/payment-advice"): return await paymentAdvice(request)
        case (.get, "/admin/calls"): return Self.json(await calls())
        case (.get, "/admin/report"):
            guard let uuid = Self.query(of: request)["uuid"] else {
                return Self.refusal("ask for /admin/report?uuid=UUID")
            }
            guard let report = await exchange.report(on: uuid.lowercased()) else {
                return Self.status(.notFound)
            }
            return Self.answer(.ok, "application/xml", report)
        case (.post, "/admin/trusted-list"):
            guard let isGranted = document?.root["timestampServiceGranted"]?.boolean else {
                return Self.refusal("send {\"timestampServiceGranted\": false}")
            }
            await pki.setTimestampService(isGranted: isGranted)
            return Self.json([:])
        case (.get, "/admin/clock"):
            return Self.json(["now": .init(.string(clock.now.formatted(.iso8601)))])
        case (.post, "/admin/clock"):
            guard let text = document?.root["now"]?.string,
                let moment = try? Date(text, strategy: .iso8601)
            else { return Self.refusal("send {\"now\": \"2026-11-20T10:00:00Z\"}") }
            clock.set(to: moment)
            return Self.json([:])
        case (.post, "/admin/faults"):
            guard let service = document?.root["service"]?.string.flatMap(SandboxService.init),
                let fault = document?.root["fault"]?.string.flatMap(ServiceFault.init)
            else { return Self.refusal("send {\"service\": \"tsa\", \"fault\": \"unavailable\"}") }
            faults[service] = fault
            let delay = document?.root["delayMilliseconds"]?.int ?? 0
            faults.setDelay(of: service, milliseconds: min(max(0, delay), Self.longestDelay))
            return Self.json([:])
        case (.post, "/admin/revoke"): return await revoke(document?.root["provider"]?.string)
        case (.post, "/admin/reset"):
            faults.clear()
            await exchange.reset()
            return Self.json([:])
        default: return Self.status(.notFound)
        }
    }

    private static let longestDelay = 600_000

    /// `GET /admin/payment-advice?provider=CODE`: what was credited to a provider, camt.054.
    private func paymentAdvice(_ request: HTTPRequest) async -> Answer {
        guard let provider = Self.query(of: request)["provider"].flatMap(register.provider(code:))
        else { return Self.refusal("ask for /admin/payment-advice?provider=CODE") }
        guard let insurer = exchange.insurer else { return Self.status(.notFound) }
        let seconds = Int(clock.now.timeIntervalSince1970)
        let advice = await insurer.advice(
            to: provider.code, id: "ADV\(provider.code)-\(seconds)", now: clock.now)
        return Self.answer(.ok, "application/xml", Writer.bytes(of: advice.element))
    }

    /// Revokes every certificate of a provider.
    private func revoke(_ code: String?) async -> Answer {
        guard let provider = code.flatMap(register.provider(code:)) else {
            return Self.refusal("send {\"provider\": \"90000135\"}")
        }
        for entry in await pki.authority.issued.values
        where entry.certificate.subject[.serialNumber] == provider.eHealthID
            && entry.revokedAt == nil
        {
            try? await pki.revoke(entry.certificate.serialNumber, reason: .keyCompromise)
        }
        return Self.json([:])
    }

    private func calls() async -> JSONValue {
        JSONValue(
            .array(
                await exchange.calls.map { call in
                    [
                        "service": .string(call.service.rawValue),
                        "receivedAt": .init(.string(call.receivedAt.formatted(.iso8601))),
                        "request": .init(.string(String(decoding: call.request, as: UTF8.self))),
                        "answer": .init(.string(String(decoding: call.answer, as: UTF8.self))),
                    ]
                }))
    }

    // MARK: Answers

    private func withFault(
        _ service: SandboxService, _ body: () async -> Answer
    ) async -> Answer {
        await pause(.milliseconds(faults.delay(of: service)))
        switch faults[service] {
        case .none, .wrongSignature, .wrongClock, .tokenExpired: return await body()
        case .unavailable, .closed, .overloaded: return Self.status(.serviceUnavailable)
        case .lostAnswer:
            _ = await body()
            return Self.status(.serviceUnavailable)
        }
    }

    private static func query(of request: HTTPRequest) -> [String: String] {
        let text = (request.path ?? "").drop { $0 != "?" }.dropFirst()
        let pairs = text.split(separator: "&").map {
            $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        }
        return Dictionary(
            pairs.map { (String($0[0]), $0.count > 1 ? String($0[1]) : "") },
            uniquingKeysWith: { first, _ in first })
    }

    private static func answer(
        _ status: HTTPResponse.Status, _ type: String, _ body: [UInt8]
    ) -> Answer {
        (HTTPResponse(status: status, headerFields: [.contentType: type]), body)
    }

    private static func status(_ status: HTTPResponse.Status) -> Answer {
        (HTTPResponse(status: status), [])
    }

    private static func list(_ der: [UInt8]?) -> Answer {
        der.map { answer(.ok, "application/pkix-crl", $0) } ?? status(.internalServerError)
    }

    private static func json(_ value: JSONValue) -> Answer {
        answer(.ok, "application/json", value.serialized(.pretty))
    }

    private static func refusal(_ text: String) -> Answer {
        answer(.badRequest, "text/plain; charset=utf-8", Array((text + "\n").utf8))
    }
}
