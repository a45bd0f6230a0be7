// SPDX-License-Identifier: Apache-2.0

package import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The sandbox's PKI over time: owns the authority, its directory, the clock and the randomness.
///
/// Every answer is bytes for bytes; sockets are elsewhere. What changes the register is on disk
/// before it is answered.
package actor PKIService {
    package private(set) var authority: CertificateAuthority
    package nonisolated let schemeOperator: SchemeOperator
    private let directory: String?
    private let now: @Sendable () -> Date
    private var generator: AnyRandomNumberGenerator
    package var lifetimes = RevocationLifetimes()
    /// What became of the time-stamping service on the trusted list, oldest first.
    var timestampStatuses: [PublishedTrustedList.Status] = []
    var published: CurrentTrustedList?

    /// Opens the PKI of a directory, or founds one.
    ///
    /// - Parameters:
    ///   - directory: Where it is kept; nil keeps nothing.
    ///   - addresses: Written into certificates issued from now on. A stored PKI that was founded
    ///     under other addresses goes on with the certificates it has.
    package init(
        directory: String?, addresses: PKIAddresses, now: @escaping @Sendable () -> Date,
        generator: any RandomNumberGenerator & Sendable
    ) throws {
        var generator = AnyRandomNumberGenerator(base: generator)
        if let directory, let stored = try CertificateAuthority(loadingFrom: directory) {
            var stored = stored.with(addresses)
            if try stored.addServices(using: &generator) { try stored.save(to: directory) }
            authority = stored
        } else {
            authority = try CertificateAuthority(founding: addresses, using: &generator)
            if let directory { try authority.save(to: directory) }
        }
        if let directory, let stored = try SchemeOperator(loadingFrom: directory) {
            schemeOperator = stored
        } else {
            schemeOperator = try SchemeOperator(drawing: &generator)
            if let directory { try schemeOperator.save(to: directory) }
        }
        self.directory = directory
        self.now = now
        self.generator = generator
    }

    /// `application/ocsp-request` to `application/ocsp-response`, by the first responder or
    /// the second.
    package func ocsp(_ request: [UInt8]) -> [UInt8] { ocsp(request, responder: 0, Strike()) }

    func ocsp(_ request: [UInt8], responder: Int, _ strike: Strike) -> [UInt8] {
        if strike.isRefusal { return OCSPResponse.refusal(.tryLater) }
        return authority.answerOCSP(
            request, now: now(struckBy: strike), lifetimes: lifetimes, responder: responder,
            isSignedWrongly: strike.fault == .wrongSignature)
    }

    /// `application/timestamp-query` to `application/timestamp-reply`, by the first unit or the
    /// second.
    package func timestamp(_ request: [UInt8]) -> [UInt8] { timestamp(request, unit: 0, Strike()) }

    func timestamp(_ request: [UInt8], unit: Int, _ strike: Strike) -> [UInt8] {
        if strike.isRefusal {
            return TimestampResponse.rejected(.systemFailure, text: "No stamps just now.").der
        }
        return authority.answerTimestamp(
            request, now: now(struckBy: strike), unit: unit,
            isSignedWrongly: strike.fault == .wrongSignature, using: &generator)
    }

    private func now(struckBy strike: Strike) -> Date {
        now().addingTimeInterval(strike.fault == .wrongClock ? Double(strike.offsetSeconds) : 0)
    }

    /// The issuing authority's `application/pkix-crl`.
    package func issuingList() throws -> [UInt8] {
        try authority.issuingList(now: now(), lifetimes: lifetimes).der
    }

    /// The root's `application/pkix-crl`.
    package func rootList() throws -> [UInt8] {
        try authority.rootList(now: now(), lifetimes: lifetimes).der
    }

    /// Issues a certificate for a PKCS #10 request; the chain comes back, root last.
    package func enrol(
        _ request: [UInt8], profile: CertificateProfile, subject: CertificateSubject
    ) throws -> [Certificate] {
        var next = authority
        let chain = try next.enrol(
            request, profile: profile, subject: subject, now: now(), using: &generator)
        try commit(next)
        return chain
    }

    /// Makes a key and certificate for one of the sandbox's own services.
    package func makeParty(
        named commonName: String, profile: CertificateProfile
    ) throws -> PKIParty {
        var next = authority
        let party = try next.makeParty(
            named: commonName, profile: profile, now: now(), using: &generator)
        try commit(next)
        return party
    }

    /// Makes a key and certificate with which the sandbox signs for a registered person.
    func makeSigner(_ subject: CertificateSubject) throws -> PKIParty {
        var next = authority
        let party = try next.makeParty(
            for: subject.name, profile: .qualifiedSignature, now: now(), using: &generator)
        try commit(next)
        return party
    }

    /// Certifies a key of one of the sandbox's own services; the chain comes back, root last.
    package func certify(
        _ key: PublicKey, named commonName: String, profile: CertificateProfile
    ) throws -> [Certificate] {
        var next = authority
        let chain = try next.certify(
            key, named: commonName, profile: profile, now: now(), using: &generator)
        try commit(next)
        return chain
    }

    /// Revokes from the present second on: OCSP and lists know no fractions.
    package func revoke(_ serialNumber: SerialNumber, reason: RevocationReason) throws {
        var next = authority
        try next.revoke(serialNumber, reason: reason, at: second)
        try commit(next)
    }

    /// The present moment in whole seconds.
    var second: Date { Date(timeIntervalSince1970: now().timeIntervalSince1970.rounded(.down)) }

    private func commit(_ next: CertificateAuthority) throws {
        if let directory { try next.saveRegister(to: directory) }
        authority = next
    }
}

/// A generator of whatever kind, as one type.
private struct AnyRandomNumberGenerator: RandomNumberGenerator, Sendable {
    var base: any RandomNumberGenerator & Sendable

    mutating func next() -> UInt64 { base.next() }
}

extension CertificateAuthority {
    fileprivate func with(_ addresses: PKIAddresses) -> CertificateAuthority {
        CertificateAuthority(
            addresses: addresses, root: root, issuing: issuing, responders: responders,
            timeStampingUnits: timeStampingUnits, issued: issued)
    }
}
