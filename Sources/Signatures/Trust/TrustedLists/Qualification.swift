// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Whether a certificate is a qualified one, and for what (TS 119 615 v1.2.1, 4.4).
package struct CertificateQualification: Sendable, Hashable {
    package let isQualified: Bool
    package let isForSignatures: Bool
    /// The private key is in a qualified signature creation device.
    package let hasDevice: Bool
    /// A whole sentence: what it rests on, or why it is not.
    package let reason: String

    static func refused(_ reason: String) -> CertificateQualification {
        CertificateQualification(
            isQualified: false, isForSignatures: false, hasDevice: false, reason: reason)
    }
}

extension TrustedLists {
    /// Judges a certificate at its issuance and at the moment it was used; both must hold.
    package func qualification(
        of chain: CertificateChain, usedAt moment: Date, now: Date
    ) -> CertificateQualification {
        let issued = qualification(of: chain, at: chain.endEntity.notBefore, now: now)
        guard issued.isQualified else { return issued }
        return qualification(of: chain, at: moment, now: now)
    }

    private func qualification(
        of chain: CertificateChain, at moment: Date, now: Date
    ) -> CertificateQualification {
        let issuers = Array(chain.certificates.dropFirst())
        switch answer(
            for: issuers, type: TrustedListName.qualifiedCertificates, at: moment, now: now)
        {
        case .noList: return .refused("No trusted list was consulted.")
        case .staleList(let territory):
            return .refused("The trusted list of \(territory) is out of date.")
        case .notListed:
            return .refused("The certificate's issuer is on no trusted list as a qualified one.")
        case .withdrawn(let service, _):
            return .refused("The service \(service) did not have the qualified status then.")
        case .contradictory(let service):
            return .refused("What trusted lists say of the service \(service) is not clear.")
        case .granted(let entries): return qualification(of: chain.endEntity, entries, at: moment)
        }
    }

    /// Several entries for one key differ in what they are for (TS 119 612, 5.5.3); those that
    /// speak of the certificate must agree.
    private func qualification(
        of certificate: Certificate, _ entries: [Entry], at moment: Date
    ) -> CertificateQualification {
        var found = entries.map {
            QualificationRules(certificate: certificate, entry: $0, moment: moment).outcome
        }
        let fitting = found.filter(\.isForSignatures)
        if !fitting.isEmpty { found = fitting }
        let first = found[0]
        guard
            found.allSatisfy({
                $0.isQualified == first.isQualified && $0.hasDevice == first.hasDevice
            })
        else { return .refused("The entries of the certificate's issuer contradict each other.") }
        return first
    }
}

/// What one entry of a trusted list makes of a certificate (TS 119 615, 4.4.4 and 4.5.4).
private struct QualificationRules {
    let certificate: Certificate
    let entry: TrustedLists.Entry
    let moment: Date

    private var statements: QCStatements? { certificate.extensions.qcStatements }
    private var isUnderRegulation: Bool { moment >= TrustedListName.regulationApplies }

    var outcome: CertificateQualification {
        let answers = entry.period.qualifications.map {
            (element: $0, holds: $0.criteria.hold(for: certificate))
        }
        guard !answers.contains(where: { $0.holds == nil }) else {
            return .refused("The trusted list has criteria that are not processed here.")
        }
        let qualifiers = Set(answers.filter { $0.holds == true }.flatMap(\.element.qualifiers))
        let isClaimed = statements?.claimsEUQualified == true
        if qualifiers.isSuperset(of: [.qualified, .notQualified]) {
            return .refused("The trusted list contradicts itself about the certificate.")
        }
        guard !qualifiers.contains(.notQualified), isClaimed || qualifiers.contains(.qualified)
        else { return .refused("The certificate is not a qualified one.") }
        let service = entry.service
        return CertificateQualification(
            isQualified: true, isForSignatures: isForSignatures(qualifiers),
            hasDevice: hasDevice(qualifiers),
            reason: "The trusted list of \(service.territory) names \(service.name).")
    }

    /// The type of certificate, and whether the service is one for that type.
    private func isForSignatures(_ qualifiers: Set<QualificationElement.Qualifier>) -> Bool {
        let others: Set<QualificationElement.Qualifier> = [
            .forSeal, .forLegalPerson, .forWebAuthentication,
        ]
        guard qualifiers.isDisjoint(with: others), statements?.isForSignatures ?? true else {
            return false
        }
        return !isUnderRegulation || entry.period.additions.contains(TrustedListName.forSignatures)
    }

    /// A qualifier overrules what the certificate says; contradictory ones are none.
    private func hasDevice(_ qualifiers: Set<QualificationElement.Qualifier>) -> Bool {
        let with: Set<QualificationElement.Qualifier> =
            isUnderRegulation
            ? [.withDevice, .deviceManagedOnBehalf] : [.withSignatureDevice]
        let without: Set<QualificationElement.Qualifier> =
            isUnderRegulation ? [.withoutDevice] : [.withoutSignatureDevice]
        guard qualifiers.isDisjoint(with: without) else { return false }
        return !qualifiers.isDisjoint(with: with) || statements?.claimsQSCD == true
    }
}
