// SPDX-License-Identifier: Apache-2.0
import Coverage
package import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Whose certificate the services of identity take: one of ours for logging in, in force, of a
/// registered provider or delegate whose eHealth ID is active.
package struct ClientCheck: Sendable {
    private let register: Register
    private let mandates: Mandates
    private let trust: TrustPolicy
    private let intermediates: [Certificate]
    let now: @Sendable () -> Date
    private let isRevoked: @Sendable (Certificate) async -> Bool

    package init(
        register: Register, mandates: Mandates, trust: TrustPolicy, intermediates: [Certificate],
        now: @escaping @Sendable () -> Date,
        isRevoked: @escaping @Sendable (Certificate) async -> Bool
    ) {
        (self.register, self.mandates) = (register, mandates)
        (self.trust, self.intermediates) = (trust, intermediates)
        (self.now, self.isRevoked) = (now, isRevoked)
    }

    var memory: VerificationMemory { trust.memory }

    /// The eHealth ID of a certificate; `nil` when nobody can be authenticated by it.
    func person(_ certificate: Certificate) async -> String? {
        guard chains(certificate, for: .clientAuthentication), await !isRevoked(certificate),
            let id = certificate.subject[.serialNumber]
        else { return nil }
        if let provider = register.provider(eHealthID: id) {
            return provider.hasActiveEHealthID ? id : nil
        }
        return register.delegate(eHealthID: id).map { _ in id }
    }

    /// The same for the certificate of a connection, DER.
    func person(of client: [UInt8]?) async -> String? {
        guard let client, let certificate = try? Certificate(der: client) else { return nil }
        return await person(certificate)
    }

    /// Whether somebody may have a session of a provider's space: the provider himself, or a
    /// delegate with a mandate of today, whatever for; each message says more.
    func mayEnter(space code: String, _ person: String) -> Bool {
        guard let provider = register.provider(code: code), provider.hasActiveSpace,
            provider.hasWebServices
        else { return false }
        let today = CalendarDate(inLuxembourg: now())
        return provider.eHealthID == person
            || mandates.all.contains {
                $0.delegate == person && $0.provider == code && $0.from <= today
                    && $0.to.map { today <= $0 } ?? true
            }
    }

    func chains(_ certificate: Certificate, for purpose: CertificatePurpose) -> Bool {
        var chainOnly = trust
        chainOnly.checksRevocation = false
        return chainOnly.judge(
            certificate, for: purpose, at: now(), now: now(),
            with: ValidationMaterial(certificates: intermediates)
        ).isPassed
    }
}
