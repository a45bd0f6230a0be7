// SPDX-License-Identifier: Apache-2.0
import Foundation
import Trust

/// What RFC 5280 demands of conforming authorities beyond what path validation looks at (clause 4),
/// and of the anchors, which path validation believes.
struct CertificateProfile {
    private(set) var refusals: [String] = []

    init(_ chain: CertificateChain, isForum: Bool) {
        for (index, certificate) in chain.certificates.enumerated() {
            let isAuthority = index > 0 || certificate.isAuthority
            check(certificate, isAuthority: isAuthority, isForum: isForum)
            if isAuthority { checkAuthority(certificate) }
        }
        let anchor = chain.anchor
        if !anchor.extensions.unprocessedCritical.isEmpty {
            refuse("a critical extension of the anchor is not known")
        }
        if !anchor.extensions.malformed.isEmpty || !anchor.extensions.repeated.isEmpty {
            refuse("an extension of the anchor is malformed or repeated")
        }
    }

    private mutating func refuse(_ reason: String) { refusals.append(reason) }

    private mutating func check(
        _ certificate: Certificate, isAuthority: Bool, isForum: Bool
    ) {
        let extensions = certificate.extensions
        // 4.1.2.2: positive, 20 octets at most.
        let serial = certificate.serialNumber.octets
        if serial.count > 20 || (serial.first ?? 0) >= 0x80 || serial == [0] {
            refuse("serial number (4.1.2.2)")
        }
        // 4.2.1.1: all but self-signed certificates say which key signed them.
        if extensions.authorityKeyIdentifier?.keyIdentifier == nil, !certificate.isSelfIssued {
            refuse("authorityKeyIdentifier is missing (4.2.1.1)")
        }
        for id in [OID.authorityKeyIdentifier, .subjectKeyIdentifier, .authorityInformationAccess]
        where extensions[id]?.isCritical == true {
            refuse("\(id) is critical (4.2.1.1, 4.2.1.2, 4.2.2.1)")
        }
        for id in [OID.policyConstraints, .inhibitAnyPolicy] + (isForum ? [] : [.nameConstraints])
        where extensions[id]?.isCritical == false {
            refuse("\(id) is not critical (4.2.1.10, 4.2.1.11, 4.2.1.14)")
        }
        // 4.2.1.3: who may sign certificates is an authority.
        if extensions.keyUsage?.contains(.keyCertSign) == true, !certificate.isAuthority {
            refuse("keyCertSign without cA (4.2.1.3)")
        }
        if extensions.basicConstraints?.pathLength != nil, !certificate.isAuthority {
            refuse("pathLenConstraint without cA (4.2.1.9)")
        }
        if extensions[.keyUsage] != nil, extensions.keyUsage == [] {
            refuse("keyUsage without a bit (4.2.1.3)")
        }
        checkNames(certificate)
    }

    /// 4.1.2.6 and 4.2.1.6.
    private mutating func checkNames(_ certificate: Certificate) {
        let extensions = certificate.extensions
        let alternatives = extensions[.subjectAlternativeName]
        if certificate.subject.isEmpty, alternatives?.isCritical != true {
            refuse("no subject and no critical subjectAltName (4.2.1.6)")
        }
        if alternatives != nil, extensions.subjectAlternativeNames.isEmpty {
            refuse("an empty subjectAltName (4.2.1.6)")
        }
        for case .dns(let name) in extensions.subjectAlternativeNames
        where !Self.isPreferredSyntax(name) {
            refuse("the syntax of a dNSName (4.2.1.6)")
        }
        for case .email(let name) in extensions.subjectAlternativeNames {
            let parts = name.split(separator: "@", omittingEmptySubsequences: false)
            if parts.count != 2 || parts.contains(where: \.isEmpty) {
                refuse("the syntax of an rfc822Name (4.2.1.6)")
            }
        }
        for case .ip(let octets) in extensions.subjectAlternativeNames
        where octets.count != 4 && octets.count != 16 {
            refuse("the size of an iPAddress (4.2.1.6)")
        }
    }

    /// RFC 1034, 3.5, as changed by RFC 1123, 2.1; a wildcard stands for a whole label.
    private static func isPreferredSyntax(_ name: String) -> Bool {
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard !name.isEmpty, name.utf8.count <= 253 else { return false }
        return labels.enumerated().allSatisfy { index, label in
            if index == 0, label == "*", labels.count > 1 { return true }
            return (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy {
                    (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
                        || (0x61...0x7A).contains($0) || $0 == 0x2D
                }
        }
    }

    private mutating func checkAuthority(_ certificate: Certificate) {
        let extensions = certificate.extensions
        if certificate.subject.isEmpty { refuse("an authority without a name (4.1.2.6)") }
        if extensions.subjectKeyIdentifier == nil {
            refuse("subjectKeyIdentifier is missing (4.2.1.2)")
        }
        if certificate.isSelfIssued, let signer = extensions.authorityKeyIdentifier?.keyIdentifier,
            signer != extensions.subjectKeyIdentifier
        {
            refuse("authorityKeyIdentifier of a self-signed certificate (4.2.1.1)")
        }
        if !certificate.isAuthority || extensions[.basicConstraints]?.isCritical != true {
            refuse("basicConstraints is missing or not critical (4.2.1.9)")
        }
    }
}

/// What the Baseline Requirements of the CA/Browser Forum demand beyond RFC 5280 (clause 7.1).
struct ForumProfile {
    private(set) var refusals: [String] = []

    init(_ chain: CertificateChain) {
        checkSubscriber(chain.endEntity)
        for certificate in chain.certificates {
            checkKey(certificate)
            let identifier = certificate.extensions.authorityKeyIdentifier
            if let identifier {
                // 7.1.2.1.3 and 7.1.2.11.1.
                if identifier.keyIdentifier == nil || !identifier.issuer.isEmpty
                    || identifier.serialNumber != nil
                {
                    refuse("authorityKeyIdentifier has other fields than the key's")
                }
            }
        }
        for certificate in chain.certificates { checkSignature(certificate) }
        // 7.1.2.1.2.
        if chain.certificates.count > 1, chain.anchor.extensions[.extendedKeyUsage] != nil {
            refuse("extKeyUsage of a root")
        }
        for certificate in chain.intermediates {
            let purposes = certificate.extensions.extendedKeyUsage
            if let purposes, !purposes.contains(.serverAuth),
                !purposes.contains(.anyExtendedKeyUsage)
            {
                refuse("extKeyUsage of an intermediate (7.1.2.10.6)")
            }
        }
    }

    private mutating func refuse(_ reason: String) { refusals.append(reason) }

    private mutating func checkSubscriber(_ certificate: Certificate) {
        let extensions = certificate.extensions
        if certificate.version != 3 { refuse("version (7.1.1)") }
        if certificate.isAuthority { refuse("cA of a subscriber (7.1.2.7.8)") }
        if let purposes = extensions.extendedKeyUsage {
            let allowed = Set([OID.serverAuth, .clientAuth])
            if !purposes.contains(.serverAuth) || !allowed.isSuperset(of: purposes) {
                refuse("a purpose that is missing or not allowed (7.1.2.7.10)")
            }
        } else {
            refuse("extKeyUsage is missing (7.1.2.7.10)")
        }
        if extensions[.extendedKeyUsage]?.isCritical == true {
            refuse("extKeyUsage is critical (7.1.2.7.6)")
        }
        let alternatives = extensions[.subjectAlternativeName]
        if alternatives == nil { refuse("subjectAltName is missing (7.1.2.7.12)") }
        if alternatives?.isCritical == true, !certificate.subject.isEmpty {
            refuse("subjectAltName is critical (7.1.2.7.12)")
        }
        checkCommonNames(certificate)
        for case .dns(let name) in extensions.subjectAlternativeNames
        where Self.isRegistryWildcard(name) {
            refuse("a wildcard above a registry's names (3.2.2.6)")
        }
    }

    /// 7.1.4.3: a common name is a copy of an alternative name. The name that RFC 2606 reserves
    /// for examples names no one: cases about other names carry it as filler.
    private mutating func checkCommonNames(_ certificate: Certificate) {
        let names = certificate.extensions.subjectAlternativeNames.compactMap { name -> String? in
            switch name {
            case .dns(let text): text
            case .ip(let octets): IPAddress.text(of: octets)
            default: nil
            }
        }
        for attribute in certificate.subject.relativeNames.joined()
        where attribute.type == .commonName && attribute.text != "example.com"
            && attribute.text.map(names.contains) != true
        {
            refuse("a common name that is no alternative name (7.1.4.3)")
        }
    }

    /// A wildcard right below a name that a registry hands out: a single label, or a country's
    /// label below one of the usual second-level ones. An approximation of the public suffix list.
    private static func isRegistryWildcard(_ name: String) -> Bool {
        let labels = name.lowercased().split(separator: ".").map(String.init)
        guard labels.first == "*" else { return false }
        if labels.count == 2 { return true }
        let generic: Set<String> = [
            "ac", "co", "com", "edu", "go", "gov", "gob", "mil", "ne", "net", "nom", "or", "org",
        ]
        return labels.count == 3 && labels[2].count == 2 && generic.contains(labels[1])
    }

    /// 6.1.5: RSA of 2048 bits and more, divisible by 8; the three NIST curves.
    private mutating func checkKey(_ certificate: Certificate) {
        switch certificate.publicKey.kind {
        case .rsa(let bits) where bits >= 2048 && bits.isMultiple(of: 8): break
        case .ec: break
        default: refuse("key (6.1.5)")
        }
    }

    /// 7.1.3.2: no digest below SHA-256.
    private mutating func checkSignature(_ certificate: Certificate) {
        let algorithm = SignatureAlgorithm(certificate.signatureAlgorithm)
        if algorithm.map({ $0.digest.sizeInBytes < 32 }) ?? true { refuse("digest (7.1.3.2)") }
    }
}
