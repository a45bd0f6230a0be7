// SPDX-License-Identifier: Apache-2.0
package import XML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Why a document is no trusted list.
package enum TrustedListError: Error, Hashable {
    case notATrustedList
    /// Versions 5 and 6 are read (TS 119 612 v2.1.1 to v2.4.1).
    case unsupportedVersion(Int)
    case missing(String)
    /// More pointers or services than are read.
    case tooLarge
}

private let namespace = "http://uri.etsi.org/02231/v2#"
private let extensionNamespace =
    "http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#"
private let additionalNamespace = "http://uri.etsi.org/02231/v2/additionaltypes#"
private let xadesNamespace = "http://uri.etsi.org/01903/v1.3.2#"

extension TrustedList {
    /// Reads a `TrustServiceStatusList`. Certificates that cannot be read are passed over.
    package init(_ root: XMLNode) throws(TrustedListError) {
        guard root.isNamed("TrustServiceStatusList", in: namespace),
            let scheme = root.own("SchemeInformation")
        else { throw .notATrustedList }
        guard let version = scheme.own("TSLVersionIdentifier").flatMap({ Int($0.trimmed) }) else {
            throw .missing("TSLVersionIdentifier")
        }
        guard version == 5 || version == 6 else { throw .unsupportedVersion(version) }
        guard let issued = scheme.own("ListIssueDateTime")?.time else {
            throw .missing("ListIssueDateTime")
        }
        let territory = scheme.own("SchemeTerritory")?.trimmed ?? ""
        let providers = root.own("TrustServiceProviderList")?.all("TrustServiceProvider") ?? []
        let pointers = scheme.own("PointersToOtherTSL")?.all("OtherTSLPointer") ?? []
        guard pointers.count <= Limits.pointersPerList,
            providers.count <= Limits.servicesPerList
        else { throw .tooLarge }
        let services = providers.flatMap { TrustService.services(of: $0, territory) }
        guard services.count <= Limits.servicesPerList else { throw .tooLarge }
        self.init(
            version: version,
            sequenceNumber: scheme.own("TSLSequenceNumber").flatMap { Int($0.trimmed) } ?? 0,
            kind: Kind(type: scheme.own("TSLType")?.trimmed ?? ""), territory: territory,
            issued: issued, nextUpdate: scheme.own("NextUpdate")?.own("dateTime")?.time,
            pointers: pointers.map(Pointer.init), services: services)
    }
}

extension TrustedList.Kind {
    init(type: String) { self = type.hasSuffix("listofthelists") ? .listOfLists : .national }
}

extension TrustedList.Pointer {
    init(_ node: XMLNode) {
        location = node.own("TSLLocation")?.trimmed ?? ""
        let information =
            node.own("AdditionalInformation")?.all("OtherInformation").flatMap {
                Array($0.children)
            }
            ?? []
        territory = information.first { $0.localName == "SchemeTerritory" }?.trimmed ?? ""
        kind = TrustedList.Kind(
            type: information.first { $0.localName == "TSLType" }?.trimmed ?? "")
        signers =
            node.own("ServiceDigitalIdentities")?.all("ServiceDigitalIdentity")
            .flatMap(ServiceIdentity.all).compactMap {
                if case .certificate(let certificate) = $0 { certificate } else { nil }
            } ?? []
    }
}

extension TrustService {
    fileprivate static func services(of provider: XMLNode, _ territory: String) -> [TrustService] {
        let name = provider.own("TSPInformation")?.own("TSPName")?.own("Name")?.trimmed ?? ""
        return provider.own("TSPServices")?.all("TSPService").compactMap {
            TrustService($0, provider: name, territory)
        } ?? []
    }

    private init?(_ node: XMLNode, provider: String, _ territory: String) {
        guard let information = node.own("ServiceInformation"),
            let current = Period(information)
        else { return nil }
        let history = node.own("ServiceHistory")?.all("ServiceHistoryInstance") ?? []
        self.provider = provider
        self.territory = territory
        name = information.own("ServiceName")?.own("Name")?.trimmed ?? ""
        periods = ([current] + history.compactMap { Period($0, after: current) }).sorted {
            $0.from > $1.from
        }
    }
}

extension TrustService.Period {
    /// The extensions of 5.5.9; TakenOverBy changes nothing about the status.
    private static let knownExtensions: Set<String> = [
        "AdditionalServiceInformation", "ExpiredCertsRevocationInfo", "Qualifications",
        "TakenOverBy",
    ]

    /// - Parameter current: A history instance may name its key by its identifier only (5.6.3);
    ///   the certificates of the current entry tell which key that is.
    fileprivate init?(_ node: XMLNode, after current: TrustService.Period? = nil) {
        guard let status = node.own("ServiceStatus")?.trimmed,
            let from = node.own("StatusStartingTime")?.time
        else { return nil }
        self.status = status
        self.from = from
        type = node.own("ServiceTypeIdentifier")?.trimmed ?? ""
        let own = node.own("ServiceDigitalIdentity").map(ServiceIdentity.all) ?? []
        identities = own.map { $0.resolved(among: own + (current?.identities ?? [])) }
        let all = node.own("ServiceInformationExtensions")?.all("Extension") ?? []
        isUnderstood = all.allSatisfy { item in
            !["true", "1"].contains(item.attribute("Critical"))
                || item.children.allSatisfy { Self.knownExtensions.contains($0.localName) }
        }
        let extensions = all.flatMap { Array($0.children) }
        additions = extensions.filter { $0.isNamed("AdditionalServiceInformation", in: namespace) }
            .compactMap { $0.own("URI")?.trimmed }
        expiredCertificatesSince =
            extensions.first { $0.isNamed("ExpiredCertsRevocationInfo", in: namespace) }?.time
        qualifications = extensions.filter { $0.localName == "Qualifications" }
            .flatMap { $0.children("QualificationElement", in: extensionNamespace) }
            .map(QualificationElement.init)
    }
}

extension ServiceIdentity {
    /// The certificate a key identifier stands for, if one is at hand.
    fileprivate func resolved(among others: [ServiceIdentity]) -> ServiceIdentity {
        guard case .subjectKeyIdentifier(let identifier) = self else { return self }
        return others.first {
            guard case .certificate(let certificate) = $0 else { return false }
            return certificate.extensions.subjectKeyIdentifier == identifier
        } ?? self
    }

    fileprivate static func all(in node: XMLNode) -> [ServiceIdentity] {
        node.all("DigitalId").flatMap { Array($0.children) }.compactMap { child in
            guard let bytes = child.base64 else { return nil }
            return switch child.localName {
            case "X509Certificate": (try? Certificate(der: bytes)).map { .certificate($0) }
            case "X509SKI": .subjectKeyIdentifier(bytes)
            default: nil
            }
        }
    }
}

extension QualificationElement {
    fileprivate init(_ node: XMLNode) {
        let names =
            node.child("Qualifiers", in: extensionNamespace)?
            .children("Qualifier", in: extensionNamespace)
            .compactMap { $0.attribute("uri")?.split(separator: "/").last } ?? []
        self.init(
            qualifiers: Set(names.compactMap { Qualifier(rawValue: String($0)) }),
            criteria: node.child("CriteriaList", in: extensionNamespace).map(Criteria.init)
                ?? Criteria(assertion: .all, criteria: [.unknown]))
    }
}

extension QualificationElement.Criteria {
    fileprivate init(_ node: XMLNode) {
        let parts = node.children.flatMap { child in
            child.localName == "otherCriteriaList" ? Array(child.children) : [child]
        }
        self.init(
            assertion: Assertion(rawValue: node.attribute("assert") ?? "all") ?? .all,
            criteria: parts.filter { $0.localName != "Description" }.map(Criterion.init))
    }
}

extension QualificationElement.Criteria.Criterion {
    fileprivate init(_ node: XMLNode) {
        switch node.localName {
        case "KeyUsage":
            let bits = node.children("KeyUsageBit", in: extensionNamespace).map { bit in
                (
                    bit: KeyUsage(named: bit.attribute("name") ?? ""),
                    value: ["true", "1"].contains(bit.trimmed)
                )
            }
            let known = bits.compactMap { bit, value in bit.map { (bit: $0, value: value) } }
            self = known.count == bits.count ? .keyUsage(known) : .unknown
        case "PolicySet":
            self =
                node.identifiers("PolicyIdentifier", extensionNamespace)
                .map { .policies($0) } ?? .unknown
        case "ExtendedKeyUsage":
            self =
                node.identifiers("KeyPurposeId", additionalNamespace)
                .map { .purposes($0) } ?? .unknown
        case "CertSubjectDNAttribute":
            self =
                node.identifiers("AttributeOID", additionalNamespace)
                .map { .subjectAttributes($0) } ?? .unknown
        case "CriteriaList": self = .nested(QualificationElement.Criteria(node))
        default: self = .unknown
        }
    }
}

extension KeyUsage {
    /// By the names of RFC 5280, 4.2.1.3, nonRepudiation as the schema has it.
    fileprivate init?(named name: String) {
        switch name {
        case "digitalSignature": self = .digitalSignature
        case "nonRepudiation": self = .contentCommitment
        case "keyEncipherment": self = .keyEncipherment
        case "dataEncipherment": self = .dataEncipherment
        case "keyAgreement": self = .keyAgreement
        case "keyCertSign": self = .keyCertSign
        case "crlSign", "cRLSign": self = .cRLSign
        case "encipherOnly": self = .encipherOnly
        case "decipherOnly": self = .decipherOnly
        default: return nil
        }
    }
}

extension OID {
    /// `urn:oid:1.2.3` or `1.2.3`.
    fileprivate init?(uri: String) {
        let text = uri.lowercased().hasPrefix("urn:oid:") ? String(uri.dropFirst(8)) : uri
        self.init(dotted: text)
    }
}

extension XMLNode {
    fileprivate func own(_ name: String) -> XMLNode? { child(name, in: namespace) }
    fileprivate func all(_ name: String) -> [XMLNode] { children(name, in: namespace) }

    fileprivate var trimmed: String {
        let text = text
        let isSpace: (Character) -> Bool = { $0.isWhitespace }
        guard let first = text.firstIndex(where: { !isSpace($0) }),
            let last = text.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(text[first...last])
    }

    /// Object identifiers of XAdES' type; nil when there is none or one cannot be read.
    fileprivate func identifiers(_ name: String, _ namespace: String) -> [OID]? {
        let names = children(name, in: namespace).map {
            $0.child("Identifier", in: xadesNamespace)?.trimmed ?? ""
        }
        let identifiers = names.compactMap { OID(uri: $0) }
        return names.isEmpty || identifiers.count != names.count ? nil : identifiers
    }

    /// An xs:dateTime to the second; without a zone it is UTC (TS 119 612, 5.1.3 wants Z).
    fileprivate var time: Date? {
        var text = trimmed
        if let dot = text.firstIndex(of: ".") {
            let end = text[dot...].dropFirst().firstIndex { !$0.isNumber } ?? text.endIndex
            text.removeSubrange(dot..<end)
        }
        let zone = text.dropFirst(10).contains { "Zz+-".contains($0) } ? "" : "Z"
        return try? Date(text + zone, strategy: .iso8601)
    }

    fileprivate var base64: [UInt8]? {
        Data(base64Encoded: Data(text.utf8.filter { $0 > 0x20 })).map { [UInt8]($0) }
    }
}
