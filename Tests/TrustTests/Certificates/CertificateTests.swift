// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Trust

@Suite("Certificates")
struct CertificateTests {
    private let pki = TestPKI.shared

    @Test("reads what openssl issued")
    func reads() throws {
        let signer = try OpenSSLVectors.certificate("signer")
        #expect(signer.version == 3)
        #expect(signer.serialNumber.description == "1000")
        #expect(signer.subject[.givenName] == "Zoé")
        #expect(
            signer.subject.description
                == "CN=Zoé Müller,serialNumber=123,SN=Müller\\, Exemple,givenName=Zoé,C=LU")
        #expect(signer.issuer.description == "CN=OpenSSL Issuing CA,O=Open eConnector tests,C=LU")
        #expect(signer.notBefore == Date(timeIntervalSince1970: 1_767_225_600))
        #expect(signer.notAfter == Date(timeIntervalSince1970: 2_082_758_400))
        #expect(signer.publicKey.kind == .ec(.p256))
        let extensions = signer.extensions
        #expect(extensions.keyUsage == .contentCommitment)
        #expect(extensions.policies == [.policyNCPPlus])
        #expect(extensions.ocspURLs == ["http://pki.test/ocsp"])
        #expect(extensions.caIssuersURLs == ["http://pki.test/issuing.cer"])
        #expect(extensions.distributionPoints.flatMap(\.urls) == ["http://pki.test/issuing.crl"])
        #expect(extensions.subjectAlternativeNames == [.email("camille@example.lu")])
        #expect(extensions.subjectKeyIdentifier == signer.publicKey.keyIdentifier)
        #expect(extensions.unprocessedCritical.isEmpty && extensions.malformed.isEmpty)
        let issuing = try OpenSSLVectors.certificate("issuing")
        #expect(
            issuing.extensions.basicConstraints
                == BasicConstraints(isAuthority: true, pathLength: 0))
        #expect(
            extensions.authorityKeyIdentifier?.keyIdentifier
                == issuing.extensions.subjectKeyIdentifier)
        #expect(try OpenSSLVectors.certificate("ocsp").extensions.hasOCSPNoCheck)
        #expect(
            try OpenSSLVectors.certificate("tsa").extensions.extendedKeyUsage == [.timeStamping])
    }

    @Test("reads certificates signed with RSASSA-PSS and verifies any salt")
    func pss() throws {
        let root = try OpenSSLVectors.certificate("root").publicKey
        #expect(try OpenSSLVectors.certificate("pss").verifySignature(by: root) == .valid)
        #expect(try OpenSSLVectors.certificate("pss20").verifySignature(by: root) == .valid)
    }

    @Test("a certificate with any byte changed is unreadable or does not verify")
    func mutations() throws {
        let issuer = pki.issuing.certificate.publicKey
        let changed = TrustTests.mutations(of: pki.signer.certificate.der, count: .max)
        for bytes in changed {
            guard let certificate = try? Certificate(der: bytes) else { continue }
            #expect(certificate.verifySignature(by: issuer) != .valid)
        }
    }

    @Test("a certificate cut short is refused")
    func truncations() {
        let der = pki.signer.certificate.der
        for length in 0..<der.count {
            #expect(throws: DERError.notDER) { try Certificate(der: Array(der[..<length])) }
        }
        #expect(throws: DERError.notDER) { try Certificate(der: der + [0]) }
    }

    @Test("inner and outer signature algorithm must agree")
    func algorithmsAgree() throws {
        let certificate = pki.signer.certificate
        #expect(throws: DERError.invalidValue(in: "Certificate.signatureAlgorithm")) {
            try CertificateBuilder.assemble(
                bytesToSign: certificate.tbs, algorithm: .ecdsa(.sha384),
                signature: certificate.signature)
        }
    }

    @Test("a qualified certificate's statements are read back")
    func qualifiedStatements() throws {
        let identity = try pki.issue(
            commonName: "Qualified", serial: 40,
            extensions: [
                .qcStatements(
                    type: .qcTypeSignature, isOnQSCD: true,
                    disclosure: [("https://pki.test/pds", "en")])
            ])
        let statements = try #require(identity.certificate.extensions.qcStatements)
        #expect(statements.claimsCompliance && statements.claimsQSCD)
        #expect(statements.types == [.qcTypeSignature])
    }

    @Test("a malformed or repeated extension is noted, not fatal")
    func oddExtensions() throws {
        let odd = CertificateExtension(.basicConstraints, isCritical: true, value: .integer(1))
        let identity = try pki.issue(
            commonName: "Odd", serial: 41,
            extensions: [odd, .keyUsage(.digitalSignature), .keyUsage(.contentCommitment)])
        #expect(identity.certificate.extensions.malformed == [.basicConstraints])
        #expect(identity.certificate.extensions.repeated == [.keyUsage])
    }

    @Test("PEM comes back, and several blocks are read in order")
    func pem() throws {
        let chain = pki.signer.chain
        let text = "subject: x\n" + chain.map(\.pem).joined(separator: "\n\n")
        #expect(try Certificate.certificates(in: Array(text.utf8)) == chain)
        #expect(throws: DERError.notDER) { try Certificate.certificates(in: Array("no".utf8)) }
        let bundle = try pki.sign([1])
        #expect(try Certificate.certificates(in: bundle.der) == bundle.certificates)
    }
}

@Suite("Names and numbers")
struct NameTests {
    @Test("names match without regard to case and runs of spaces (RFC 5280, 7.1)")
    func matching() {
        let name = DistinguishedName([(.countryName, "LU"), (.commonName, "A  Name")])
        #expect(name.matches(DistinguishedName([(.countryName, "lu"), (.commonName, " a name ")])))
        #expect(!name.matches(DistinguishedName([(.commonName, "A Name"), (.countryName, "LU")])))
        #expect(!name.matches(DistinguishedName([(.countryName, "LU"), (.commonName, "AName")])))
    }

    @Test(
        "specials are escaped (RFC 4514, 2.4)",
        arguments: [
            ("a,b", "a\\,b"), (" a ", "\\ a\\ "), ("#a", "\\#a"),
            ("a\"+;<>\\", "a\\\"\\+\\;\\<\\>\\\\"),
        ])
    func escaping(_ text: String, _ escaped: String) {
        #expect(DistinguishedName([(.commonName, text)]).description == "CN=\(escaped)")
    }

    @Test("an unknown attribute is shown by number and value")
    func unknownAttribute() {
        #expect(DistinguishedName([("1.2.3", "x")]).description == "1.2.3=#0c0178")
    }

    @Test(
        "serial numbers come back in decimal",
        arguments: [
            "0", "1", "255", "256", "340282366920938463463374607431768211456",
            "1461501637330902918203684832716283019655932542975",
        ])
    func decimal(_ text: String) { #expect(SerialNumber(decimal: text)?.decimal == text) }

    @Test("a serial number is no other text", arguments: ["", "-1", "1a", " 1"])
    func noDecimal(_ text: String) { #expect(SerialNumber(decimal: text) == nil) }
}

@Suite("Certification requests")
struct CertificationRequestTests {
    @Test("reads openssl's request and its proof of possession")
    func reads() throws {
        let request = try CertificationRequest(der: OpenSSLVectors.file("request.p10"))
        #expect(request.subject[.commonName] == "Zoé")
        #expect(request.requestedExtensions == [.keyUsage(.contentCommitment)])
        #expect(request.verifySignature() == .valid)
        #expect(request.publicKey == (try OpenSSLVectors.certificate("signer").publicKey))
    }

    @Test("a request signed with another key does not prove possession")
    func foreignKey() throws {
        let pki = TestPKI.shared
        let bytes = CertificationRequest.bytesToSign(
            subject: pki.signer.certificate.subject, publicKey: pki.signer.certificate.publicKey)
        let own = try CertificationRequest.assemble(
            bytesToSign: bytes, algorithm: .ecdsa(.sha256), signature: pki.signer.key.sign(bytes))
        let foreign = try CertificationRequest.assemble(
            bytesToSign: bytes, algorithm: .ecdsa(.sha256), signature: pki.tsa.key.sign(bytes))
        #expect(own.verifySignature() == .valid)
        #expect(foreign.verifySignature() == .invalid)
    }
}
