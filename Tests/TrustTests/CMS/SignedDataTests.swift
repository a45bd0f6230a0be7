// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Trust

@Suite("CMS signatures")
struct SignedDataTests {
    private let pki = TestPKI.shared
    private let content = Array("Contenu".utf8)

    @Test(
        "openssl's signatures verify and refuse other content",
        arguments: [
            ("cades-detached.cms", "signer", false), ("rsa.cms", "rsa", false),
            ("pss.cms", "rsa", false),
            ("key-identifier.cms", "signer", false), ("without-attributes.cms", "signer", false),
            ("attached.cms", "signer", true),
        ])
    func foreign(_ file: String, _ signer: String, _ isAttached: Bool) throws {
        let signed = try SignedData(parsing: OpenSSLVectors.file(file))
        let content = try OpenSSLVectors.content()
        let certificate = try OpenSSLVectors.certificate(signer)
        #expect(signed.content == (isAttached ? content : nil))
        #expect(signed.certificate(of: signed.signers[0], among: []) == certificate)
        #expect(signed.signers[0].check(content: content, by: certificate.publicKey) == .valid)
        #expect(
            signed.signers[0].check(content: content + [0], by: certificate.publicKey) != .valid)
        let other = try OpenSSLVectors.certificate("tsa").publicKey
        #expect(signed.signers[0].check(content: content, by: other) != .valid)
    }

    @Test("BER is refused, and read when asked for (AS-01)")
    func ber() throws {
        let file = try OpenSSLVectors.file("attached.ber")
        #expect(throws: DERError.notDER) { try SignedData(parsing: file) }
        let signed = try SignedData(parsing: file, allowingBER: true)
        #expect(!signed.wasDER)
        #expect(signed.content == (try OpenSSLVectors.content()))
        let key = try OpenSSLVectors.certificate("signer").publicKey
        #expect(try signed.signers[0].check(content: OpenSSLVectors.content(), by: key) == .valid)
    }

    @Test("openssl's ESS attribute names the certificate")
    func ess() throws {
        let signed = try SignedData(parsing: OpenSSLVectors.file("cades-detached.cms"))
        let references = try signed.signers[0].signingCertificateReferences()
        #expect(references.count == 1)
        #expect(references[0].identifies(try OpenSSLVectors.certificate("signer")))
        #expect(!references[0].identifies(try OpenSSLVectors.certificate("rsa")))
        #expect(signed.signers[0].signingTime != nil)
    }

    @Test("ours has exactly the attributes of PAdES and no signing-time")
    func ours() throws {
        let signed = try pki.sign(content)
        let signer = signed.signers[0]
        #expect(signed.content == nil && signed.certificates.count == 2)
        #expect(
            Set(signer.signedAttributes?.map(\.type) ?? [])
                == [.contentType, .messageDigest, .signingCertificateV2])
        #expect(signer.signingTime == nil)
        #expect(signer.check(content: content, by: pki.signer.certificate.publicKey) == .valid)
        #expect(try signer.signingCertificateReferences()[0].identifies(pki.signer.certificate))
    }

    @Test("other content is a digest mismatch, another key an invalid signature")
    func refusals() throws {
        let signer = try pki.sign(content).signers[0]
        let key = pki.signer.certificate.publicKey
        let (expected, found) = (
            DigestAlgorithm.sha256.digest(content), DigestAlgorithm.sha256.digest([])
        )
        #expect(
            signer.check(content: [], by: key) == .digestMismatch(expected: expected, found: found))
        #expect(
            signer.check(content: content, by: pki.tsa.certificate.publicKey) == .invalidSignature)
        #expect(
            signer.check(content: content, contentType: .tstInfo, by: key)
                == .malformed("content-type"))
    }

    @Test(
        "a signature with any byte changed is unreadable, refused, or changed where nothing is signed"
    )
    func mutations() throws {
        let signed = try pki.sign(content)
        let key = pki.signer.certificate.publicKey
        let original = signed.signers[0]
        for bytes in TrustTests.mutations(of: signed.der, count: 1_000) {
            guard let changed = try? SignedData(parsing: bytes), let signer = changed.signers.first,
                signer.check(content: content, by: key) == .valid
            else { continue }
            #expect(signer.signedAttributeBytes == original.signedAttributeBytes)
        }
    }

    @Test("growing to B-T keeps all else byte for byte")
    func growing() throws {
        let signed = try pki.sign(content)
        let digest = DigestAlgorithm.sha256.digest(signed.signers[0].signature)
        let token = try pki.timestamp(over: digest)
        let grown = try signed.replacingUnsignedAttributes(with: [.signatureTimeStamp(token)])
        #expect(grown.signers[0].signatureTimeStamps == [token])
        #expect(try grown.replacingUnsignedAttributes(with: []).der == signed.der)
        #expect(grown.signers[0].signedAttributeBytes == signed.signers[0].signedAttributeBytes)
    }

    @Test("padding of zeros is taken off, anything else is refused (PD-02)")
    func padding() throws {
        let signed = try pki.sign(content)
        #expect(try SignedData(padded: signed.der + [0, 0, 0]).der == signed.der)
        #expect(throws: DERError.extraElement(in: "padding of SignedData")) {
            try SignedData(padded: signed.der + [0, 1])
        }
    }

    @Test("remote signing: the bytes to sign name the certificate (RS-01)")
    func bytesToSign() {
        let digest = DigestAlgorithm.sha256.digest(content)
        let bytes = SignedAttributes(contentDigest: digest, signer: pki.signer.certificate)
            .bytesToSign
        let other = SignedAttributes(contentDigest: digest, signer: pki.tsa.certificate).bytesToSign
        #expect(bytes.first == 0x31)
        #expect(bytes != other)
    }

    @Test("IssuerSerial comes back, for XAdES too")
    func issuerSerial() throws {
        let original = IssuerSerial(of: pki.signer.certificate)
        let read = try IssuerSerial(der: original.der)
        #expect(read == original)
        #expect(read.identifies(pki.signer.certificate))
        #expect(!read.identifies(pki.rsaSigner.certificate))
    }
}
