// SPDX-License-Identifier: Apache-2.0
import Trust
import Validation

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Judges a signed file, fetches what the judge is missing, and judges again (AS-03).
struct MaterialGathering: Sendable {
    private let revocation: RevocationClient
    private let cache = RevocationCache()
    private let now: @Sendable () -> Date
    let trust: TrustPolicy

    /// - Parameter maximumRevocationAge: In seconds; see ``TrustPolicy``.
    init(
        addresses: ServiceAddresses, send: @escaping Send, now: @escaping @Sendable () -> Date,
        random: @escaping @Sendable (Int) -> [UInt8], maximumRevocationAge: Double
    ) {
        revocation = RevocationClient(
            allowedHosts: addresses.allowedHosts, send: send, random: random)
        trust = TrustPolicy(
            anchors: TrustAnchors(addresses.anchors), maximumRevocationAge: maximumRevocationAge)
        self.now = now
    }

    /// The reports on files with one signature each when nothing more is missing; what is fetched
    /// serves all of them.
    ///
    /// - Throws: ``StageFailure`` when something cannot be had, or never becomes good enough.
    func reports(on files: [[UInt8]]) async throws -> [SignatureReport] {
        var material = await cache.current(at: now())
        for _ in 0..<Limits.fetchRounds {
            var context = ValidationContext(
                policy: .general, trust: trust, material: material, now: now())
            context.looksInside = false
            let judge = Judge(context)
            var reports: [SignatureReport] = []
            var missing = MissingMaterial()
            for file in files {
                let found = judge.report(on: file)
                guard let report = found.signatures.last else {
                    throw StageFailure(
                        .selfCheckFailed, "The signed file has no signature that can be read.",
                        actor: .connector, .attention)
                }
                reports.append(report)
                missing.formUnion(found.missing)
            }
            if missing.isEmpty { return reports }
            guard !missing.revocation.isEmpty else {
                throw StageFailure(
                    .selfCheckFailed, "No chain leads from the signing certificate to an anchor.",
                    actor: .you, .attention)
            }
            let fetched = try await revocation.fetch(missing)
            material.formUnion(fetched)
            if let signer = reports.first?.signer { await cache.keep(fetched, except: signer) }
        }
        throw StageFailure(
            .revocationUnreachable, "The revocation data that came back is not current.",
            actor: .incert, .retry)
    }
}
