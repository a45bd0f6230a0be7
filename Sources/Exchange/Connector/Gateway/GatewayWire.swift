// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import NationalAPI
import Transport
import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What the parts of the gateway share: profile, addresses, identity, and a way to ask.
struct GatewayWire: Sendable {
    let profile: NationalProfile
    let addresses: ServiceAddresses
    let identity: MessageIdentity
    let send: Send
    let now: @Sendable () -> Date
    let random: @Sendable (Int) -> [UInt8]

    init(_ environment: PipelineEnvironment) {
        (profile, addresses) = (environment.profile, environment.addresses)
        (identity, send) = (environment.identity, environment.send)
        (now, random) = (environment.now, environment.random)
    }

    /// The address of step 3, for which tokens are made.
    var exchangeAddress: String { addresses.exchange + profile.exchange.path }

    /// An identifier nobody used before; an NCName.
    func makeID() -> String { "id-" + random(16).hexText }

    /// The certificate bears the name of who should speak, chains to an anchor and is current:
    /// another certificate of the same authority cannot speak in its place.
    func isTrusted(_ certificate: Certificate, named name: String) -> Bool {
        var unrevoked = TrustPolicy(anchors: TrustAnchors(addresses.anchors))
        unrevoked.checksRevocation = false
        unrevoked.memory = identity.memory.certificates
        let verdict = unrevoked.judge(
            certificate, for: .any, at: now(), now: now(),
            with: ValidationMaterial(certificates: identity.platformIntermediates))
        return verdict.isPassed && certificate.subject[.commonName] == name
    }

    /// Signs a message with the key for messages.
    func signed(_ unsigned: UnsignedMessage) async throws -> [UInt8] {
        do {
            return unsigned.signed(with: try await identity.sign(unsigned.toBeSigned))
        } catch let error as StageFailure {
            throw error
        } catch {
            try Task.checkCancellation()
            throw StageFailure(
                .signingFailed, "The key for messages cannot sign.", actor: .you, .retry)
        }
    }
}

/// A service that is asked before a message leaves: whatever fails, nothing has arrived.
struct GatewayService: Sendable {
    let wire: GatewayWire
    /// As the sentences of problems call it.
    let title: String
    let actor: TransmissionProblem.Actor
    let timeoutInSeconds: Int

    func post(
        _ address: String, _ body: [UInt8], contentType: String, action: String? = nil
    ) async throws -> (HTTPResponse, [UInt8]) {
        guard var request = HTTPRequest.post(address, contentType: contentType) else {
            throw noAddress
        }
        if let action, let name = HTTPField.Name("SOAPAction") {
            request.headerFields[name] = "\"\(action)\""
        }
        return try await ask(request, body)
    }

    func get(_ address: String) async throws -> (HTTPResponse, [UInt8]) {
        guard let request = HTTPRequest.get(address) else { throw noAddress }
        return try await ask(request, [])
    }

    private func ask(
        _ request: HTTPRequest, _ body: [UInt8]
    ) async throws -> (HTTPResponse, [UInt8]) {
        do {
            let (response, answer) = try await wire.send(request, body, .seconds(timeoutInSeconds))
            let code = response.status.code
            // A fault comes with status 500 and says more than it.
            guard code < 500 || (code == 500 && !answer.isEmpty), code != 429 else {
                throw StageFailure(
                    .identityUnreachable, "\(title) answered with status \(code).", actor: actor,
                    .retry, retryAfter: response.retryAfter)
            }
            return (response, answer)
        } catch let error as TransportError {
            try Task.checkCancellation()
            throw StageFailure(
                .identityUnreachable, "\(title): \(error).", actor: actor, .retry)
        }
    }

    /// The service answered, and will not have us.
    func refusal(_ reason: String, by actor: TransmissionProblem.Actor? = nil) -> StageFailure {
        StageFailure(
            .sessionRefused, "\(title): \(reason).", actor: actor ?? self.actor, .retry)
    }

    /// The service answered with something that is not to be believed.
    func distrust(_ error: any Error) -> StageFailure {
        StageFailure(.identityNotTrusted, "\(title): \(error).", actor: actor, .retry)
    }

    private var noAddress: StageFailure {
        StageFailure(
            .identityUnreachable, "The address of \(title) is not a URL.", actor: .you, .attention)
    }
}
