// SPDX-License-Identifier: Apache-2.0
import Coverage
package import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Whose certificate the services of identity take: one of ours for logging in, in force, of a
/// registered provider whose eHealth ID is active, or of a registered delegate.
package struct ClientCheck: Sendable {
    let register: Register
    private let mandates: Mandates
    private let trust: TrustPolicy
    private let intermediates: [Certificate]
    let now: @Sendable () -> Date
    private let isRevoked: @Sendable (Certificate) async -> Bool

    package init(
        register: Register, mandates: Mandates = Mandates(), trust: TrustPolicy,
        intermediates: [Certificate],
        now: @escaping @Sendable () -> Date,
        isRevoked: @escaping @Sendable (Certificate) async -> Bool
    ) {
        (self.register, self.mandates) = (register, mandates)
        (self.trust, self.intermediates) = (trust, intermediates)
        (self.now, self.isRevoked) = (now, isRevoked)
    }

    var memory: VerificationMemory { trust.memory }

    /// The eHealth ID of a certificate; `nil` when nobody can be authenticated by it.
    func eHealthID(of certificate: Certificate) async -> String? {
        guard let eHealthID = certificate.subject[.serialNumber],
            chains(certificate, for: .clientAuthentication), await !isRevoked(certificate)
        else { return nil }
        let isActive =
            register.provider(eHealthID: eHealthID)?.hasActiveEHealthID
            ?? (register.delegate(eHealthID: eHealthID) != nil)
        return isActive ? eHealthID : nil
    }

    /// The same for the certificate of a connection, DER.
    func eHealthID(of client: [UInt8]?) async -> String? {
        guard let client, let certificate = try? Certificate(der: client) else { return nil }
        return await eHealthID(of: certificate)
    }

    /// Whether somebody may enter a provider's space: the provider himself, or a delegate with a
    /// current mandate, whatever it is for.
    func mayEnter(spaceOf code: String, _ eHealthID: String) -> Bool {
        guard let provider = register.provider(code: code), provider.hasActiveSpace,
            provider.hasWebServices
        else { return false }
        return provider.eHealthID == eHealthID
            || mandates.allow(
                eHealthID, for: code, scope: nil, on: CalendarDate(inLuxembourg: now()))
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
