// SPDX-License-Identifier: Apache-2.0
package import NationalAPI
package import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Endpoint, anchors and keys belong to one environment, or nothing starts (GW-08).
package enum EnvironmentError: Error, Hashable {
    case otherEnvironment(
        profile: NationalProfile.Environment, addresses: NationalProfile.Environment)
    /// A certificate of ours that none of the environment's anchors stands behind.
    case foreignCertificate(subject: String)
}

extension EnvironmentError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .otherEnvironment(let profile, let addresses):
            "the profile is for \(profile.rawValue), the addresses are of \(addresses.rawValue)"
        case .foreignCertificate(let subject):
            "the certificate of \(subject) is not of the environment it is to be used in"
        }
    }
}

extension ServiceAddresses {
    /// Checks that a profile and the chains of one's own keys belong to these addresses.
    ///
    /// - Parameter chains: Each key's certificate first.
    package func check(
        _ profile: NationalProfile, chains: [[Certificate]], now: Date
    ) throws(EnvironmentError) {
        guard profile.environment == environment else {
            throw .otherEnvironment(profile: profile.environment, addresses: environment)
        }
        var policy = TrustPolicy(anchors: TrustAnchors(anchors))
        policy.checksRevocation = false
        for chain in chains {
            guard let certificate = chain.first else { continue }
            // At its own beginning: whether it has ended since is another question.
            let verdict = policy.judge(
                certificate, for: .any, at: certificate.notBefore, now: now,
                with: ValidationMaterial(certificates: chain))
            guard verdict.isPassed else {
                throw .foreignCertificate(subject: certificate.subject[.commonName] ?? "a key")
            }
        }
    }
}
