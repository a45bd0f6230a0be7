// SPDX-License-Identifier: Apache-2.0

import Keys
package import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Lifetimes of what the sandbox says about revocation, in seconds.
package struct RevocationLifetimes: Sendable, Hashable {
    package var ocsp = 3_600.0
    package var list = 86_400.0

    package init() {}
}

extension CertificateAuthority {
    /// Answers an OCSP request (RFC 6960): bytes in, bytes out, always an OCSPResponse.
    ///
    /// Certificates of the issuing authority are answered by its delegate; a serial number that was
    /// never issued is `unknown`; an authority that is not ours is `unauthorized`.
    ///
    /// - Parameters:
    ///   - responder: 0 or 1.
    ///   - isSignedWrongly: Signs something else, as a fault.
    package func answerOCSP(
        _ request: [UInt8], now: Date, lifetimes: RevocationLifetimes = RevocationLifetimes(),
        responder: Int = 0, isSignedWrongly: Bool = false
    ) -> [UInt8] {
        guard let request = try? OCSPRequest(der: request),
            request.nonce.map({ (1...32).contains($0.octets.count) }) ?? true
        else { return OCSPResponse.refusal(.malformedRequest) }
        let authority = issuing.certificate
        guard
            request.certificateIDs.allSatisfy({
                $0.identifies(
                    $0.serialNumber, issuer: authority.subject, issuerKey: authority.publicKey)
            })
        else { return OCSPResponse.refusal(.unauthorized) }
        let moment = Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down))
        let answers = request.certificateIDs.map { identifier in
            OCSPAnswer(
                certificateID: identifier,
                status: issued[identifier.serialNumber]?.status(at: moment) ?? .unknown,
                thisUpdate: moment, nextUpdate: moment.addingTimeInterval(lifetimes.ocsp))
        }
        let party = responders[responder]
        let bytes = OCSPResponse.bytesToSign(
            responder: .byKey(party.certificate.publicKey.keyIdentifier), producedAt: moment,
            answers: answers, nonce: request.nonce)
        let response = try? OCSPResponse.assemble(
            bytesToSign: bytes, algorithm: party.key.algorithm,
            signature: party.key.signature(over: isSignedWrongly ? [0] : bytes),
            certificates: [party.certificate])
        return response?.der ?? OCSPResponse.refusal(.internalError)
    }

    /// The issuing authority's list: everything revoked until now.
    package func issuingList(
        now: Date, lifetimes: RevocationLifetimes = RevocationLifetimes()
    ) throws -> RevocationList {
        let entries = issued.values
            .compactMap { entry -> RevocationList.Entry? in
                guard case .revoked(let date, let reason) = entry.status(at: now) else {
                    return nil
                }
                return RevocationList.Entry(
                    serialNumber: entry.certificate.serialNumber, revokedAt: date, reason: reason)
            }
            .sorted {
                ($0.revokedAt, $0.serialNumber.decimal) < ($1.revokedAt, $1.serialNumber.decimal)
            }
        return try list(of: issuing, entries, now, lifetimes)
    }

    /// The root's list; the issuing authority is never on it.
    package func rootList(
        now: Date, lifetimes: RevocationLifetimes = RevocationLifetimes()
    ) throws -> RevocationList {
        try list(of: root, [], now, lifetimes)
    }

    private func list(
        of party: PKIParty, _ entries: [RevocationList.Entry], _ now: Date,
        _ lifetimes: RevocationLifetimes
    ) throws -> RevocationList {
        let moment = Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down))
        // Seconds rise with every list, so the number needs no memory.
        let bytes = RevocationList.bytesToSign(
            issuer: party.certificate.subject, issuerKey: party.certificate.publicKey,
            number: Int(moment.timeIntervalSince1970), thisUpdate: moment,
            nextUpdate: moment.addingTimeInterval(lifetimes.list), entries: entries,
            algorithm: party.key.algorithm)
        return try RevocationList.assemble(
            bytesToSign: bytes, algorithm: party.key.algorithm,
            signature: party.key.signature(over: bytes))
    }
}

extension IssuedCertificate {
    /// What was true at a moment: a revocation dated later does not count yet.
    func status(at moment: Date) -> CertificateStatus {
        guard let revokedAt, revokedAt <= moment else { return .good }
        return .revoked(at: revokedAt, reason: reason)
    }
}
