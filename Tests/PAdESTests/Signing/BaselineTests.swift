// SPDX-License-Identifier: Apache-2.0
import PAdES
import PDF
import TestSupport
import Testing
import Trust

@Suite("PAdES baseline levels (EN 319 142-1, 6.3)")
struct BaselineTests {
    private let pki = SampleForm.pki

    @Test("B-B verifies, covers everything and leaves the form a prefix")
    func signsBB() throws {
        let signed = try SampleForm.signed()
        let signature = try onlySignature(in: signed.bytes)

        #expect(signed.bytes.starts(with: SampleForm.unsigned))
        #expect(signature.check(by: pki.signer.certificate) == .valid)
        #expect(signature.byteRange.faults == [])
        #expect(signature.coverage == .entire)
        #expect(!signature.modifiedAfterSigning)
        #expect(signature.fields == ["Signature1"])
        #expect(signature.claimedSigningTime == TestPKI.clock)
    }

    @Test("signs with every kind of key", arguments: [true, false])
    func signsRSA(isPSS: Bool) throws {
        let identity = pki.rsaSigner
        let algorithm: SignatureAlgorithm = isPSS ? .rsaPSS(.sha256) : .rsaPKCS1(.sha256)
        let prepared = try prepare(
            pdf: SampleForm.unsigned, field: "Signature1", signer: identity.certificate,
            algorithm: algorithm, time: TestPKI.clock)
        let value =
            try isPSS
            ? identity.key.signPSS(prepared.toBeSigned) : identity.key.sign(prepared.toBeSigned)

        let signature = try onlySignature(in: prepared.signed(with: value).bytes)

        #expect(signature.check(by: identity.certificate) == .valid)
    }

    @Test("the dictionary says what PAdES asks and nothing it forbids")
    func writesDictionary() throws {
        let bytes = try SampleForm.signed().bytes
        let signature = try onlySignature(in: bytes)
        let view = try PDFFile(bytes).current
        let place = try #require(signature.reference)
        let dictionary = try #require(try view.object(place).dictionaryValue)

        #expect(signature.filter == "Adobe.PPKLite")
        #expect(signature.subFilter == "ETSI.CAdES.detached")
        #expect(dictionary["M"] == .text("D:20261120100000Z"))
        for key in ["Cert", "Reason", "Reference", "Location", "Name"] {
            #expect(dictionary[key] == nil)
        }
        let form = try #require(try view.resolve(view.catalog()["AcroForm"]).dictionaryValue)
        #expect(form["SigFlags"] == .integer(3))
    }

    @Test("the CMS object is the baseline's: version 1, detached, three signed attributes")
    func writesCMS() throws {
        let signed = try SampleForm.signed()
        let signer = signed.signedData.signers[0]

        #expect(signed.signedData.signers.count == 1)
        #expect(signed.signedData.content == nil)
        #expect(signed.signedData.revocationInfo == [])
        #expect(
            Set(signed.signedData.certificates)
                == [pki.signer.certificate, pki.issuing.certificate])
        #expect(
            Set(signer.signedAttributes?.map(\.type) ?? [])
                == [.contentType, .messageDigest, .signingCertificateV2])
        #expect(signer.signingTime == nil)
        #expect(
            signer.identifier == .issuerAndSerialNumber(IssuerSerial(of: pki.signer.certificate)))
        #expect(signer.unsignedAttributes == [])
    }

    @Test("B-T changes nothing outside the room for the signature")
    func signsBT() throws {
        let signed = try SampleForm.signed()
        let stamped = try SampleForm.stamped()
        let signature = try onlySignature(in: stamped.bytes)

        #expect(signature.check(by: pki.signer.certificate) == .valid)
        let tokens = try #require(signature.signer).signatureTimeStamps
        #expect(tokens.count == 1)
        #expect(tokens[0].check(by: pki.tsa.certificate) == .valid)
        #expect(stamped.bytes.count == signed.bytes.count)
        // ECDSA values differ from run to run, but only inside /Contents.
        let gap = signature.byteRange.numbers
        #expect(stamped.bytes[..<gap[1]] == signed.bytes[..<gap[1]])
        #expect(stamped.bytes[gap[2]...] == signed.bytes[gap[2]...])
    }

    @Test("a signature read back from its file can still be stamped")
    func reopens() throws {
        let read = try signatures(in: SampleForm.signed().bytes)
        let reopened = try SignedPDF(reopening: read.signatures[0], of: read.file)
        let digest = DigestAlgorithm.sha256.digest(reopened.signatureValue)

        let stamped = try reopened.adding(timestamp: pki.timestamp(over: digest))

        let signature = try onlySignature(in: stamped.bytes)
        #expect(signature.check(by: pki.signer.certificate) == .valid)
        #expect(signature.signer?.signatureTimeStamps.count == 1)
        #expect(signature.coverage == .entire)
    }

    @Test("B-LT adds a security store behind the B-T file")
    func signsBLT() throws {
        let stamped = try SampleForm.stamped()
        let material = try pki.material()
        let bytes = try stamped.addingValidationMaterial(material)
        let read = try signatures(in: bytes)

        #expect(bytes.starts(with: stamped.bytes))
        #expect(read.securityStore.material == material)
        #expect(read.securityStore.unreadable == 0)
        #expect(read.signatures[0].changes.map(\.kind) == [.validationData])
        #expect(read.signatures[0].coverage == .entire)
        let catalog = try read.file.current.catalog()
        let store = try #require(try read.file.current.resolve(catalog["DSS"]).dictionaryValue)
        #expect(Set(store.keys) == ["Type", "Certs", "OCSPs", "CRLs"])
    }

    @Test("validation data is not stored twice")
    func storesOnce() throws {
        let material = try pki.material()
        let once = try SampleForm.stamped().addingValidationMaterial(material)
        let twice = try addingValidationMaterial(material, to: once)
        let objects = { (bytes: [UInt8]) in try PDFFile(bytes).current.objectNumbers.count }

        #expect(try objects(twice) == objects(once))
        #expect(try signatures(in: twice).securityStore.material == material)
    }

    @Test("B-LTA adds a document time-stamp over all of it")
    func signsBLTA() throws {
        let bytes = try SampleForm.archived()
        let read = try signatures(in: bytes)

        #expect(read.signatures.map(\.kind) == [.signature, .documentTimestamp])
        #expect(read.signatures[1].check(by: pki.tsa.certificate) == .valid)
        #expect(read.signatures[1].coverage == .entire)
        #expect(
            Set(read.signatures[0].changes.map(\.kind)) == [.validationData, .documentTimestamp])
        #expect(read.signatures[0].coverage == .entire)
    }

    @Test("every level keeps PDF/A and PDF/UA")
    func keepsConformance() throws {
        for bytes in [
            try SampleForm.signed().bytes, try SampleForm.stamped().bytes,
            try SampleForm.longTerm(),
            try SampleForm.archived(),
        ] {
            #expect(PDFConformanceChecker.findings(in: bytes) == [])
        }
    }
}
