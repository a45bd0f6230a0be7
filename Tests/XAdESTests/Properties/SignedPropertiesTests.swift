// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Trust
import XML
import XMLSignature

@testable import XAdES

@Suite("Signed properties: read as they stand")
struct SignedPropertiesTests {
    private func read(
        _ ofSignature: String = "", data: String = "", namespace: String = xadesNamespace
    ) throws -> SignedQualifyingProperties {
        try Properties().signed(ofSignature: ofSignature, ofData: data, namespace: namespace).signed
    }

    @Test("SigningCertificate of the first version names digest and issuer")
    func certificate() throws {
        let signer = try Signer(serial: 9)
        let property = """
            <xades:SigningCertificate><xades:Cert><xades:CertDigest>\
            \(Properties.digest(signer.certificate.der, of: .sha1))</xades:CertDigest>\
            <xades:IssuerSerial><ds:X509IssuerName>CN=Signer of tests</ds:X509IssuerName>\
            <ds:X509SerialNumber>9</ds:X509SerialNumber></xades:IssuerSerial></xades:Cert>\
            <xades:Cert URI="u"><xades:CertDigest>\(Properties.digest([1]))</xades:CertDigest>\
            </xades:Cert></xades:SigningCertificate>
            """
        let references = try read(property).signingCertificates
        #expect(references.count == 2 && references[1].hasURI)
        #expect(references[0].matches(signer.certificate.der) == true)
        #expect(references[0].namesIssuer(of: signer.certificate) == true)
        #expect(references[0].namesIssuer(of: try Signer().certificate) == false)
        #expect(references[1].matches(signer.certificate.der) == false)
        #expect(references[1].namesIssuer(of: signer.certificate) == nil)
    }

    @Test("IssuerSerialV2 is the DER of RFC 5035; what is none names nobody")
    func issuerSerial() throws {
        let certificate = try Signer().certificate
        for (der, expected) in [(IssuerSerial(of: certificate).der, true), ([1, 2], false)] {
            let property = """
                <xades:SigningCertificateV2><xades:Cert><xades:CertDigest>\
                \(Properties.digest(certificate.der))</xades:CertDigest>\
                <xades:IssuerSerialV2>\(Base64.text(der))</xades:IssuerSerialV2></xades:Cert>\
                </xades:SigningCertificateV2>
                """
            let reference = try read(property).signingCertificates[0]
            #expect(reference.namesIssuer(of: certificate) == expected)
        }
    }

    @Test("a digest method that is not computed matches neither yes nor no")
    func unknownDigest() throws {
        let digest = Properties.digest([1]).replacing(
            DigestAlgorithm.sha256.xmlIdentifier, with: "urn:d")
        let property = """
            <xades:SigningCertificateV2><xades:Cert><xades:CertDigest>\(digest)</xades:CertDigest>\
            </xades:Cert></xades:SigningCertificateV2>
            """
        #expect(try read(property).signingCertificates[0].matches([1]) == nil)
    }

    @Test("a malformed Cert is a fault of the format")
    func malformedCertificate() {
        #expect(throws: SignatureFormatError.malformed("SigningCertificateV2")) {
            try read("<xades:SigningCertificateV2><xades:Cert/></xades:SigningCertificateV2>")
        }
    }

    @Test("a policy is implied, or named with the digest of its document")
    func policy() throws {
        let implied = try read(
            """
            <xades:SignaturePolicyIdentifier><xades:SignaturePolicyImplied/>\
            </xades:SignaturePolicyIdentifier>
            """)
        #expect(implied.signaturePolicy == .implied)
        let document = Array("<p  a='1'/>".utf8)
        let canonical = Array("<p a=\"1\"></p>".utf8)
        let transforms = """
            <ds:Transforms><ds:Transform Algorithm="\(SignatureTemplate.exclusive)"/></ds:Transforms>
            """
        for (steps, digested) in [("", document), (transforms, canonical)] {
            let property = """
                <xades:SignaturePolicyIdentifier><xades:SignaturePolicyId><xades:SigPolicyId>\
                <xades:Identifier> urn:oid:1.2.3 </xades:Identifier></xades:SigPolicyId>\(steps)\
                <xades:SigPolicyHash>\(Properties.digest(digested))</xades:SigPolicyHash>\
                <xades:SigPolicyQualifiers><xades:SigPolicyQualifier><xades:SPURI>u</xades:SPURI>\
                </xades:SigPolicyQualifier><xades:SigPolicyQualifier><xades:SPUserNotice>\
                <xades:ExplicitText>n</xades:ExplicitText></xades:SPUserNotice>\
                </xades:SigPolicyQualifier></xades:SigPolicyQualifiers></xades:SignaturePolicyId>\
                </xades:SignaturePolicyIdentifier>
                """
            guard case .explicit(let policy)? = try read(property).signaturePolicy else {
                Issue.record("no explicit policy")
                return
            }
            #expect(policy.identifier == "urn:oid:1.2.3")
            #expect(policy.uris == ["u"] && policy.userNotices == ["n"])
            #expect(policy.matches(document: document) == true)
            #expect(policy.matches(document: Array("<p a='2'/>".utf8)) == false)
        }
    }

    @Test("roles, place, commitment and format are claims of the signer")
    func claims() throws {
        let signed = try read(
            """
            <xades:SignatureProductionPlaceV2><xades:City>c</xades:City></xades:SignatureProductionPlaceV2>\
            <xades:SignerRoleV2><xades:ClaimedRoles><xades:ClaimedRole>r</xades:ClaimedRole>\
            </xades:ClaimedRoles><xades:SignedAssertions><xades:SignedAssertion/>\
            </xades:SignedAssertions></xades:SignerRoleV2>
            """,
            data: """
                <xades:DataObjectFormat ObjectReference="#r"><xades:MimeType>m</xades:MimeType>\
                </xades:DataObjectFormat><xades:CommitmentTypeIndication><xades:CommitmentTypeId>\
                <xades:Identifier>urn:c</xades:Identifier></xades:CommitmentTypeId>\
                <xades:AllSignedDataObjects/></xades:CommitmentTypeIndication>
                """)
        #expect(signed.productionPlace?.city == "c")
        #expect(signed.signerRole?.claimedRoles == ["r"] && signed.signerRole?.certifiedRoles == 1)
        #expect(signed.dataObjectFormats == [.init(objectReference: "#r", mimeType: "m")])
        #expect(signed.commitmentTypes.map(\.identifier) == ["urn:c"])
    }

    @Test("the older namespaces are read too", arguments: ["v1.1.1", "v1.2.2"])
    func older(_ version: String) throws {
        let digest = Properties.digest([1]).replacing("ds:Digest", with: "xades:Digest")
        let property = """
            <xades:SigningTime>2006-01-02T03:04:05Z</xades:SigningTime><xades:SigningCertificate>\
            <xades:Cert><xades:CertDigest>\(digest)</xades:CertDigest></xades:Cert>\
            </xades:SigningCertificate>
            """
        let signed = try read(property, namespace: "http://uri.etsi.org/01903/\(version)#")
        #expect(signed.signingTime == Date(timeIntervalSince1970: 1_136_171_045))
        #expect(signed.signingCertificates[0].matches([1]) == true)
    }
}

@Suite("xs:dateTime")
struct DateTimeTests {
    @Test(
        "zones and fractions are read; without zone UTC is meant",
        arguments: [
            ("2026-09-21T14:13:20Z", 1_790_000_000.0), ("2026-09-21T16:13:20+02:00", 1_790_000_000),
            ("2026-09-21T09:43:20-04:30", 1_790_000_000), ("2026-09-21T14:13:20", 1_790_000_000),
            (" 2026-09-21T14:13:20.25Z\n", 1_790_000_000.25), ("1970-01-01T24:00:00Z", 86_400),
            ("2024-02-29T00:00:00Z", 1_709_164_800), ("1969-12-31T23:59:59Z", -1),
        ])
    func read(_ text: String, _ seconds: Double) {
        #expect(DateTime.date(text) == Date(timeIntervalSince1970: seconds))
    }

    @Test(
        "anything else is none",
        arguments: [
            "", "2026-09-21", "2026-13-01T00:00:00Z", "2023-02-29T00:00:00Z",
            "2026-09-21T25:00:00Z",
            "2026-09-21T14:13:20Zx", "2026-09-21 14:13:20Z", "2026-09-21T14:13:20.Z",
            "2026-09-21T14:13:20+15:00",
        ])
    func refused(_ text: String) { #expect(DateTime.date(text) == nil) }
}
