// SPDX-License-Identifier: Apache-2.0

import Trust
import XML

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The sandbox's own trusted list before it is signed (TS 119 612 v2.4.1, version 6).
///
/// It has the form of a national list, and says in each place made for it that it is none.
package struct PublishedTrustedList: Sendable {
    /// What a service was from a moment on.
    package struct Status: Sendable, Hashable {
        package var from: Date
        package var isGranted: Bool

        package init(from: Date, isGranted: Bool) {
            (self.from, self.isGranted) = (from, isGranted)
        }
    }

    package let issued: Date
    /// Rises by one each day, so that it needs no memory.
    package let sequenceNumber: Int
    package let nextUpdate: Date
    private let authority: CertificateAuthority
    private let timestamps: [Status]

    /// - Parameter timestamps: What became of the time-stamping service, oldest first; granted
    ///   from the beginning if empty.
    package init(of authority: CertificateAuthority, at now: Date, timestamps: [Status] = []) {
        let day = (now.timeIntervalSince1970 / 86_400).rounded(.down)
        issued = max(
            Date(timeIntervalSince1970: day * 86_400), timestamps.last?.from ?? .distantPast)
        sequenceNumber = Int(day) + timestamps.count
        nextUpdate = Date(timeIntervalSince1970: (day + Self.lifetimeInDays) * 86_400)
        self.authority = authority
        let start = Status(from: CertificateAuthority.longValidity.from, isGranted: true)
        self.timestamps = [start] + timestamps
    }

    /// Six months at most (TS 119 612, 5.3.15).
    private static let lifetimeInDays = 30.0

    package var document: [UInt8] {
        Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)
            + Writer.bytes(
                of: Element(
                    .tsl("TrustServiceStatusList"),
                    attributes: [.init("TSLTag", "http://uri.etsi.org/19612/TSLTag")],
                    [scheme, .tsl("TrustServiceProviderList", [provider])]))
    }

    // MARK: The scheme (5.3)

    private static let operatorName = "Open eConnector Sandbox (not official)"
    private static let schemeName =
        "LU:Trusted list of the Open eConnector sandbox, for tests; not official and of no legal effect"
    private static let notice =
        "This list is part of a test environment. It is no trusted list of a Member State, nobody supervises the services it names, and nothing it says has effect under Regulation (EU) No 910/2014."
    private static let uri = "urn:open-econnector:sandbox:trusted-list"
    private static let base = "http://uri.etsi.org/TrstSvc/TrustedList/"

    private var scheme: Element {
        .tsl(
            "SchemeInformation",
            [
                .tsl("TSLVersionIdentifier", text: "6"),
                .tsl("TSLSequenceNumber", text: String(sequenceNumber)),
                .tsl("TSLType", text: Self.base + "TSLType/EUgeneric"),
                .names("SchemeOperatorName", Self.operatorName),
                .address("SchemeOperatorAddress"),
                .names("SchemeName", Self.schemeName),
                .uris("SchemeInformationURI", Self.uri),
                .tsl(
                    "StatusDeterminationApproach", text: Self.base + "StatusDetn/EUappropriate"),
                .uris("SchemeTypeCommunityRules", Self.uri),
                .tsl("SchemeTerritory", text: "LU"),
                .tsl("PolicyOrLegalNotice", [.english("TSLLegalNotice", Self.notice)]),
                .tsl("HistoricalInformationPeriod", text: "65535"),
                .tsl("ListIssueDateTime", time: issued),
                .tsl("NextUpdate", [.tsl("dateTime", time: nextUpdate)]),
                .tsl(
                    "DistributionPoints", [.tsl("URI", text: authority.addresses.trustedList)]),
            ])
    }

    // MARK: Provider and services (5.4 to 5.6)

    private var provider: Element {
        let information = Element.tsl(
            "TSPInformation",
            [
                .names("TSPName", Self.operatorName),
                .names("TSPTradeName", "VATLU-00000000"), .address("TSPAddress"),
                .uris("TSPInformationURI", Self.uri),
            ])
        return .tsl(
            "TrustServiceProvider",
            [information, .tsl("TSPServices", [issuing] + timeStampingServices)])
    }

    private var issuing: Element {
        let since = CertificateAuthority.longValidity.from
        let signatures = Element.tsl(
            "AdditionalServiceInformation",
            [.english("URI", TrustedListName.forSignatures)])
        return .tsl(
            "TSPService",
            [
                .tsl(
                    "ServiceInformation",
                    fields(
                        TrustedListName.qualifiedCertificates, authority.issuing.certificate,
                        Status(from: since, isGranted: true))
                        + [
                            .tsl(
                                "ServiceInformationExtensions",
                                [
                                    .uncritical(signatures),
                                    .uncritical(.tsl("ExpiredCertsRevocationInfo", time: since)),
                                ])
                        ])
            ])
    }

    /// What became of it concerns the first unit; the second one is always granted.
    private var timeStampingServices: [Element] {
        authority.timeStampingUnits.enumerated().map { index, unit in
            timeStamping(unit.certificate, index == 0 ? timestamps : [timestamps[0]])
        }
    }

    private func timeStamping(_ certificate: Certificate, _ statuses: [Status]) -> Element {
        let periods = statuses.reversed().map {
            fields(TrustedListName.qualifiedTimestamps, certificate, $0)
        }
        let past = periods.dropFirst().map { Element.tsl("ServiceHistoryInstance", $0) }
        let information = Element.tsl("ServiceInformation", periods[0])
        return .tsl(
            "TSPService",
            past.isEmpty ? [information] : [information, .tsl("ServiceHistory", Array(past))])
    }

    private func fields(
        _ type: String, _ certificate: Certificate, _ status: Status
    ) -> [Element] {
        [
            .tsl("ServiceTypeIdentifier", text: type),
            .names("ServiceName", certificate.subject[.commonName] ?? type),
            .tsl(
                "ServiceDigitalIdentity",
                [
                    .tsl("DigitalId", [.tsl("X509Certificate", base64: certificate.der)]),
                    .tsl(
                        "DigitalId", [.tsl("X509SubjectName", text: "\(certificate.subject)")]),
                    .tsl(
                        "DigitalId",
                        [.tsl("X509SKI", base64: certificate.publicKey.keyIdentifier)]),
                ]),
            .tsl(
                "ServiceStatus",
                text: status.isGranted ? TrustedListName.granted : TrustedListName.withdrawn),
            .tsl("StatusStartingTime", time: status.from),
        ]
    }
}

private let listNamespace = "http://uri.etsi.org/02231/v2#"

extension Element.Name {
    fileprivate static func tsl(_ name: String) -> Element.Name { .init(name, in: listNamespace) }
}

extension Element {
    fileprivate static func tsl(_ name: String, _ children: [Element]) -> Element {
        Element(.tsl(name), children)
    }

    fileprivate static func tsl(_ name: String, text: String) -> Element {
        Element(.tsl(name), text: text)
    }

    fileprivate static func tsl(_ name: String, time: Date) -> Element {
        tsl(name, text: time.formatted(.iso8601))
    }

    fileprivate static func tsl(_ name: String, base64: [UInt8]) -> Element {
        tsl(name, text: Data(base64).base64EncodedString())
    }

    /// A text in English, the one language every list has (5.1.4).
    fileprivate static func english(_ name: String, _ text: String) -> Element {
        let language = Attribute(Name("lang", prefix: "xml", in: Namespace.xml), "en")
        return Element(.tsl(name), attributes: [language], text: text)
    }

    fileprivate static func names(_ name: String, _ text: String) -> Element {
        tsl(name, [english("Name", text)])
    }

    fileprivate static func uris(_ name: String, _ text: String) -> Element {
        tsl(name, [english("URI", text)])
    }

    fileprivate static func address(_ name: String) -> Element {
        let language = Attribute(Name("lang", prefix: "xml", in: Namespace.xml), "en")
        let postal = Element(
            .tsl("PostalAddress"), attributes: [language],
            [
                tsl("StreetAddress", text: "none"), tsl("Locality", text: "none"),
                tsl("CountryName", text: "LU"),
            ])
        return tsl(
            name,
            [
                tsl("PostalAddresses", [postal]),
                tsl("ElectronicAddress", [english("URI", "urn:open-econnector:sandbox")]),
            ])
    }

    fileprivate static func uncritical(_ content: Element) -> Element {
        Element(.tsl("Extension"), attributes: [.init("Critical", "false")], [content])
    }
}
