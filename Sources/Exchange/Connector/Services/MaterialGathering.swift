// SPDX-License-Identifier: Apache-2.0
import Trust
import Validation

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Judges signed files, fetches what the judge is missing, and judges the same facts again
/// (AS-03).
struct MaterialGathering: Sendable {
    private let client: MaterialClient
    private let cache = RevocationCache()
    private let statuses = FreshStatuses()
    private let now: @Sendable () -> Date
    /// Lives as long as its owner, and with it what signature values were found to be.
    let trust: TrustPolicy

    /// - Parameters:
    ///   - maximumRevocationAge: In seconds; see ``TrustPolicy``.
    ///   - allowsPublic: Whether public addresses are asked beside the configured hosts.
    init(
        addresses: ServiceAddresses, send: @escaping Send, now: @escaping @Sendable () -> Date,
        random: @escaping @Sendable (Int) -> [UInt8], maximumRevocationAge: Double?,
        crypto: CryptoPolicy? = CryptoPolicy.ts119312, allowsPublic: Bool = false
    ) {
        client = MaterialClient(
            rules: AddressRules(
                allowedHosts: addresses.allowedHosts, allowsPublic: allowsPublic),
            send: send, random: random)
        trust = TrustPolicy(
            anchors: TrustAnchors(addresses.anchors), crypto: crypto,
            maximumRevocationAge: maximumRevocationAge)
        self.now = now
    }

    /// What came of judging and fetching in turns.
    struct Judged: Sendable {
        var reports: [FileReport]
        /// All that was at hand beside the files.
        var material: ValidationMaterial
        /// What the verdicts still miss, and of that what could not be had.
        var missing: MissingMaterial
        var unmet = MissingMaterial()
    }

    /// Judges until nothing more comes; what is fetched serves all of the files.
    ///
    /// - Throws: `CancellationError`.
    func judged(
        _ facts: [FileFacts], knowing known: ValidationMaterial = ValidationMaterial()
    ) async throws -> Judged {
        var judged = Judged(reports: [], material: known, missing: MissingMaterial())
        for round in 0...Limits.fetchRounds {
            var context = ValidationContext(
                policy: .general, trust: trust, material: judged.material, now: now(),
                timestampDelay: nil)
            context.looksInside = false
            let judge = Judge(context)
            judged.reports = facts.map(judge.report)
            judged.missing = judged.reports.reduce(into: MissingMaterial()) {
                $0.formUnion($1.missing)
                $0.formUnion($1.missingForDocumentStamps)
            }
            if judged.missing.isEmpty || round == Limits.fetchRounds { break }
            let signers = judged.reports.flatMap(\.signatures).compactMap(\.signer)
            let fetched = try await client.fetch(judged.missing, fresh: signers)
            judged.unmet = fetched.unmet
            let before = judged.material
            judged.material.formUnion(fetched.material)
            guard judged.material != before else { break }
        }
        return judged
    }

    /// The reports on files with one signature each when nothing more is missing.
    ///
    /// - Throws: ``StageFailure`` when something cannot be had, or never becomes good enough.
    func reports(on files: [[UInt8]]) async throws -> [SignatureReport] {
        let reader = FileReader(looksInside: false)
        let known = await cache.current(at: now())
        let judged = try await judged(files.map(reader.facts), knowing: known)
        let reports = try judged.reports.map { report in
            guard let signature = report.signatures.last else {
                throw StageFailure(
                    .selfCheckFailed, "The signed file has no signature that can be read.",
                    actor: .connector, .attention)
            }
            return signature
        }
        if let signer = reports.first?.signer {
            await cache.keep(judged.material, except: signer)
        }
        if let failure = Self.failure(judged) { throw failure }
        return reports
    }

    private static func failure(_ judged: Judged) -> StageFailure? {
        guard !judged.missing.isEmpty else { return nil }
        guard !judged.missing.revocation.isEmpty else {
            return StageFailure(
                .selfCheckFailed, "No chain leads from the signing certificate to an anchor.",
                actor: .you, .attention)
        }
        if let need = judged.unmet.revocation.first {
            return StageFailure(
                .revocationUnreachable,
                "Neither OCSP nor a revocation list can be had for a certificate of \(need.issuer.subject).",
                actor: .incert, .retry)
        }
        return StageFailure(
            .revocationUnreachable, "The revocation data that came back is not current.",
            actor: .incert, .retry)
    }

    /// What says now of every certificate of these chains whether it is revoked; a file that is
    /// stamped again must carry it, since older data speak for older moments only.
    ///
    /// - Throws: `CancellationError`.
    func freshStatuses(of chains: [CertificateChain]) async throws -> MaterialClient.Fetched {
        var needs = MissingMaterial()
        for (subject, issuer) in chains.flatMap(\.issuances)
        where !subject.extensions.needsNoRevocationCheck {
            needs.formUnion(
                MissingMaterial(
                    revocation: [MissingRevocation(certificate: subject, issuer: issuer)]))
        }
        let moment = now()
        var (known, unknown) = await statuses.split(needs.revocation, at: moment)
        let fetched = try await client.fetch(MissingMaterial(revocation: unknown))
        for need in unknown {
            await statuses.keep(fetched.material, for: need, at: moment)
        }
        known.formUnion(fetched.material)
        return MaterialClient.Fetched(material: known, unmet: fetched.unmet)
    }
}

extension FileReport {
    /// What the verdicts on time-stamps over the whole file miss.
    var missingForDocumentStamps: MissingMaterial {
        documentStamps.filter { !$0.isPassed }.reduce(into: MissingMaterial()) {
            $0.formUnion($1.authority?.missing ?? MissingMaterial())
        }
    }
}
