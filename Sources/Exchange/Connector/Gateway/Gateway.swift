// SPDX-License-Identifier: Apache-2.0
import NationalAPI
package import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Who acts: the certificate and key of connections and messages (GW-01).
package protocol ClientIdentity: Sendable {
    var certificate: Certificate { get }
    /// The space at the platform for which one acts; eight digits.
    var providerCode: String? { get }
    var sign: @Sendable ([UInt8]) async throws -> [UInt8] { get }
}

extension ClientIdentity {
    /// Stands in the serialNumber of the practitioner's certificates.
    var eHealthID: String { certificate.subject[.serialNumber] ?? "" }
}

/// What proves to the session service who acts.
enum ProvenIdentity: Sendable {
    /// The certificate of the connection, and nothing else.
    case certificate
    case assertion(VerifiedAssertion)
    case idToken(String)
}

/// Has somebody say who the practitioner is (GW-01).
protocol AssertionProvider: Sendable {
    /// - Throws: ``StageFailure``; nothing of the message has left yet.
    func prove() async throws -> ProvenIdentity
}

/// Opens and ends sessions at the exchange (GW-01).
protocol SessionTokenService: Sendable {
    /// - Returns: `nil` where the exchange needs no session.
    /// - Throws: ``StageFailure``; nothing of the message has left yet.
    func open(with proof: ProvenIdentity) async throws -> Session?
    /// Says that a session is not needed any more.
    func end(_ session: Session) async throws
}

/// Secures requests and believes answers (GW-01, GW-05).
protocol MessageSecurity: Sendable {
    func secured(
        modelUID: String, business: [UInt8], session: Session?
    ) async throws -> SecuredMessage
    /// - Throws: `MessageError`: nothing of it is to be believed.
    func verified(_ answer: [UInt8]) throws -> VerifiedMessage
}

/// Carries a secured message to the exchange and its answer back (GW-01).
protocol BusinessChannel: Sendable {
    /// - Throws: ``StageFailure``, whose consequence says whether the message may have arrived, or
    ///   ``SessionRefused``.
    func send(_ message: SecuredMessage, timeoutInSeconds: Int) async throws -> [UInt8]
}

/// A message as it goes over the wire.
struct SecuredMessage: Sendable {
    var bytes: [UInt8]
    /// For the `Authorization` header.
    var bearer: String?
}

/// The exchange wants another session before it looks at a message.
struct SessionRefused: Error {}

/// The five parts as a profile names them (GW-01).
package struct Gateway: Sendable {
    let identity: any ClientIdentity
    let assertions: any AssertionProvider
    let sessions: any SessionTokenService
    let security: any MessageSecurity
    let channel: any BusinessChannel
    private let kept: Sessions
    private let key: Sessions.Key
    private let now: @Sendable () -> Date

    package init(_ environment: PipelineEnvironment) {
        let wire = GatewayWire(environment)
        identity = wire.identity
        switch wire.profile.assertion {
        case .none: assertions = CertificateAlone()
        case .saml(let saml): assertions = SAMLAssertionProvider(wire: wire, saml: saml)
        case .openID(let openID): assertions = OpenIDAssertionProvider(wire: wire, openID: openID)
        }
        switch wire.profile.sessionToken {
        case .none: sessions = NoSessions()
        case .trust(let trust): sessions = TrustTokenService(wire: wire, trust: trust)
        case .exchange(let exchange):
            sessions = ExchangedTokenService(wire: wire, exchange: exchange)
        }
        security = SignedMessages(wire: wire)
        channel = SOAPChannel(wire: wire)
        kept = wire.identity.memory.sessions
        key = Sessions.Key(
            profile: wire.profile.id, environment: wire.profile.environment,
            person: wire.identity.certificate.subject[.serialNumber] ?? "",
            providerCode: wire.identity.providerCode)
        now = wire.now
    }

    /// The session for the next message: the kept one, or a new one (GW-03).
    ///
    /// - Parameter refused: The one that the exchange has just refused.
    /// - Returns: `nil` where the exchange needs none.
    package func session(replacing refused: Session? = nil) async throws -> Session? {
        try await kept.session(for: key, replacing: refused, now: now) {
            try await sessions.open(with: assertions.prove())
        }
    }

    /// Ends the session that is kept, if any; what is on its way may still use it up.
    package func end() async throws {
        guard let session = await kept.forget(key) else { return }
        try await sessions.end(session)
    }
}

/// The exchange knows its client by the certificate of connection and message.
private struct CertificateAlone: AssertionProvider {
    func prove() async throws -> ProvenIdentity { .certificate }
}

private struct NoSessions: SessionTokenService {
    func open(with proof: ProvenIdentity) async throws -> Session? { nil }
    func end(_ session: Session) async throws {}
}
