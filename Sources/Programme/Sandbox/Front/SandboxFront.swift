// SPDX-License-Identifier: Apache-2.0
package import HTTPTypes
import JSON
import NationalAPI
import Trust

/// The sandbox's services as HTTP handlers: (request, body) to response, without sockets.
///
/// A response of status ``HTTPTypes/HTTPResponse/Status/connectionCut`` stands for no answer at all.
package struct SandboxFront: Sendable {
    let pki: PKIService
    let exchange: ExchangeService
    let identity: IdentityFront?
    let register: Register
    let faults: FaultSwitches
    let clock: SandboxClock
    private let signing: SigningService
    private let gate: FaultGate

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
        (self.faults, self.clock) = (faults, clock)
        signing = SigningService(pki)
        gate = FaultGate(faults, now: { clock.now }, pause: pause)
    }

    /// Bytes any of these services accepts in one request.
    package static let bodyLimit = 32 << 20

    package typealias Answer = SandboxAnswer

    // MARK: Exchange and signing, over mutual TLS

    /// `client` is the certificate the connection was made with, DER.
    package func answerExchange(
        _ request: HTTPRequest, _ body: [UInt8]?, client: [UInt8]?
    ) async -> Answer {
        guard let body else { return Self.status(.contentTooLarge) }
        switch (request.method, Self.path(of: request)) {
        case (.post, "/exchange"):
            return await gate.pass(.exchange, scope: .unnamed) { strike in
                await exchange.respond(
                    to: body, client: client, bearer: Self.bearer(of: request), strike: strike)
            }
        case (.post, "/sign"):
            return await gate.pass(.signing) { await sign(body, client: client, $0) }
        case (_, let path):
            guard let identity, let service = identity.service(of: path) else {
                return Self.status(.notFound)
            }
            return await answerIdentity(identity, service, request, body, client)
        }
    }

    /// Tells the services under which base they are reached; ports decide it.
    package func setAddress(_ base: String) async { await identity?.openID.setIssuer(base) }

    private func answerIdentity(
        _ identity: IdentityFront, _ service: SandboxService, _ request: HTTPRequest,
        _ body: [UInt8], _ client: [UInt8]?
    ) async -> Answer {
        let moment = clock.now
        let answer = await gate.pass(service) { strike in
            await identity.answer(request, body, client: client, strike: strike)
        }
        await exchange.keep(
            .init(service: service, receivedAt: moment, request: body, answer: answer.1))
        return answer
    }

    /// `POST /sign`: signature values and time-stamps for software that deposits by its own means.
    private func sign(_ body: [UInt8], client: [UInt8]?, _ strike: Strike) async -> Answer {
        if strike.fault == .refusal { return Self.status(.forbidden) }
        do {
            let request = try SigningService.Request(
                JSONReader(JSONDocument(parsing: body).root))
            let certificate = client.flatMap { try? Certificate(der: $0) }
            guard let provider = register.provider(code: request.provider), let certificate,
                certificate.subject[.serialNumber] == provider.eHealthID,
                await pki.authority.issued[certificate.serialNumber]?.revokedAt == nil
            else { return Self.status(.forbidden) }
            let answer = try await signing.answer(
                request, for: provider.subject, body: body,
                isSignedWrongly: strike.fault == .wrongSignature)
            return Self.json(answer)
        } catch let error as JSONReadingError {
            return Self.refusal("\(error)")
        } catch is JSONError {
            return Self.refusal("send a JSON object")
        } catch SigningService.Refusal.reused {
            return Self.status(.unprocessableContent)
        } catch {
            return Self.status(.internalServerError)
        }
    }

    // MARK: PKI and time-stamps

    package func answerPKI(_ request: HTTPRequest, _ body: [UInt8]?) async -> Answer {
        guard let body else { return Self.status(.contentTooLarge) }
        let path = Self.path(of: request)
        switch (request.method, path) {
        case (.post, PKIAddresses.ocspPath): return await ocsp(body, .ocsp, responder: 0)
        case (.post, PKIAddresses.secondOCSPPath): return await ocsp(body, .ocsp2, responder: 1)
        case (.post, PKIAddresses.timestampPath): return await timestamp(body, .tsa, unit: 0)
        case (.post, PKIAddresses.secondTimestampPath):
            return await timestamp(body, .tsa2, unit: 1)
        case (.get, PKIAddresses.issuingListPath):
            return await withFault(.crl) { Self.list(try? await pki.issuingList()) }
        case (.get, PKIAddresses.rootListPath):
            return await withFault(.crl) { Self.list(try? await pki.rootList()) }
        case (.get, PKIAddresses.trustedListPath):
            return await withFault(.trustedList) {
                guard let list = try? await pki.trustedList() else {
                    return Self.status(.internalServerError)
                }
                return Self.answer(.ok, "application/vnd.etsi.tsl+xml", list)
            }
        case (.post, "/enrol"): return await withFault(.enrolment) { await enrol(request, body) }
        case (.get, _): return await certificate(path)
        default: return Self.status(.notFound)
        }
    }

    private func ocsp(_ body: [UInt8], _ name: SandboxService, responder: Int) async -> Answer {
        await gate.pass(name) { strike in
            Self.answer(
                .ok, "application/ocsp-response",
                await pki.ocsp(body, responder: responder, strike))
        }
    }

    private func timestamp(_ body: [UInt8], _ name: SandboxService, unit: Int) async -> Answer {
        await gate.pass(name) { strike in
            Self.answer(
                .ok, "application/timestamp-reply", await pki.timestamp(body, unit: unit, strike))
        }
    }

    private func certificate(_ path: String) async -> Answer {
        let authority = await pki.authority
        let certificates = [
            PKIAddresses.rootCertificatePath: authority.root.certificate,
            PKIAddresses.issuingCertificatePath: authority.issuing.certificate,
            PKIAddresses.listSignerPath: pki.schemeOperator.certificate,
            "/tsa.cer": authority.timeStampingUnits[0].certificate,
            "/tsa2.cer": authority.timeStampingUnits[1].certificate,
        ]
        return certificates[path].map { Self.answer(.ok, "application/pkix-cert", $0.der) }
            ?? Self.status(.notFound)
    }

    /// `POST /enrol?provider=CODE&profile=NAME`, or `?delegate=EHEALTHID`, with a PKCS #10 request;
    /// the chain comes back as PEM.
    private func enrol(_ request: HTTPRequest, _ body: [UInt8]) async -> Answer {
        let query = Self.query(of: request)
        let provider = query["provider"].flatMap(register.provider(code:))?.subject
        let delegate = query["delegate"].flatMap(register.delegate(eHealthID:))?.subject
        guard let subject = provider ?? delegate else {
            return Self.refusal("no provider of this code, or delegate of this ID, is registered")
        }
        let profiles: [CertificateProfile] = [.signature, .qualifiedSignature, .authentication]
        guard let profile = profiles.first(where: { $0.name == query["profile"] }) else {
            return Self.refusal("the profile is signature, qualified-signature or authentication")
        }
        do {
            let chain = try await pki.enrol(body, profile: profile, subject: subject)
            return Self.answer(
                .ok, "application/x-pem-file", Array(chain.map(\.pem).joined().utf8))
        } catch {
            return Self.refusal("\(error)")
        }
    }

    private func withFault(
        _ service: SandboxService, _ body: () async -> Answer
    ) async -> Answer {
        await gate.pass(service) { _ in await body() }
    }
}

extension Register.Provider {
    var subject: CertificateSubject {
        CertificateSubject(givenName: givenName, surname: surname, serialNumber: eHealthID)
    }
}

extension Register.Delegate {
    var subject: CertificateSubject {
        CertificateSubject(givenName: givenName, surname: surname, serialNumber: eHealthID)
    }
}
