// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

/// The extensions of one certificate, read once.
///
/// An extension that is malformed or stands twice does not make the certificate unreadable; path
/// validation refuses it.
package struct CertificateExtensions: Sendable {
    package let all: [CertificateExtension]
    package private(set) var keyUsage: KeyUsage?
    package private(set) var extendedKeyUsage: [OID]?
    package private(set) var basicConstraints: BasicConstraints?
    package private(set) var subjectKeyIdentifier: [UInt8]?
    package private(set) var authorityKeyIdentifier: AuthorityKeyIdentifier?
    package private(set) var subjectAlternativeNames: [GeneralName] = []
    package private(set) var ocspURLs: [String] = []
    package private(set) var caIssuersURLs: [String] = []
    package private(set) var distributionPoints: [DistributionPoint] = []
    package private(set) var policies: [OID] = []
    package private(set) var policyMappings: [PolicyMapping] = []
    package private(set) var policyConstraints: PolicyConstraints?
    /// How many certificates below may still stand for any policy (RFC 5280, 4.2.1.14).
    package private(set) var inhibitAnyPolicy: Int?
    package private(set) var nameConstraints: NameConstraints?
    package private(set) var qcStatements: QCStatements?
    /// Known extensions whose contents are not what their standard says.
    package private(set) var malformed: [OID] = []
    /// Extensions that stand more than once (RFC 5280, 4.2 forbids it).
    package private(set) var repeated: [OID] = []

    init(_ all: [CertificateExtension]) {
        self.all = all
        var seen: Set<OID> = []
        for item in all {
            if !seen.insert(item.id).inserted { repeated.append(item.id) }
            do throws(DERError) { try read(item) } catch { malformed.append(item.id) }
        }
    }

    /// The extension with this identifier.
    package subscript(_ id: OID) -> CertificateExtension? { all.first { $0.id == id } }

    /// Critical extensions that path validation here does not process (RFC 5280, 4.2).
    package var unprocessedCritical: [OID] {
        all.filter { $0.isCritical && !Self.processed.contains($0.id) }.map(\.id)
    }

    private static let processed: Set<OID> = [
        .keyUsage, .extendedKeyUsage, .basicConstraints, .subjectKeyIdentifier,
        .authorityKeyIdentifier, .subjectAlternativeName, .authorityInformationAccess,
        .cRLDistributionPoints, .certificatePolicies, .qcStatements, .nameConstraints,
        .issuerAlternativeName, .policyMappings, .policyConstraints, .inhibitAnyPolicy,
        .ocspNoCheck,
    ]

    /// Whether the issuer promises no revocation data: RFC 9608, or EN 319 412-1, 5.2, for
    /// short-term certificates.
    package var needsNoRevocationCheck: Bool {
        // Never an authority (RFC 9608, 4).
        basicConstraints?.isAuthority != true
            && (self[.noRevocationAvailable] != nil || self[.validityAssuredShortTerm] != nil)
    }

    /// The certificate of an OCSP responder that need not be checked (RFC 6960, 4.2.2.2.1).
    package var hasOCSPNoCheck: Bool { self[.ocspNoCheck] != nil }

    /// A responder that says so, or that names nothing to ask, is not checked itself.
    package var namesNoStatusSource: Bool {
        hasOCSPNoCheck || ocspURLs.isEmpty && distributionPoints.isEmpty
    }

    private mutating func read(_ item: CertificateExtension) throws(DERError) {
        let name = "extension \(item.id.dotted)"
        switch item.id {
        case .keyUsage:
            keyUsage = KeyUsage(rawValue: try DERElement(parsing: item.value).namedBits(in: name))
        case .extendedKeyUsage: extendedKeyUsage = try Self.identifiers(item.value, name)
        case .basicConstraints: basicConstraints = try Self.basicConstraints(item.value, name)
        case .subjectKeyIdentifier:
            subjectKeyIdentifier = try DERElement(parsing: item.value).octetString(in: name)
        case .authorityKeyIdentifier:
            authorityKeyIdentifier = try AuthorityKeyIdentifier(parsing: item.value)
        case .subjectAlternativeName:
            subjectAlternativeNames = try GeneralName.names(DERElement(parsing: item.value))
        case .authorityInformationAccess: try readAccess(item.value, name)
        case .cRLDistributionPoints:
            distributionPoints = try DistributionPoint.points(parsing: item.value)
        case .certificatePolicies: policies = try Self.policies(item.value, name)
        case .policyMappings: policyMappings = try PolicyMapping.mappings(parsing: item.value)
        case .policyConstraints: policyConstraints = try PolicyConstraints(parsing: item.value)
        case .inhibitAnyPolicy:
            let skipped = try DERElement(parsing: item.value).integer(in: name)
            guard skipped >= 0 else { throw .invalidValue(in: name) }
            inhibitAnyPolicy = skipped
        case .nameConstraints: nameConstraints = try NameConstraints(parsing: item.value)
        case .qcStatements: qcStatements = try QCStatements(parsing: item.value)
        default: break
        }
    }

    private static func identifiers(
        _ value: [UInt8], _ name: String
    ) throws(DERError) -> [OID] {
        var fields = try DERElement(parsing: value).elements(in: name)
        var identifiers: [OID] = []
        for field in try fields.rest(limit: Limits.extensionsPerObject) {
            identifiers.append(try field.objectIdentifier(in: name))
        }
        guard !identifiers.isEmpty else { throw .unexpectedElement(in: name) }
        return identifiers
    }

    private static func basicConstraints(
        _ value: [UInt8], _ name: String
    ) throws(DERError) -> BasicConstraints {
        var fields = try DERElement(parsing: value).elements(in: name)
        let isAuthority = try fields.next(if: .boolean)?.boolean(in: name) ?? false
        let pathLength = try fields.next(if: .integer)?.integer(in: name)
        try fields.finish()
        guard pathLength ?? 0 >= 0 else { throw .invalidValue(in: name) }
        return BasicConstraints(isAuthority: isAuthority, pathLength: pathLength)
    }

    private static func policies(_ value: [UInt8], _ name: String) throws(DERError) -> [OID] {
        var fields = try DERElement(parsing: value).elements(in: name)
        var policies: [OID] = []
        for field in try fields.rest(limit: Limits.extensionsPerObject) {
            var information = try field.elements(in: name)
            policies.append(try information.next().objectIdentifier(in: name))
        }
        guard Set(policies).count == policies.count else { throw .invalidValue(in: name) }
        return policies
    }

    private mutating func readAccess(_ value: [UInt8], _ name: String) throws(DERError) {
        var fields = try DERElement(parsing: value).elements(in: name)
        for field in try fields.rest(limit: Limits.extensionsPerObject) {
            var description = try field.elements(in: name)
            let method = try description.next().objectIdentifier(in: name)
            guard case .uri(let url) = try GeneralName(description.next()) else { continue }
            if method == .ocsp { ocspURLs.append(url) }
            if method == .caIssuers { caIssuersURLs.append(url) }
        }
    }
}
