// SPDX-License-Identifier: Apache-2.0
import Testing
import Trust
import XML

@testable import XMLSignature

@Suite("KeyInfo: hints for finding the key")
struct KeyInfoTests {
    private func keyInfo(_ content: String, beside: String = "") throws -> KeyInfo {
        let info = """
            <ds:KeyInfo xmlns:d11="http://www.w3.org/2009/xmldsig11#">\(content)</ds:KeyInfo>
            """
        let text = SignatureTemplate.signature(
            references: SignatureTemplate.reference("", "AA=="), keyInfo: info, objects: beside
        ).replacing("{V}", with: "AA==")
        return try SignatureTemplate(text: text).first(in: text).keyInfo
    }

    @Test("each kind of X509Data names its certificate and no other")
    func x509() throws {
        let (certificate, other) = (try Signer(serial: 7).certificate, try Signer().certificate)
        let digest = Base64.text(DigestAlgorithm.sha256.digest(certificate.der).bytes)
        let parts = [
            "<ds:X509Certificate>\(Base64.text(certificate.der))</ds:X509Certificate>",
            """
            <ds:X509IssuerSerial><ds:X509IssuerName>cn = Signer of  TESTS</ds:X509IssuerName>\
            <ds:X509SerialNumber>7</ds:X509SerialNumber></ds:X509IssuerSerial>
            """,
            """
            <d11:X509Digest Algorithm="http://www.w3.org/2001/04/xmlenc#sha256">\(digest)\
            </d11:X509Digest>
            """,
        ]
        for part in parts {
            let info = try keyInfo("<ds:X509Data>\(part)</ds:X509Data>")
            #expect(info.hints.count == 1 && info.names(certificate), "\(part)")
            #expect(!info.names(other), "\(part)")
        }
        let subject = try keyInfo(
            "<ds:X509Data><ds:X509SubjectName>CN=Signer of tests</ds:X509SubjectName></ds:X509Data>"
        )
        #expect(subject.names(certificate))
        let wrong = try keyInfo(
            "<ds:X509Data><ds:X509SubjectName>CN=Signer</ds:X509SubjectName></ds:X509Data>")
        #expect(!wrong.names(certificate))
    }

    @Test("keys written as numbers or as DER are read")
    func keyValues() throws {
        let key = try Signer().certificate.publicKey
        let point = Base64.text(key.keyBits)
        let info = try keyInfo(
            """
            <ds:KeyValue><d11:ECKeyValue><d11:NamedCurve URI="urn:oid:1.2.840.10045.3.1.7"/>\
            <d11:PublicKey>\(point)</d11:PublicKey></d11:ECKeyValue></ds:KeyValue>\
            <d11:DEREncodedKeyValue>\(Base64.text(key.subjectPublicKeyInfo))</d11:DEREncodedKeyValue>\
            <ds:KeyName>k</ds:KeyName>
            """)
        #expect(info.publicKeys == [key, key])
        #expect(info.keyNames == ["k"])
    }

    @Test("what is malformed or unknown is named and not used")
    func malformed() throws {
        let info = try keyInfo(
            """
            <ds:X509Data><ds:X509Certificate>%%</ds:X509Certificate></ds:X509Data>\
            <ds:KeyValue><ds:RSAKeyValue/></ds:KeyValue><x xmlns="urn:x"/>
            """)
        #expect(
            info.hints == [.other("X509Certificate"), .other("KeyValue"), .other("x")])
    }

    @Test("RetrievalMethod and KeyInfoReference lead within the document, to what is unique")
    func retrieval() throws {
        let certificate = try Signer().certificate
        let data = """
            <ds:Object><ds:X509Data Id="x"><ds:X509Certificate>\(Base64.text(certificate.der))\
            </ds:X509Certificate></ds:X509Data><ds:KeyInfo Id="i"><ds:KeyName>k</ds:KeyName>\
            </ds:KeyInfo></ds:Object>
            """
        let info = try keyInfo(
            "<ds:RetrievalMethod URI=\"#x\"/><d11:KeyInfoReference URI=\"#i\"/>", beside: data)
        #expect(info.certificates == [certificate.der] && info.keyNames == ["k"])
        let ambiguous = try keyInfo("<ds:RetrievalMethod URI=\"#x\"/>", beside: data + data)
        #expect(ambiguous.hints == [.other("RetrievalMethod")])
        let external = try keyInfo("<ds:RetrievalMethod URI=\"http://h/k\"/>")
        #expect(external.hints == [.other("RetrievalMethod")])
    }

    @Test("a retrieval that leads to itself ends")
    func cycle() throws {
        let info = try keyInfo(
            "<d11:KeyInfoReference URI=\"#i\"/>",
            beside: """
                <ds:Object><ds:KeyInfo Id="i"><k:KeyInfoReference \
                xmlns:k="http://www.w3.org/2009/xmldsig11#" URI="#i"/></ds:KeyInfo></ds:Object>
                """)
        #expect(info.hints == [.other("KeyInfoReference")])
    }
}

@Suite("The text of names")
struct NameTextTests {
    private let name = DistinguishedName([
        (.countryName, "LU"), (.organizationName, "A, B \"C\""), (.commonName, "é+1"),
    ])

    @Test(
        "order, spaces, case of types, escapes and quotes do not matter",
        arguments: [
            "CN=é\\+1,O=A\\, B \\\"C\\\",C=LU", "c=LU, o=\"A, B \\\"C\\\"\", cn=É\\+1",
            "2.5.4.3=\\C3\\A9\\2B1;O=A\\2C B \\22C\\22;C=LU",
            "OID.2.5.4.3=é\\+1,O=a\\,  b \\\"c\\\",C=lu",
        ])
    func same(_ text: String) { #expect(NameText.isName(text, of: name)) }

    @Test(
        "another value, one less or one more does matter",
        arguments: [
            "", "CN=é\\+1", "CN=é\\+2,O=A\\, B \\\"C\\\",C=LU",
            "CN=é\\+1,O=A\\, B \\\"C\\\",C=LU,C=LU",
            "CN=é\\+1,O=\"A",
        ])
    func other(_ text: String) { #expect(!NameText.isName(text, of: name)) }
}
