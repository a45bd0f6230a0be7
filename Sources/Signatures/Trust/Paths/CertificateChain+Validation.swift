// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension CertificateChain {
    /// Everything that is wrong with this chain at a moment, revocation aside (RFC 5280, 6.1).
    ///
    /// Processed: signatures, validity, names, basic constraints, path length, key usage, name
    /// constraints and the purpose of the end entity. Policy processing (6.1.2 d to f) is not done:
    /// critical policyConstraints, inhibitAnyPolicy and policyMappings make the chain refused.
    ///
    /// - Parameter crypto: Which algorithms count at that moment; nil for all that are computed.
    package func faults(
        at moment: Date, for purpose: CertificatePurpose, crypto: CryptoPolicy? = nil
    ) -> [PathFault] {
        var faults: [PathFault] = []
        for (index, certificate) in certificates.enumerated().dropLast() {
            let isEndEntity = index == 0
            var kinds = Self.ownFaults(of: certificate, at: moment)
            kinds += signatureFaults(at: index, moment, crypto)
            if !isEndEntity { kinds += authorityFaults(at: index) }
            if !certificate.isSelfIssued || isEndEntity, isNameRefused(at: index) {
                kinds.append(.nameNotPermitted)
            }
            faults += kinds.map {
                PathFault(kind: $0, certificate: certificate, isEndEntity: isEndEntity)
            }
        }
        if certificates.count > 1 { faults += anchorFaults }
        if let refusal = purpose.refusal(of: endEntity) {
            faults.append(PathFault(kind: refusal, certificate: endEntity, isEndEntity: true))
        }
        return faults
    }

    private static func ownFaults(of certificate: Certificate, at moment: Date) -> [PathFault.Kind]
    {
        var kinds: [PathFault.Kind] = []
        if moment < certificate.notBefore { kinds.append(.notYetValid) }
        if moment > certificate.notAfter { kinds.append(.expired) }
        let extensions = certificate.extensions
        kinds += extensions.malformed.map { .malformedExtension($0) }
        kinds += extensions.repeated.map { .repeatedExtension($0) }
        kinds += extensions.unprocessedCritical.map { .unprocessedCriticalExtension($0) }
        // RFC 5280, 4.2.1.10: only authorities bear name constraints.
        if extensions.nameConstraints != nil, !certificate.isAuthority {
            kinds.append(.malformedExtension(.nameConstraints))
        }
        return kinds
    }

    private func signatureFaults(
        at index: Int, _ moment: Date, _ crypto: CryptoPolicy?
    ) -> [PathFault.Kind] {
        let (subject, issuer) = (certificates[index], certificates[index + 1])
        switch subject.verifySignature(by: issuer.publicKey) {
        case .invalid: return [.invalidSignature]
        case .unsupported(let what): return [.unsupportedSignature(what)]
        case .valid: break
        }
        guard let crypto, let algorithm = SignatureAlgorithm(subject.signatureAlgorithm),
            let refusal = crypto.refusal(of: algorithm, key: issuer.publicKey, at: moment)
        else { return [] }
        return [.weakAlgorithm(refusal)]
    }

    /// Rules for a certificate that stands above another (RFC 5280, 6.1.4 k to n).
    private func authorityFaults(at index: Int) -> [PathFault.Kind] {
        let certificate = certificates[index]
        var kinds: [PathFault.Kind] = []
        if certificate.version == 3, !certificate.isAuthority { kinds.append(.notAnAuthority) }
        if certificate.version != 3 { kinds.append(.notAnAuthority) }
        if let usage = certificate.extensions.keyUsage, !usage.contains(.keyCertSign) {
            kinds.append(.mayNotSignCertificates)
        }
        if exceedsPathLength(at: index) { kinds.append(.pathLengthExceeded) }
        return kinds
    }

    /// Intermediates below, self-issued ones not counted (RFC 5280, 4.2.1.9).
    private func exceedsPathLength(at index: Int) -> Bool {
        guard let limit = certificates[index].extensions.basicConstraints?.pathLength else {
            return false
        }
        let below = certificates[..<index].dropFirst()
        return below.filter { !$0.isSelfIssued }.count > limit
    }

    private func isNameRefused(at index: Int) -> Bool {
        certificates[(index + 1)...].contains { authority in
            guard let constraints = authority.extensions.nameConstraints else { return false }
            return !constraints.refusals(of: certificates[index]).isEmpty
        }
    }

    /// What an anchor that is not the end entity must fulfil: it is an authority if it says so.
    private var anchorFaults: [PathFault] {
        var kinds: [PathFault.Kind] = []
        if let constraints = anchor.extensions.basicConstraints, !constraints.isAuthority {
            kinds.append(.notAnAuthority)
        }
        if let usage = anchor.extensions.keyUsage, !usage.contains(.keyCertSign) {
            kinds.append(.mayNotSignCertificates)
        }
        if exceedsPathLength(at: certificates.count - 1) { kinds.append(.pathLengthExceeded) }
        return kinds.map { PathFault(kind: $0, certificate: anchor, isEndEntity: false) }
    }
}
