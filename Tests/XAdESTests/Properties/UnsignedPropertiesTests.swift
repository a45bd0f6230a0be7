// SPDX-License-Identifier: Apache-2.0
import Testing
import Trust
import XML
import XMLSignature

@testable import XAdES

@Suite("Unsigned properties: in order, each with what it holds")
struct UnsignedPropertiesTests {
    @Test("values are found in every container, and what cannot be decoded is named")
    func values() throws {
        let xades141 = "xmlns:x='\(xades141Namespace)'"
        let signature = try Properties().unsigned(
            """
            <xades:CertificateValues><xades:EncapsulatedX509Certificate>AQ==\
            </xades:EncapsulatedX509Certificate><xades:OtherCertificate/></xades:CertificateValues>\
            <x:AnyValidationData \(xades141)><xades:RevocationValues><xades:CRLValues>\
            <xades:EncapsulatedCRLValue>Ag==</xades:EncapsulatedCRLValue></xades:CRLValues>\
            <xades:OCSPValues><xades:EncapsulatedOCSPValue>%</xades:EncapsulatedOCSPValue>\
            <xades:EncapsulatedOCSPValue>Aw==</xades:EncapsulatedOCSPValue></xades:OCSPValues>\
            </xades:RevocationValues></x:AnyValidationData>\
            <xades:AttrAuthoritiesCertValues><xades:EncapsulatedX509Certificate>BA==\
            </xades:EncapsulatedX509Certificate></xades:AttrAuthoritiesCertValues>
            """)
        #expect(
            signature.values
                == .init(certificates: [[1], [4]], crls: [[2]], ocspResponses: [[3]]))
        #expect(signature.malformedParts == ["EncapsulatedOCSPValue"])
        #expect(
            signature.unsignedPropertyNames
                == ["CertificateValues", "AnyValidationData", "AttrAuthoritiesCertValues"])
        #expect(signature.unsignedProperties[1].values.crls == [[2]])
    }

    @Test("complete references name certificates, lists and answers")
    func references() throws {
        let signature = try Properties().unsigned(
            """
            <xades:CompleteCertificateRefs><xades:CertRefs><xades:Cert><xades:CertDigest>\
            \(Properties.digest([1]))</xades:CertDigest></xades:Cert></xades:CertRefs>\
            </xades:CompleteCertificateRefs><xades:CompleteRevocationRefs><xades:CRLRefs>\
            <xades:CRLRef><xades:DigestAlgAndValue>\(Properties.digest([2]))\
            </xades:DigestAlgAndValue></xades:CRLRef></xades:CRLRefs><xades:OCSPRefs>\
            <xades:OCSPRef><xades:OCSPIdentifier><xades:ProducedAt>t</xades:ProducedAt>\
            </xades:OCSPIdentifier></xades:OCSPRef></xades:OCSPRefs></xades:CompleteRevocationRefs>
            """)
        #expect(signature.unsignedProperties[0].certificateReferences[0].matches([1]) == true)
        let references = signature.unsignedProperties[1].revocationReferences
        #expect(references.map(\.kind) == [.revocationList, .ocspResponse])
        #expect(references[0].digestValue == DigestAlgorithm.sha256.digest([2]).bytes)
        #expect(references[1].time == "t" && references[1].digestMethod == nil)
    }

    @Test("renewed digests and the policy store are read")
    func others() throws {
        let signature = try Properties().unsigned(
            """
            <x:RenewedDigestsV2 xmlns:x="\(xades141Namespace)"><ds:DigestMethod \
            Algorithm="urn:d"/><x:RecomputedDigestValue Order="2">AQ==</x:RecomputedDigestValue>\
            </x:RenewedDigestsV2><x:SignaturePolicyStore xmlns:x="\(xades141Namespace)">\
            <x:SPDocSpecification><xades:Identifier>urn:s</xades:Identifier>\
            </x:SPDocSpecification><x:SignaturePolicyDocument>AQI=</x:SignaturePolicyDocument>\
            </x:SignaturePolicyStore>
            """)
        let renewed = try #require(signature.unsignedProperties[0].renewedDigests.first)
        #expect(renewed.digestMethod == "urn:d")
        #expect(renewed.values == [.init(order: 2, digestValue: [1])])
        let store = try #require(signature.unsignedProperties[1].policyStore)
        #expect(store.documentSpecification == "urn:s" && store.document == [1, 2])
    }

    @Test("a counter-signature signs the signature value, or it signs something else")
    func counterSignature() throws {
        let signer = try Signer()
        let text = String(decoding: try signer.signed("<a/>"), as: UTF8.self)
        for (uri, expected) in [
            ("#id-1-signature-value", true), ("#id-1-signed-properties", false),
        ] {
            let counter = SignatureTemplate.signature(
                references: SignatureTemplate.reference(
                    uri, "{D0}", transforms: [SignatureTemplate.exclusive], type: countersignedType)
            )
            // The template looks at the first signature, so it is filled in where it comes first.
            let holder = text.replacing("</a>", with: "").replacing("<a>", with: "")
                .replacing("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", with: "")
            let filled = try SignatureTemplate(text: "<a>\(counter)\(holder)</a>")
                .signed(by: signer)
            let end = try #require(filled.firstRange(of: "</ds:Signature>")).upperBound
            let value = String(filled[filled.index(filled.startIndex, offsetBy: 3)..<end])
            let property = """
                <xades:UnsignedProperties><xades:UnsignedSignatureProperties>\
                <xades:CounterSignature>\(value)</xades:CounterSignature>\
                </xades:UnsignedSignatureProperties></xades:UnsignedProperties>\
                </xades:QualifyingProperties>
                """
            let whole = text.replacing("</xades:QualifyingProperties>", with: property)
            let document = try XMLDocument(parsing: Array(whole.utf8))
            let found = try AdvancedSignature.all(in: document).map { try $0.get() }
            try #require(found.count == 2)
            let core = found[1].core.validateCore()
            #expect(core.areReferencesIntact)
            #expect(found[1].countersigned == found[0].core.node)
            #expect(found[0].countersigned == nil)
            #expect(found[1].countersigns(found[0], in: core) == expected)
        }
    }

    @Test("signatures beyond the limit are reported, not passed over")
    func tooMany() throws {
        let signature = SignatureTemplate.signature(
            references: SignatureTemplate.reference("", "AA==")
        ).replacing("{V}", with: "AA==")
        let text = "<a>\(String(repeating: signature, count: 51))</a>"
        let found = AdvancedSignature.all(in: try XMLDocument(parsing: Array(text.utf8)))
        #expect(found.count == 51)
        #expect(throws: SignatureFormatError.tooMany("Signature", limit: 50)) {
            try found.last?.get()
        }
    }
}
