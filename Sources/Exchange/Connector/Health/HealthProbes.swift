// SPDX-License-Identifier: Apache-2.0
import Keys
import NationalAPI
import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The probes of an installation: each lets its dependency do its job once.
package struct HealthProbes: Sendable {
    private let environment: PipelineEnvironment
    private let documents: any DocumentStore
    private let makeUUID: @Sendable () -> String

    package init(
        _ environment: PipelineEnvironment, documents: any DocumentStore,
        makeUUID: @escaping @Sendable () -> String
    ) {
        (self.environment, self.documents, self.makeUUID) = (environment, documents, makeUUID)
    }

    /// Every dependency that this profile and these addresses have.
    package var all: [HealthProbe] {
        let addresses = environment.addresses
        var probes = [store, key]
        for (index, authority) in addresses.timestampAuthorities.enumerated() {
            probes.append(timestamps(authority.url, number: index + 1))
        }
        if let revocation { probes.append(revocation) }
        if let identity { probes.append(identity) }
        if let platform { probes.append(platform) }
        return probes
    }

    /// A write.
    private var store: HealthProbe {
        let (documents, now) = (documents, environment.now)
        return HealthProbe(Dependency(.store)) {
            let text = now().formatted(.iso8601)
            try await documents.put(Array(text.utf8), as: "health/write", audit: nil)
        }
    }

    /// A signature over nothing that means anything, verified with the certificate (RS-03).
    private var key: HealthProbe {
        let environment = environment
        return HealthProbe(Dependency(.key)) {
            guard let certificate = environment.key.certificate,
                certificate.isInValidityPeriod(at: environment.now())
            else {
                throw StageFailure(
                    .certificateExpired, "The signing certificate is not valid today.", actor: .you,
                    .retry)
            }
            do {
                _ = try await environment.key.cmsSignature(over: environment.random(32))
            } catch {
                throw StageFailure(
                    .signingFailed, "The signing key cannot sign.", actor: .you, .retry)
            }
        }
    }

    /// A time-stamp on a random digest.
    package func timestamps(_ address: String, number: Int) -> HealthProbe {
        let environment = environment
        return HealthProbe(Dependency(.timestamps, number: number, host: Self.host(address))) {
            let client = TimestampClient(
                address: address, send: environment.send, random: environment.random)
            _ = try await client.token(over: environment.random(32))
        }
    }

    /// The status of the signer.
    private var revocation: HealthProbe? {
        guard let signer = environment.key.certificate,
            let issuer = environment.key.certificateChain.dropFirst().first
        else { return nil }
        let environment = environment
        let need = MissingRevocation(certificate: signer, issuer: issuer)
        guard let address = need.ocspURLs.first ?? need.listURLs.first else { return nil }
        return HealthProbe(Dependency(.revocation, host: Self.host(address))) {
            let client = MaterialClient(
                rules: AddressRules(allowedHosts: environment.addresses.allowedHosts),
                send: environment.send, random: environment.random)
            var missing = MissingMaterial()
            missing.revocation = [need]
            guard try await client.fetch(missing).unmet.isEmpty else {
                throw StageFailure(
                    .revocationUnreachable, "The status of the signer cannot be had.",
                    actor: .incert, .retry)
            }
        }
    }

    /// A login, without a session; nothing where the profile knows none.
    private var identity: HealthProbe? {
        guard environment.profile.assertion != .none else { return nil }
        let gateway = Gateway(environment)
        let host = Self.host(environment.addresses.identity)
        return HealthProbe(Dependency(.identity, host: host)) { try await gateway.prove() }
    }

    /// A question about a UUID that nobody has used; nothing is sent where there is no such question.
    private var platform: HealthProbe? {
        guard let query = environment.profile.status else { return nil }
        let environment = environment
        let (client, makeUUID) = (ExchangeClient(environment), makeUUID)
        let host = Self.host(environment.addresses.exchange)
        return HealthProbe(Dependency(.platform, host: host)) {
            let uuid = makeUUID()
            _ = try await client.call(
                model: query.operation.model, business: StatusRequest(uuid: uuid).bytes(query),
                timeoutInSeconds: query.operation.timeoutInSeconds
            ) { message throws(MessageError) in
                try StatusAnswer(message, to: uuid, profile: environment.profile, query: query)
            }
        }
    }

    /// Host and port of an address.
    package static func host(_ address: String) -> String {
        let rest = address.firstRange(of: "://").map { address[$0.upperBound...] } ?? address[...]
        return String(rest.prefix { $0 != "/" })
    }
}
