// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension CertificateChain {
    /// Validates this chain at a moment, revocation aside (RFC 5280, 6.1).
    ///
    /// Signatures, validity, names, basic constraints, path length, key usage, name constraints,
    /// policies and the purpose of the end entity. Constraints that the anchor's certificate puts
    /// on names and path length hold (RFC 5937); its dates and policies are not looked at.
    ///
    /// - Parameters:
    ///   - crypto: Which algorithms count at that moment; nil for all that are computed.
    ///   - parameters: The inputs of RFC 5280, 6.1.1.
    ///   - memory: Signature values found in it are not computed again.
    package func validation(
        at moment: Date, for purpose: CertificatePurpose, crypto: CryptoPolicy? = nil,
        parameters: PathParameters = PathParameters(), memory: VerificationMemory? = nil
    ) -> PathValidation {
        var faults: [PathFault] = []
        for (index, certificate) in certificates.enumerated().dropLast() {
            let isEndEntity = index == 0
            var kinds = certificate.ownFaults(at: moment)
            kinds += signatureFaults(at: index, moment, crypto, memory)
            if !isEndEntity { kinds += authorityFaults(at: index) }
            faults += kinds.map {
                PathFault(kind: $0, certificate: certificate, isEndEntity: isEndEntity)
            }
        }
        faults += nameFaults(parameters)
        let policies = policyResult(parameters)
        if let fault = policies.fault { faults.append(fault) }
        if certificates.count > 1 { faults += anchorFaults }
        if let refusal = purpose.refusal(of: endEntity) {
            faults.append(PathFault(kind: refusal, certificate: endEntity, isEndEntity: true))
        }
        return PathValidation(
            faults: faults, authorityPolicies: policies.processing.graph.authorityPolicies,
            userPolicies: policies.processing.userPolicies)
    }

    /// What ``validation(at:for:crypto:parameters:memory:)`` finds wrong.
    package func faults(
        at moment: Date, for purpose: CertificatePurpose, crypto: CryptoPolicy? = nil,
        parameters: PathParameters = PathParameters(), memory: VerificationMemory? = nil
    ) -> [PathFault] {
        validation(
            at: moment, for: purpose, crypto: crypto, parameters: parameters, memory: memory
        ).faults
    }

    private func signatureFaults(
        at index: Int, _ moment: Date, _ crypto: CryptoPolicy?, _ memory: VerificationMemory?
    ) -> [PathFault.Kind] {
        let (subject, key) = (certificates[index], workingKey(at: index + 1))
        switch subject.verifySignature(by: key, memory: memory) {
        case .invalid: return [.invalidSignature]
        case .unsupported(let what): return [.unsupportedSignature(what)]
        case .valid: break
        }
        guard let crypto, let algorithm = SignatureAlgorithm(subject.signatureAlgorithm),
            let refusal = crypto.refusal(of: algorithm, key: key, at: moment)
        else { return [] }
        return [.weakAlgorithm(refusal)]
    }

    /// Rules for a certificate that stands above another (RFC 5280, 6.1.4 k to n).
    private func authorityFaults(at index: Int) -> [PathFault.Kind] {
        let certificate = certificates[index]
        var kinds: [PathFault.Kind] = []
        if certificate.version != 3 || !certificate.isAuthority { kinds.append(.notAnAuthority) }
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

    /// Names that an authority above or the caller forbids (RFC 5280, 6.1.3 b and c).
    private func nameFaults(_ parameters: PathParameters) -> [PathFault] {
        var faults: [PathFault] = []
        var effort = 0
        for (index, certificate) in certificates.enumerated().dropLast() {
            let isEndEntity = index == 0
            if certificate.isSelfIssued, !isEndEntity { continue }
            var above = certificates[(index + 1)...].compactMap(\.extensions.nameConstraints)
            if let initial = parameters.nameConstraints { above.append(initial) }
            effort += above.reduce(0) { $0 + $1.effort(for: certificate) }
            guard effort <= Limits.nameComparisons else {
                let kind = PathFault.Kind.tooManyNameConstraints
                return [PathFault(kind: kind, certificate: certificate, isEndEntity: isEndEntity)]
            }
            if above.contains(where: { !$0.refusals(of: certificate).isEmpty }) {
                let kind = PathFault.Kind.nameNotPermitted
                faults.append(
                    PathFault(kind: kind, certificate: certificate, isEndEntity: isEndEntity))
            }
        }
        return faults
    }

    private func policyResult(
        _ parameters: PathParameters
    ) -> (processing: PolicyProcessing, fault: PathFault?) {
        var processing = PolicyProcessing(parameters, length: certificates.count - 1)
        for (index, certificate) in certificates.enumerated().dropLast().reversed() {
            if processing.process(certificate, isEndEntity: index == 0) { continue }
            let isAsked = parameters.requiresExplicitPolicy || parameters.initialPolicies != nil
            let fault = PathFault(
                kind: isAsked ? .policyNotAccepted : .noValidPolicy, certificate: certificate,
                isEndEntity: index == 0)
            return (processing, fault)
        }
        return (processing, nil)
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
        // Constraints that cannot be read cannot be honoured.
        for id in [OID.nameConstraints, .basicConstraints]
        where anchor.extensions.malformed.contains(id) {
            kinds.append(.malformedExtension(id))
        }
        if exceedsPathLength(at: certificates.count - 1) { kinds.append(.pathLengthExceeded) }
        return kinds.map { PathFault(kind: $0, certificate: anchor, isEndEntity: false) }
    }
}

extension Certificate {
    /// What is wrong with a certificate wherever it stands below an anchor.
    fileprivate func ownFaults(at moment: Date) -> [PathFault.Kind] {
        var kinds: [PathFault.Kind] = []
        if moment < notBefore { kinds.append(.notYetValid) }
        if moment > notAfter { kinds.append(.expired) }
        // RFC 5280, 4.1.2.4: who issued must be named.
        if issuer.isEmpty { kinds.append(.emptyIssuer) }
        kinds += extensions.malformed.map { .malformedExtension($0) }
        kinds += extensions.repeated.map { .repeatedExtension($0) }
        kinds += extensions.unprocessedCritical.map { .unprocessedCriticalExtension($0) }
        // RFC 5280, 4.2.1.10: only authorities bear name constraints.
        if extensions.nameConstraints != nil, !isAuthority {
            kinds.append(.malformedExtension(.nameConstraints))
        }
        return kinds
    }
}
