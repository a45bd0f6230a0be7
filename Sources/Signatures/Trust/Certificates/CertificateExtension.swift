// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

/// One Extension (RFC 5280, 4.2), of a certificate, a request, a list or an answer.
package struct CertificateExtension: Sendable, Hashable {
    package let id: OID
    package let isCritical: Bool
    /// The contents of extnValue: the DER of the extension's own type.
    package let value: [UInt8]

    package init(_ id: OID, isCritical: Bool = false, value: DERValue) {
        self.id = id
        self.isCritical = isCritical
        self.value = value.encoded
    }

    init(_ element: DERElement) throws(DERError) {
        var fields = try element.elements(in: "Extension")
        id = try fields.next().objectIdentifier(in: "Extension.extnID")
        isCritical = try fields.next(if: .boolean)?.boolean(in: "Extension.critical") ?? false
        value = try fields.next().octetString(in: "Extension.extnValue")
        try fields.finish()
    }

    package var der: DERValue {
        .sequence(.oid(id), isCritical ? .boolean(true) : nil, .octetString(value))
    }

    /// Extensions ::= SEQUENCE OF Extension.
    static func list(_ element: DERElement) throws(DERError) -> [CertificateExtension] {
        var fields = try element.elements(in: "Extensions")
        var extensions: [CertificateExtension] = []
        for field in try fields.rest(limit: Limits.extensionsPerObject) {
            extensions.append(try CertificateExtension(field))
        }
        return extensions
    }
}

extension CertificateExtension {
    /// Makes the extensions that our own certificates carry.
    package static func basicConstraints(_ value: BasicConstraints) -> CertificateExtension {
        let authority: DERValue? = value.isAuthority ? .boolean(true) : nil
        let sequence = DERValue.sequence(authority, value.pathLength.map(DERValue.integer))
        return CertificateExtension(.basicConstraints, isCritical: true, value: sequence)
    }

    package static func keyUsage(_ usage: KeyUsage) -> CertificateExtension {
        CertificateExtension(.keyUsage, isCritical: true, value: .namedBits(usage.rawValue))
    }

    package static func extendedKeyUsage(
        _ purposes: [OID], isCritical: Bool = false
    ) -> CertificateExtension {
        CertificateExtension(
            .extendedKeyUsage, isCritical: isCritical, value: .sequence(purposes.map(DERValue.oid)))
    }

    /// The key identifier is the SHA-1 of the key bits (RFC 5280, 4.2.1.2, method 1).
    package static func subjectKeyIdentifier(of key: PublicKey) -> CertificateExtension {
        CertificateExtension(.subjectKeyIdentifier, value: .octetString(key.keyIdentifier))
    }

    package static func authorityKeyIdentifier(of key: PublicKey) -> CertificateExtension {
        let identifier = DERValue.implicit(0, .octetString(key.keyIdentifier))
        return CertificateExtension(.authorityKeyIdentifier, value: .sequence(identifier))
    }

    package static func authorityInformationAccess(
        ocsp: [String] = [], caIssuers: [String] = []
    ) -> CertificateExtension {
        let accesses = ocsp.map { (OID.ocsp, $0) } + caIssuers.map { (OID.caIssuers, $0) }
        let descriptions = accesses.map { method, url in
            DERValue.sequence(.oid(method), GeneralName.uri(url).der)
        }
        return CertificateExtension(.authorityInformationAccess, value: .sequence(descriptions))
    }

    package static func cRLDistributionPoints(_ urls: [String]) -> CertificateExtension {
        cRLDistributionPoints(urls.map { DistributionPoint(name: .full([.uri($0)])) })
    }

    package static func cRLDistributionPoints(
        _ points: [DistributionPoint]
    ) -> CertificateExtension {
        CertificateExtension(.cRLDistributionPoints, value: .sequence(points.map(\.der)))
    }

    package static func certificatePolicies(_ policies: [OID]) -> CertificateExtension {
        let informations = policies.map { DERValue.sequence(.oid($0)) }
        return CertificateExtension(.certificatePolicies, value: .sequence(informations))
    }

    package static func subjectAlternativeName(_ names: [GeneralName]) -> CertificateExtension {
        CertificateExtension(.subjectAlternativeName, value: .sequence(names.map(\.der)))
    }

    /// id-pkix-ocsp-nocheck (RFC 6960, 4.2.2.2.1).
    package static var ocspNoCheck: CertificateExtension {
        CertificateExtension(.ocspNoCheck, value: .null)
    }

    /// A qualified certificate's statements (EN 319 412-5, 4.2 and 4.3).
    ///
    /// - Parameter disclosure: https URL and two-letter language of the PKI disclosure statements.
    package static func qcStatements(
        type: OID, isOnQSCD: Bool, disclosure: [(url: String, language: String)]
    ) -> CertificateExtension {
        let statements = disclosure.map {
            DERValue.sequence(.ia5String($0.url), .printableString($0.language))
        }
        let value = DERValue.sequence(
            .sequence(.oid(.qcCompliance)),
            isOnQSCD ? .sequence(.oid(.qcSSCD)) : nil,
            disclosure.isEmpty ? nil : .sequence(.oid(.qcPDS), .sequence(statements)),
            .sequence(.oid(.qcType), .sequence(.oid(type))))
        return CertificateExtension(.qcStatements, value: value)
    }
}

extension CertificateExtension {
    /// What a token says about its qualified status (EN 319 422, 9.1).
    package static var qualifiedTimestamp: CertificateExtension {
        CertificateExtension(.qcStatements, value: .sequence(.sequence(.oid(.qualifiedTimestamp))))
    }
}

extension PublicKey {
    /// The SHA-1 of the key bits (RFC 5280, 4.2.1.2, method 1).
    package var keyIdentifier: [UInt8] { DigestAlgorithm.sha1.digest(keyBits).bytes }
}
