// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Trust
import Validation
import XAdES
import XML

private let pki = TestPKI.shared

/// A trusted list written by hand, so that reader and writer do not share their mistakes.
struct ListSample {
    struct Period {
        var type = TrustedListName.qualifiedTimestamps
        var status = TrustedListName.granted
        var from = "2026-01-01T00:00:00Z"
        var identity = certificate(pki.tsa.certificate)
        var extensions = ""
    }

    var version = 6
    var type = "EUgeneric"
    var territory = "LU"
    var issued = "2026-11-01T00:00:00Z"
    var nextUpdate: String? = "2027-05-01T00:00:00Z"
    /// Each with its periods, the present one first.
    var services: [[Period]] = [[Period()]]
    var pointers = ""

    static func certificate(_ certificate: Certificate) -> String {
        "<DigitalId><X509Certificate>\(Data(certificate.der).base64EncodedString())</X509Certificate></DigitalId>"
    }

    static func keyIdentifier(_ certificate: Certificate) -> String {
        let identifier = certificate.extensions.subjectKeyIdentifier ?? []
        return "<DigitalId><X509SKI>\(Data(identifier).base64EncodedString())</X509SKI></DigitalId>"
    }

    static func additional(_ uri: String) -> String {
        "<Extension Critical=\"false\"><AdditionalServiceInformation><URI xml:lang=\"en\">\(uri)</URI></AdditionalServiceInformation></Extension>"
    }

    static func qualifications(_ qualifiers: [String], criteria: String) -> String {
        let list = qualifiers.map {
            "<q:Qualifier uri=\"http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/\($0)\"/>"
        }.joined()
        return """
            <Extension Critical="true"><q:Qualifications xmlns:q="http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#" xmlns:x="http://uri.etsi.org/01903/v1.3.2#" xmlns:t="http://uri.etsi.org/02231/v2/additionaltypes#"><q:QualificationElement><q:Qualifiers>\(list)</q:Qualifiers>\(criteria)</q:QualificationElement></q:Qualifications></Extension>
            """
    }

    static func pointer(
        to territory: String, type: String = "EUgeneric", signers: [Certificate]
    ) -> String {
        """
        <OtherTSLPointer><ServiceDigitalIdentities><ServiceDigitalIdentity>\(signers.map(certificate).joined())</ServiceDigitalIdentity></ServiceDigitalIdentities><TSLLocation>https://tl.test/\(territory).xml</TSLLocation><AdditionalInformation><OtherInformation><TSLType>http://uri.etsi.org/TrstSvc/TrustedList/TSLType/\(type)</TSLType></OtherInformation><OtherInformation><SchemeTerritory>\(territory)</SchemeTerritory></OtherInformation></AdditionalInformation></OtherTSLPointer>
        """
    }

    var text: String {
        let update = nextUpdate.map { "<dateTime>\($0)</dateTime>" } ?? ""
        let list = services.map(Self.service).joined()
        let providers =
            list.isEmpty
            ? ""
            : "<TrustServiceProviderList><TrustServiceProvider><TSPInformation><TSPName><Name xml:lang=\"en\">Provider</Name></TSPName></TSPInformation><TSPServices>\(list)</TSPServices></TrustServiceProvider></TrustServiceProviderList>"
        return """
            <TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#" TSLTag="http://uri.etsi.org/19612/TSLTag"><SchemeInformation><TSLVersionIdentifier>\(version)</TSLVersionIdentifier><TSLSequenceNumber>7</TSLSequenceNumber><TSLType>http://uri.etsi.org/TrstSvc/TrustedList/TSLType/\(type)</TSLType><SchemeTerritory>\(territory)</SchemeTerritory><PointersToOtherTSL>\(pointers)</PointersToOtherTSL><ListIssueDateTime>\(issued)</ListIssueDateTime><NextUpdate>\(update)</NextUpdate></SchemeInformation>\(providers)</TrustServiceStatusList>
            """
    }

    private static func service(_ periods: [Period]) -> String {
        let past = periods.dropFirst().map {
            "<ServiceHistoryInstance>\(fields($0))</ServiceHistoryInstance>"
        }.joined()
        return
            "<TSPService><ServiceInformation>\(fields(periods[0]))</ServiceInformation><ServiceHistory>\(past)</ServiceHistory></TSPService>"
    }

    private static func fields(_ period: Period) -> String {
        """
        <ServiceTypeIdentifier>\(period.type)</ServiceTypeIdentifier><ServiceName><Name xml:lang="en">Service</Name></ServiceName><ServiceDigitalIdentity>\(period.identity)</ServiceDigitalIdentity><ServiceStatus>\(period.status)</ServiceStatus><StatusStartingTime>\(period.from)</StatusStartingTime><ServiceInformationExtensions>\(period.extensions)</ServiceInformationExtensions>
        """
    }

    /// Signed XAdES B-B, enveloped, by the test PKI's signer or another.
    func signed(by identity: TestIdentity = pki.signer) throws -> [UInt8] {
        let prepared = try PreparedSignature(
            enveloping: Array(text.utf8), seat: nil,
            parameters: SignatureParameters(
                identifier: "list", signingTime: TestPKI.clock,
                certificates: [identity.certificate], algorithm: identity.key.algorithm))
        return try prepared.signed(with: identity.key.sign(prepared.toBeSigned))
    }

    func read(
        by identity: TestIdentity = pki.signer, at now: Date = TestPKI.clock
    ) throws -> TrustedList {
        try TrustedList(
            signed(by: identity), signedByOneOf: [identity.certificate], crypto: .ts119312,
            now: now)
    }

    func lists() throws -> TrustedLists { TrustedLists([try read()]) }
}
