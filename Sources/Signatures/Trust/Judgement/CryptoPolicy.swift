// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Until when algorithms are relied on: the dated tables of TS 119 312, as a value.
///
/// `.distantFuture` means no end date; an algorithm that is not named is not relied on at all.
package struct CryptoPolicy: Sendable, Hashable {
    /// A way to make signature values; sizes of keys are judged for each apart.
    package enum Scheme: String, Sendable, Hashable, CaseIterable {
        case rsaPKCS1 = "RSA-PKCS1-v1_5"
        case rsaPSS = "RSA-PSS"
        case ecdsa = "ECDSA"
        case eddsa = "EdDSA"
        case dsa = "DSA"
    }

    /// One row: keys of at least this size are good until that moment.
    package struct KeySize: Sendable, Hashable {
        package let minimumInBits: Int
        package let until: Date

        package init(minimumInBits: Int, until: Date) {
            self.minimumInBits = minimumInBits
            self.until = until
        }
    }

    /// What reports call this policy.
    package var name: String
    package var digests: [DigestAlgorithm: Date]
    package var keys: [Scheme: [KeySize]]

    package init(
        name: String = "custom", digests: [DigestAlgorithm: Date], keys: [Scheme: [KeySize]]
    ) {
        self.name = name
        self.digests = digests
        self.keys = keys
    }

    /// When signatures of this kind stop being relied on; the distant past if they never were.
    package func sunset(of algorithm: SignatureAlgorithm, key: PublicKey) -> Date {
        min(sunset(of: algorithm.digest), keySunset(of: algorithm, key: key))
    }

    package func sunset(of digest: DigestAlgorithm) -> Date { digests[digest] ?? .distantPast }

    private func keySunset(of algorithm: SignatureAlgorithm, key: PublicKey) -> Date {
        guard let scheme = algorithm.scheme, let size = key.sizeInBits else { return .distantPast }
        return keys[scheme, default: []].filter { size >= $0.minimumInBits }.map(\.until).max()
            ?? .distantPast
    }

    /// Why a signature made with this algorithm and key is not relied on at a moment.
    package func refusal(
        of algorithm: SignatureAlgorithm, key: PublicKey, at moment: Date
    ) -> String? {
        refusal(of: algorithm.digest, at: moment)
            ?? (moment < keySunset(of: algorithm, key: key) ? nil : key.summary)
    }

    /// Why a digest made with this function is not relied on at a moment.
    package func refusal(of digest: DigestAlgorithm, at moment: Date) -> String? {
        moment < sunset(of: digest) ? nil : digest.rawValue
    }
}

extension CryptoPolicy {
    /// TS 119 312 v1.5.1, with the end dates of what earlier versions allowed.
    package static let ts119312 = CryptoPolicy(
        name: "TS 119 312 v1.5.1",
        digests: [
            .sha1: year2010, .sha256: .distantFuture, .sha384: .distantFuture,
            .sha512: .distantFuture, .sha3_256: .distantFuture, .sha3_384: .distantFuture,
            .sha3_512: .distantFuture,
        ],
        keys: [
            .rsaPKCS1: rsaUntil2029,
            .rsaPSS: rsaUntil2029 + [KeySize(minimumInBits: 3000, until: .distantFuture)],
            .ecdsa: [KeySize(minimumInBits: 256, until: .distantFuture)],
            .eddsa: [KeySize(minimumInBits: 256, until: .distantFuture)],
            .dsa: [KeySize(minimumInBits: 2048, until: year2016)],
        ])

    private static let rsaUntil2029 = [
        KeySize(minimumInBits: 1024, until: year2010),
        KeySize(minimumInBits: 1536, until: year2016),
        KeySize(minimumInBits: 1900, until: year2029),
    ]

    /// The first instants of these years, in UTC.
    private static let year2010 = Date(timeIntervalSince1970: 1_262_304_000)
    private static let year2016 = Date(timeIntervalSince1970: 1_451_606_400)
    private static let year2029 = Date(timeIntervalSince1970: 1_861_920_000)
}

extension SignatureAlgorithm {
    fileprivate var scheme: CryptoPolicy.Scheme? {
        switch self {
        case .rsaPKCS1: .rsaPKCS1
        case .rsaPSS, .rsaPSSWithMask: .rsaPSS
        case .ecdsa: .ecdsa
        case .ed25519, .ed25519ctx, .ed448: .eddsa
        case .dsa: .dsa
        }
    }
}

extension PublicKey {
    /// The size that key tables speak of; nil for keys that are not computed.
    package var sizeInBits: Int? {
        switch kind {
        case .rsa(let bits), .dsa(let bits): bits
        case .ec(let curve): curve.sizeInBits
        case .ed25519: 256
        case .ed448: 448
        default: nil
        }
    }
}

extension PublicKey.Curve {
    package var sizeInBits: Int {
        switch self {
        case .p256: 256
        case .p384: 384
        case .p521: 521
        }
    }
}
