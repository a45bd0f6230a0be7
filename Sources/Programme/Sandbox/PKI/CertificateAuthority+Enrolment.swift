// SPDX-License-Identifier: Apache-2.0

package import Keys
package import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Why the sandbox issues no certificate.
package enum EnrolmentError: Error, Hashable {
    /// The request is not PKCS #10, in DER or PEM.
    case notARequest(DERError)
    /// The request is not signed with the key it names.
    case noProofOfPossession
    /// The key is neither P-256 to P-521 nor RSA of 3072 bits or more (RS-04); its summary follows.
    case unacceptableKey(String)
    /// The key already has a certificate for another use (KC-31).
    case keyUsedOtherwise
    case unknownCertificate
    case alreadyRevoked
}

extension CertificateAuthority {
    /// Issues a certificate for a request; names come from the register, not from the request.
    ///
    /// - Returns: The chain, the new certificate first and the root last.
    package mutating func enrol(
        _ request: [UInt8], profile: CertificateProfile, subject: CertificateSubject, now: Date,
        using generator: inout some RandomNumberGenerator
    ) throws -> [Certificate] {
        let request = try Self.read(request)
        guard request.verifySignature() == .valid else { throw EnrolmentError.noProofOfPossession }
        return try issue(
            profile, to: subject.name, key: request.publicKey, now: now, using: &generator)
    }

    /// Issues a certificate for a key that the sandbox itself holds: servers and the platform.
    package mutating func makeParty(
        named commonName: String, profile: CertificateProfile, now: Date,
        using generator: inout some RandomNumberGenerator
    ) throws -> PKIParty {
        try makeParty(
            for: Self.name(commonName), profile: profile, now: now, using: &generator)
    }

    mutating func makeParty(
        for subject: DistinguishedName, profile: CertificateProfile, now: Date,
        using generator: inout some RandomNumberGenerator
    ) throws -> PKIParty {
        let key = try SoftwareKey(drawing: &generator)
        let chain = try issue(
            profile, to: subject, key: key.publicKey, now: now, using: &generator)
        return PKIParty(key, chain: chain)
    }

    /// Issues a certificate of the sandbox's own for a key made elsewhere, an RSA key for example.
    package mutating func certify(
        _ key: PublicKey, named commonName: String, profile: CertificateProfile, now: Date,
        using generator: inout some RandomNumberGenerator
    ) throws -> [Certificate] {
        try issue(profile, to: Self.name(commonName), key: key, now: now, using: &generator)
    }

    private mutating func issue(
        _ profile: CertificateProfile, to subject: DistinguishedName, key: PublicKey, now: Date,
        using generator: inout some RandomNumberGenerator
    ) throws -> [Certificate] {
        try Self.checkStrength(of: key)
        guard
            issued.values.allSatisfy({
                $0.certificate.publicKey != key || $0.profile == profile.name
            })
        else { throw EnrolmentError.keyUsedOtherwise }
        // A certificate is valid a little before it is made: clocks differ.
        let notBefore = profile.isShortLived ? now.addingTimeInterval(-300) : Self.longValidity.from
        let notAfter =
            profile.isShortLived
            ? now.addingTimeInterval(Self.shortValidityInSeconds) : Self.longValidity.to
        let certificate = try Issuer(party: issuing, addresses: addresses).issue(
            profile, to: subject, key, notBefore, notAfter, &generator)
        record(certificate, profile)
        return [certificate] + issuing.chain
    }

    private static func read(_ request: [UInt8]) throws(EnrolmentError) -> CertificationRequest {
        var der = request
        if der.first != 0x30 {
            let blocks = PEM.blocks(in: String(decoding: request, as: UTF8.self))
            der = blocks.first { $0.label.hasSuffix(PEM.certificateRequest) }?.der ?? []
        }
        do throws(DERError) { return try CertificationRequest(der: der) } catch {
            throw .notARequest(error)
        }
    }

    private static func checkStrength(of key: PublicKey) throws(EnrolmentError) {
        switch key.kind {
        case .ec: return
        case .rsa(let size) where size >= 3072: return
        default: throw .unacceptableKey(key.summary)
        }
    }

    /// Revokes a certificate from `moment` on; a suspended one may be revoked or set free.
    package mutating func revoke(
        _ serialNumber: SerialNumber, reason: RevocationReason, at moment: Date
    ) throws(EnrolmentError) {
        guard var entry = issued[serialNumber] else { throw .unknownCertificate }
        guard entry.revokedAt == nil || entry.reason == .certificateHold else {
            throw .alreadyRevoked
        }
        let isReleased = reason == .removeFromCRL
        entry.revokedAt = isReleased ? nil : moment
        entry.reason = isReleased ? nil : reason
        issued[serialNumber] = entry
    }
}

extension SoftwareKey {
    /// A P-256 key from a generator's octets, so that a seed gives the same key.
    package init(drawing generator: inout some RandomNumberGenerator) throws {
        // One draw in 2^32 is no scalar of the curve; the next one is.
        for _ in 0..<8 {
            let scalar = generator.octets(32)
            if let key = try? SoftwareKey(p256Scalar: scalar) {
                self = key
                return
            }
        }
        try self.init(generating: .p256)
    }
}
