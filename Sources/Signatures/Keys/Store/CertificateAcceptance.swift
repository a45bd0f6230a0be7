// SPDX-License-Identifier: Apache-2.0

package import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// One reason why a certificate is not taken for a key of ours (KC-31).
package enum AcceptanceFault: Error, Hashable {
    /// The chain does not hold; a sentence says why.
    case chain(SubIndication, String)
    /// It is for logging in, not for signing: contentCommitment is missing.
    case notForSigning
    /// It is for signing, not for logging in.
    case notForAuthentication
    case expired(Date)
    case notYetValid(Date)
    case revoked(Date)
    case policyNotAccepted
    /// The subject is not the person or provider configured; the text names the attribute.
    case foreignSubject(String)

    /// A sentence for the person who enrols.
    package var sentence: String {
        switch self {
        case .chain(_, let sentence): sentence
        case .notForSigning:
            "This certificate is for logging in: its key usage lacks contentCommitment, "
                + "so signatures made with it would not commit the signer."
        case .notForAuthentication: "This certificate is for signing, not for logging in."
        case .expired(let date): "This certificate expired at \(ASN1Time.rfc3339Text(date))."
        case .notYetValid(let date):
            "This certificate is valid only from \(ASN1Time.rfc3339Text(date)) on."
        case .revoked(let date):
            "This certificate was revoked at \(ASN1Time.rfc3339Text(date))."
        case .policyNotAccepted:
            "This certificate was issued under a policy that is not accepted here."
        case .foreignSubject(let attribute):
            "The \(attribute) of this certificate is not the one configured."
        }
    }
}

/// What a certificate must fulfil before a key of ours is used with it (KC-31).
package struct CertificateAcceptance: Sendable {
    package var trust: TrustPolicy
    package var material: ValidationMaterial
    /// Attributes the subject must have, such as the serial number of the person configured.
    package var subject: [OID: String]
    /// Off only where no anchor is configured: the other checks remain.
    package var checksChain = true

    /// The policies that may be accepted by default: NCP, NCP+, LCP, QCP-n, QCP-n-qscd.
    package static let usualPolicies: Set<OID> = [
        .policyNCP, .policyNCPPlus, .policyLCP, .policyQCPn, .policyQCPnQSCD,
    ]

    /// - Parameter material: Authorities' certificates, and revocation data if there is any; without
    ///   any, revocation is left to the time of signing.
    package init(
        trust: TrustPolicy, material: ValidationMaterial = ValidationMaterial(),
        subject: [OID: String] = [:]
    ) {
        self.trust = trust
        self.material = material
        self.subject = subject
    }

    /// The checks that need no anchor: use, validity, subject.
    package static let withoutAnchors: CertificateAcceptance = {
        var acceptance = CertificateAcceptance(trust: TrustPolicy(anchors: TrustAnchors([])))
        acceptance.checksChain = false
        return acceptance
    }()

    /// Everything that speaks against a certificate; empty if it is accepted.
    package func faults(
        of certificate: Certificate, for purpose: KeyPurpose, now: Date
    ) -> [AcceptanceFault] {
        var faults: [AcceptanceFault] = []
        if now > certificate.notAfter { faults.append(.expired(certificate.notAfter)) }
        if now < certificate.notBefore { faults.append(.notYetValid(certificate.notBefore)) }
        let use: CertificatePurpose =
            purpose == .signing ? .contentCommitment : .clientAuthentication
        if use.refusal(of: certificate) != nil {
            faults.append(purpose == .signing ? .notForSigning : .notForAuthentication)
        }
        for (attribute, value) in subject where certificate.subject[attribute] != value {
            faults.append(.foreignSubject(attribute.dotted))
        }
        return checksChain ? faults + chainFaults(of: certificate, now) : faults
    }

    private func chainFaults(of certificate: Certificate, _ now: Date) -> [AcceptanceFault] {
        var trust = trust
        trust.checksRevocation =
            !material.ocspResponses.isEmpty || !material.revocationLists.isEmpty
        let found = trust.judge(certificate, for: .any, at: now, now: now, with: material)
        var faults: [AcceptanceFault] = found.faults.compactMap { fault in
            switch fault.kind {
            case .expired where fault.isEndEntity, .notYetValid where fault.isEndEntity: nil
            case .policyNotAccepted: .policyNotAccepted
            default: .chain(fault.subIndication, fault.sentence)
            }
        }
        if found.chain == nil, let reason = found.conclusion.subIndication {
            faults.append(.chain(reason, found.conclusion.reasons.joined(separator: " ")))
        }
        for finding in found.revocation {
            switch finding.outcome {
            case .revoked(let date, _) where finding.certificate == certificate:
                faults.append(.revoked(date))
            case .revoked: faults.append(.chain(.revokedCANoPOE, finding.sentence))
            case .onHold: faults.append(.chain(.tryLater, finding.sentence))
            default: break
            }
        }
        return faults
    }
}
