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
    /// One row: keys of at least this size are good until that moment.
    package struct KeySize: Sendable, Hashable {
        package let minimumInBits: Int
        package let until: Date

        package init(minimumInBits: Int, until: Date) {
            self.minimumInBits = minimumInBits
            self.until = until
        }
    }

    package var digests: [DigestAlgorithm: Date]
    package var rsaPKCS1: [KeySize]
    package var rsaPSS: [KeySize]
    package var ec: [KeySize]

    package init(
        digests: [DigestAlgorithm: Date], rsaPKCS1: [KeySize], rsaPSS: [KeySize], ec: [KeySize]
    ) {
        self.digests = digests
        self.rsaPKCS1 = rsaPKCS1
        self.rsaPSS = rsaPSS
        self.ec = ec
    }

    /// Why a signature made with this algorithm and key is not relied on at a moment.
    package func refusal(
        of algorithm: SignatureAlgorithm, key: PublicKey, at moment: Date
    ) -> String? {
        if let refusal = refusal(of: algorithm.digest, at: moment) { return refusal }
        let (size, table): (Int, [KeySize])
        switch (algorithm, key.kind) {
        case (.rsaPKCS1, .rsa(let bits)): (size, table) = (bits, rsaPKCS1)
        case (.rsaPSS, .rsa(let bits)): (size, table) = (bits, rsaPSS)
        case (.ecdsa, .ec(let curve)): (size, table) = (curve.sizeInBits, ec)
        case (.ed25519, .ed25519): (size, table) = (256, ec)
        default: return key.summary
        }
        let isGood = table.contains { row in
            size >= row.minimumInBits && moment < row.until
        }
        return isGood ? nil : key.summary
    }

    /// Why a digest made with this function is not relied on at a moment.
    package func refusal(of digest: DigestAlgorithm, at moment: Date) -> String? {
        guard let until = digests[digest] else { return digest.rawValue }
        return moment < until ? nil : digest.rawValue
    }
}

extension CryptoPolicy {
    /// TS 119 312 v1.5.1, with the end dates of what earlier versions allowed.
    package static let ts119312 = CryptoPolicy(
        digests: [
            .sha1: year2010, .sha256: .distantFuture, .sha384: .distantFuture,
            .sha512: .distantFuture,
        ],
        rsaPKCS1: [
            KeySize(minimumInBits: 1024, until: year2010),
            KeySize(minimumInBits: 1536, until: year2016),
            KeySize(minimumInBits: 1900, until: year2029),
        ],
        rsaPSS: [
            KeySize(minimumInBits: 1024, until: year2010),
            KeySize(minimumInBits: 1536, until: year2016),
            KeySize(minimumInBits: 1900, until: year2029),
            KeySize(minimumInBits: 3000, until: .distantFuture),
        ],
        ec: [KeySize(minimumInBits: 256, until: .distantFuture)])

    /// The first instants of these years, in UTC.
    private static let year2010 = Date(timeIntervalSince1970: 1_262_304_000)
    private static let year2016 = Date(timeIntervalSince1970: 1_451_606_400)
    private static let year2029 = Date(timeIntervalSince1970: 1_861_920_000)
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
