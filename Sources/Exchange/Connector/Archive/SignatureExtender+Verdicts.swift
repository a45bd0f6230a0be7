// SPDX-License-Identifier: Apache-2.0
import Trust
import Validation

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A file with its verdict and all that was fetched for it.
struct CurrentFile: Sendable {
    var bytes: [UInt8]
    var report: FileReport
    /// From elsewhere than the file.
    var material: ValidationMaterial
    /// The present status of the units whose certificates are still good.
    var fresh = ValidationMaterial()
    /// Of whom that could not be learned.
    var unmet = MissingMaterial()

    /// What a newest stamp rests on must be known to be good now.
    func requireFresh() throws(ExtensionRefusal) {
        for need in unmet.revocation where report.dependsOn(need.certificate) {
            throw .noStatus(
                certificate: "\(need.certificate.subject)", issuer: "\(need.issuer.subject)")
        }
    }
}

extension SignatureExtender {
    /// The verdict on a file as it is.
    ///
    /// - Parameter knowsFresh: Whether the present status of the time-stamping units is asked for,
    ///   whatever older data the file carries.
    func current(
        _ bytes: [UInt8], _ reader: FileReader, knowsFresh: Bool = false,
        knowing known: ValidationMaterial = ValidationMaterial()
    ) async throws -> CurrentFile {
        var reader = reader
        reader.looksInside = false
        let facts = reader.facts(of: bytes)
        let given = known.union(ValidationMaterial(certificates: reader.certificates))
        let first = try await gathering.judged([facts], knowing: given)
        var current = CurrentFile(
            bytes: bytes, report: first.reports[0], material: first.material)
        guard knowsFresh else { return current }
        let fetched = try await gathering.freshStatuses(of: current.report.liveChains)
        (current.fresh, current.unmet) = (fetched.material, fetched.unmet)
        let second = try await gathering.judged(
            [facts], knowing: current.material.union(fetched.material))
        (current.report, current.material) = (second.reports[0], second.material)
        return current
    }

    /// Before validation data is added, signer's and authority's chains must end in anchors, with
    /// the status of everybody in them known.
    func requireGood(_ report: SignatureReport) throws(ExtensionRefusal) {
        let stamps = report.bindingStamps
        if let certificate = report.certificate, certificate.chain == nil {
            throw missingAnchor("signer's certificate", certificate)
        }
        if !stamps.contains(where: \.isPassed) {
            if let authority = stamps.compactMap(\.authority).first(where: { $0.chain == nil }) {
                throw missingAnchor("time-stamp's certificate", authority)
            }
            if let stamp = stamps.first {
                try requireStatus(stamp.authority)
                throw .notGood(
                    "not proven to exist by its time-stamp", reasons: stamp.conclusion.reasons)
            }
        }
        guard !report.isGood else { return }
        try requireStatus(report.certificate)
        let sub = report.conclusion.subIndication.map { " (\($0.rawValue))" } ?? ""
        throw .notGood(
            "\(report.conclusion.indication.rawValue)\(sub)", reasons: report.reasons)
    }

    private func requireStatus(_ found: CertificateConclusion?) throws(ExtensionRefusal) {
        guard let found, !found.isPassed, let need = found.missing.revocation.first else { return }
        throw .noStatus(
            certificate: "\(need.certificate.subject)", issuer: "\(need.issuer.subject)")
    }

    private func missingAnchor(
        _ whose: String, _ found: CertificateConclusion
    ) -> ExtensionRefusal {
        let top = found.missing.issuers.first?.certificate ?? found.certificate
        return .noAnchor(whose: whose, top: "\(top.subject)", issuer: "\(top.issuer)")
    }

    /// The digest function for new time-stamps: the first that the policy sets no end to.
    var imprintDigest: DigestAlgorithm {
        let candidates: [DigestAlgorithm] = [.sha256, .sha384, .sha512]
        guard let crypto = gathering.trust.crypto else { return .sha256 }
        let last = candidates.map(crypto.sunset(of:)).max()
        return candidates.first { crypto.sunset(of: $0) == last } ?? .sha256
    }
}

extension FileReport {
    /// All stamps of the file, each once.
    private var stamps: [TimestampReport] {
        signatures.flatMap { $0.timestamps.filter { $0.kind != .document } } + documentStamps
    }

    /// Chains of the units whose certificates hold today, whatever became of their status since.
    var liveChains: [CertificateChain] {
        stamps.compactMap(\.authority).filter(\.isChainGood).compactMap(\.chain)
    }

    /// Whether a certificate stands in the chain of a newest good stamp.
    func dependsOn(_ certificate: Certificate) -> Bool {
        signatures.contains {
            $0.newestStamp?.authority?.chain?.certificates.contains(certificate) == true
        }
    }
}

extension TimestampReport {
    /// Whether it proves something, or may when more is known.
    fileprivate var isOfUse: Bool {
        guard !isPassed, let authority else { return true }
        return authority.chain == nil
            || authority.faults.isEmpty && authority.conclusion.subIndication != .revokedNoPOE
    }
}

extension SignatureReport {
    /// Whether a time-stamp over the signature is there that has not lost its worth.
    var isStamped: Bool { bindingStamps.contains(where: \.isOfUse) }

    /// The good time-stamp on which the signature's proof rests today.
    var newestStamp: TimestampReport? {
        timestamps.filter { $0.isPassed && $0.kind != .content }
            .max { ($0.token?.genTime ?? .distantPast) < ($1.token?.genTime ?? .distantPast) }
    }
}
