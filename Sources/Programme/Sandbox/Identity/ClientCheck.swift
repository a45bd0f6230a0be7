// SPDX-License-Identifier: Apache-2.0
package import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Whose certificate the services of identity take: one of ours for logging in, in force, of a
/// registered provider whose eHealth ID is active.
package struct ClientCheck: Sendable {
    let register: Register
    private let trust: TrustPolicy
    private let intermediates: [Certificate]
    let now: @Sendable () -> Date
    private let isRevoked: @Sendable (Certificate) async -> Bool

    package init(
        register: Register, trust: TrustPolicy, intermediates: [Certificate],
        now: @escaping @Sendable () -> Date,
        isRevoked: @escaping @Sendable (Certificate) async -> Bool
    ) {
        (self.register, self.trust, self.intermediates) = (register, trust, intermediates)
        (self.now, self.isRevoked) = (now, isRevoked)
    }

    var memory: VerificationMemory { trust.memory }

    /// The provider of a certificate; `nil` when he cannot be authenticated by it.
    func provider(_ certificate: Certificate) async -> Register.Provider? {
        guard chains(certificate, for: .clientAuthentication), await !isRevoked(certificate),
            let provider = certificate.subject[.serialNumber].flatMap({
                register.provider(eHealthID: $0)
            }), provider.hasActiveEHealthID
        else { return nil }
        return provider
    }

    /// The certificate of a connection, DER.
    func provider(of client: [UInt8]?) async -> Register.Provider? {
        guard let client, let certificate = try? Certificate(der: client) else { return nil }
        return await provider(certificate)
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
