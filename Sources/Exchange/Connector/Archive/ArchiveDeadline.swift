// SPDX-License-Identifier: Apache-2.0
package import Trust
package import Validation

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// When the proof of a file ends, and from when on it is renewed: a pure function of certificates
/// and the dated algorithm tables.
package struct ArchiveDeadline: Sendable, Hashable {
    package enum Cause: Sendable, Hashable {
        /// The subject of the certificate that expires.
        case certificateExpiry(String)
        /// The algorithm or key that stops counting.
        case algorithmSunset(String)
    }

    /// From here on nothing proves the file any more.
    package let end: Date
    package let cause: Cause

    /// Six months before, in the calendar of UTC.
    package var renewFrom: Date {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar.date(byAdding: .month, value: -Limits.renewalLeadInMonths, to: end) ?? end
    }

    /// The first thing that ends a time-stamp's proof: its unit's certificate or one above, the key
    /// or algorithm of one of them, or a digest function it was made with.
    ///
    /// - Parameters:
    ///   - chain: From the unit to an anchor, whose own dates do not count.
    ///   - crypto: nil knows no end dates.
    package init?(of token: TimestampToken, chain: CertificateChain, crypto: CryptoPolicy?) {
        var ends = Self.ends(of: chain, crypto)
        if let crypto {
            let unit = chain.endEntity.publicKey
            if let algorithm = token.signer.algorithm {
                ends.append(Self.sunset(of: algorithm, unit, crypto))
            }
            for digest in [token.imprint.digest?.algorithm, token.signer.digest] {
                guard let digest else { continue }
                ends.append(Self(end: crypto.sunset(of: digest), .algorithmSunset(digest.rawValue)))
            }
        }
        self.init(first: ends)
    }

    /// The first thing that ends a chain.
    package init?(of chain: CertificateChain, crypto: CryptoPolicy?) {
        self.init(first: Self.ends(of: chain, crypto))
    }

    private init?(first ends: [ArchiveDeadline]) {
        guard let first = ends.min(by: { $0.end < $1.end }) else { return nil }
        self = first
    }

    private init(end: Date, _ cause: Cause) { (self.end, self.cause) = (end, cause) }

    private static func ends(
        of chain: CertificateChain, _ crypto: CryptoPolicy?
    ) -> [ArchiveDeadline] {
        chain.issuances.flatMap { subject, issuer in
            var ends = [Self(end: subject.notAfter, .certificateExpiry("\(subject.subject)"))]
            if let crypto, let algorithm = SignatureAlgorithm(subject.signatureAlgorithm) {
                ends.append(sunset(of: algorithm, issuer.publicKey, crypto))
            }
            return ends
        }
    }

    private static func sunset(
        of algorithm: SignatureAlgorithm, _ key: PublicKey, _ crypto: CryptoPolicy
    ) -> ArchiveDeadline {
        let isDigest =
            crypto.sunset(of: algorithm.digest) <= crypto.sunset(of: algorithm, key: key)
        return Self(
            end: crypto.sunset(of: algorithm, key: key),
            .algorithmSunset(isDigest ? algorithm.digest.rawValue : key.summary))
    }
}

extension ArchiveDeadline {
    /// What holds one signature: its newest good time-stamp; below B-LT also the signer's own
    /// chain, whose status nobody tells after its end.
    package init?(of report: SignatureReport, crypto: CryptoPolicy?) {
        var ends: [ArchiveDeadline] = []
        if let stamp = report.newestStamp, let token = stamp.token,
            let chain = stamp.authority?.chain,
            let end = ArchiveDeadline(of: token, chain: chain, crypto: crypto)
        {
            ends.append(end)
        }
        if report.level < .longTerm, !report.isArchived, let chain = report.certificate?.chain,
            let end = ArchiveDeadline(of: chain, crypto: crypto)
        {
            ends.append(end)
        }
        self.init(first: ends)
    }
}

/// How a file that is kept stands today.
package struct ArchiveStanding: Sendable {
    /// The lowest of its signatures'.
    package let level: SignatureReport.Level
    /// The earliest of its signatures'; nil when nothing holds the file any more.
    package let deadline: ArchiveDeadline?
    /// Why the file cannot be renewed.
    package let problem: String?

    init(_ report: FileReport, crypto: CryptoPolicy?) {
        level = report.signatures.map(\.level).min() ?? .none
        deadline = report.signatures.compactMap { ArchiveDeadline(of: $0, crypto: crypto) }
            .min { $0.end < $1.end }
        let bad =
            report.signatures.first { $0.damage != nil } ?? report.signatures.first { !$0.isGood }
        problem =
            report.signatures.isEmpty
            ? report.conclusion.reasons.joined(separator: " ") : bad.map(Self.sentence)
    }

    private static func sentence(_ report: SignatureReport) -> String {
        if let damage = report.damage { return damage }
        let sub = report.conclusion.subIndication.map { " \($0.rawValue)" } ?? ""
        return (["\(report.conclusion.indication.rawValue)\(sub)."] + report.reasons)
            .joined(separator: " ")
    }

    /// Whether it is to be renewed now.
    ///
    /// - Parameter days: How much earlier than ``ArchiveDeadline/renewFrom``.
    package func isDue(at moment: Date, within days: Int = 0) -> Bool {
        guard problem == nil, let deadline else { return false }
        return deadline.renewFrom.addingTimeInterval(-Double(days) * 86_400) <= moment
    }
}
