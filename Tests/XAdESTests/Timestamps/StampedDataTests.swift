// SPDX-License-Identifier: Apache-2.0
import Testing
import Trust
import XML
import XMLSignature

@testable import XAdES

@Suite("Time-stamps: what each kind must have stamped")
struct StampedDataTests {
    private let c14n =
        "<ds:CanonicalizationMethod Algorithm=\"\(SignatureTemplate.exclusive)\"/>"

    private func stamp(_ name: String, _ inside: String = "", prefix: String = "xades") -> String {
        """
        <\(prefix):\(name) xmlns:\(prefix)="\(prefix == "x" ? xades141Namespace : xadesNamespace)">\
        \(inside)\(c14n)<xades:EncapsulatedTimeStamp>AQ==</xades:EncapsulatedTimeStamp>\
        </\(prefix):\(name)>
        """
    }

    private func text(_ timestamp: SignatureTimestamp) -> String {
        String(decoding: timestamp.input, as: UTF8.self)
    }

    /// The exclusive canonical forms of elements, one after the other.
    private func canonical(_ nodes: [XMLNode]) throws -> String {
        String(
            decoding: try nodes.flatMap { try $0.document.canonical(.subtree($0)) }, as: UTF8.self)
    }

    private func part(_ signature: AdvancedSignature, _ name: String) throws -> XMLNode {
        try #require(signature.core.node.child(name, in: xmldsigNamespace))
    }

    @Test("SignatureTimeStamp: the signature value; without a method inclusive C14N 1.0")
    func signature() throws {
        let stamped = try Properties().unsigned(
            stamp("SignatureTimeStamp")
                + stamp("SignatureTimeStamp").replacing(c14n, with: ""),
            content: "<a xmlns:u='urn:u'/>")
        let value = try part(stamped, "SignatureValue")
        let (first, second) = (stamped.timestamps[0], stamped.timestamps[1])
        #expect(text(first) == (try canonical([value])))
        #expect(first.kind == .signature && first.tokens == [[1]] && first.index == 0)
        #expect(text(second).contains("xmlns:u=\"urn:u\""))
        #expect(first.coverage == .init(signatureValue: true))
        let digest = DigestAlgorithm.sha256.digest(first.input)
        #expect(first.imprint.digest(.sha256) == digest)
        #expect(first.imprint.matches(digest) == true)
        #expect(first.imprint.matches(DigestAlgorithm.sha256.digest([1])) == false)
    }

    @Test("a canonicalisation method that is not known leaves nothing to compare")
    func unknownMethod() throws {
        let property = stamp("SignatureTimeStamp").replacing(
            SignatureTemplate.exclusive, with: "urn:c")
        let timestamp = try Properties().unsigned(property).timestamps[0]
        #expect(timestamp.imprint.matches(DigestAlgorithm.sha256.digest([])) == nil)
        #expect(timestamp.imprint.fault == "canonicalisation method of SignatureTimeStamp")
    }

    @Test("AllDataObjectsTimeStamp: what all references lead to, but not SignedProperties")
    func allDataObjects() throws {
        let signature = try Properties().signed(ofData: stamp("AllDataObjectsTimeStamp"))
        #expect(signature.timestamps.map(\.kind) == [.allDataObjects])
        #expect(text(signature.timestamps[0]) == "<a>é</a>")
        #expect(
            signature.timestamps[0].coverage == .init(signedData: true, referenceIndices: [0]))
    }

    @Test("IndividualDataObjectsTimeStamp: the data of a reference, or the reference itself")
    func individual() throws {
        for (flag, isData) in [(" referencedData=\"true\"", true), ("", false)] {
            let include = "<xades:Include URI=\"#r\"\(flag)/>"
            let signature = try Properties().signed(
                ofData: stamp("IndividualDataObjectsTimeStamp", include))
            let reference = try #require(
                try part(signature, "SignedInfo").child("Reference", in: xmldsigNamespace))
            let expected = isData ? "<a>é</a>" : try canonical([reference])
            #expect(text(signature.timestamps[0]) == expected)
        }
        let wrong = try Properties().signed(
            ofData: stamp("IndividualDataObjectsTimeStamp", "<xades:Include URI=\"#S\"/>"))
        #expect(
            wrong.timestamps[0].imprint.fault == "an Include does not lead to a signed reference")
    }

    private func withReferences(_ kind: String, version: String) throws -> AdvancedSignature {
        try Properties().unsigned(
            stamp("SignatureTimeStamp") + "<xades:CompleteCertificateRefs\(version)/>"
                + "<xades:CertificateValues/><xades:CompleteRevocationRefs/>"
                + stamp(kind + version) + "<xades:AttributeRevocationRefs/>")
    }

    @Test(
        "SigAndRefsTimeStamp: value, time-stamps and references before it", arguments: ["", "V2"])
    func sigAndRefs(_ version: String) throws {
        let signature = try withReferences("SigAndRefsTimeStamp", version: version)
        let nodes = [0, 1, 3].map { signature.unsignedProperties[$0].node }
        #expect(
            text(signature.timestamps[1])
                == (try canonical([try part(signature, "SignatureValue")] + nodes)))
        #expect(
            signature.timestamps[1].coverage
                == .init(signatureValue: true, unsignedProperties: [0, 1, 3]))
    }

    @Test("RefsOnlyTimeStamp: the references before it", arguments: ["", "V2"])
    func refsOnly(_ version: String) throws {
        let signature = try withReferences("RefsOnlyTimeStamp", version: version)
        let nodes = [1, 3].map { signature.unsignedProperties[$0].node }
        #expect(text(signature.timestamps[1]) == (try canonical(nodes)))
        #expect(signature.timestamps[1].coverage == .init(unsignedProperties: [1, 3]))
    }

    @Test("distributed: the Include elements say which elements, in their order")
    func distributed() throws {
        let includes = "<xades:Include URI=\"#R\"/><xades:Include URI=\"#C\"/>"
        let signature = try Properties().unsigned(
            "<xades:CompleteCertificateRefs Id=\"C\"/><xades:CompleteRevocationRefs Id=\"R\"/>"
                + stamp("RefsOnlyTimeStamp", includes))
        let nodes = [1, 0].map { signature.unsignedProperties[$0].node }
        #expect(text(signature.timestamps[0]) == (try canonical(nodes)))
        let lost = try Properties().unsigned(
            stamp("RefsOnlyTimeStamp", "<xades:Include URI=\"#gone\"/>"))
        #expect(lost.timestamps[0].imprint.fault == "an Include leads to nothing clear")
    }

    @Test(
        "ArchiveTimeStamp: data, SignedInfo, value, KeyInfo and all properties before it",
        arguments: ["xades", "x"])
    func archive(_ prefix: String) throws {
        let signature = try Properties().unsigned(
            stamp("SignatureTimeStamp") + "<xades:CertificateValues/>"
                + stamp("ArchiveTimeStamp", prefix: prefix) + "<xades:RevocationValues/>")
        let properties = try #require(signature.signedProperties)
        let nodes =
            [properties]
            + (try ["SignedInfo", "SignatureValue", "KeyInfo"].map {
                try part(signature, $0)
            }) + signature.unsignedProperties.prefix(2).map(\.node)
        #expect(text(signature.timestamps[1]) == "<a>é</a>" + (try canonical(nodes)))
        #expect(
            signature.timestamps[1].coverage
                == .init(
                    signedData: true, signedInfo: true, signatureValue: true, keyInfo: true,
                    unsignedProperties: [0, 1]))
    }

    @Test("an object that a reference covers may be repeated by an archive time-stamp, or not")
    func objects() throws {
        let object = "<ds:Object Id=\"o\">x</ds:Object>"
        let references = SignatureTemplate.reference("#o", "AA==")
        let archive = """
            <ds:Object><xades:QualifyingProperties xmlns:xades="\(xadesNamespace)" Target="#S">\
            <xades:UnsignedProperties><xades:UnsignedSignatureProperties>\
            \(stamp("ArchiveTimeStamp"))</xades:UnsignedSignatureProperties>\
            </xades:UnsignedProperties></xades:QualifyingProperties></ds:Object>
            """
        let text = SignatureTemplate.signature(references: references, objects: object + archive)
            .replacing("{V}", with: "AA==")
        let signature = try onlySignature(in: Array(text.utf8))
        let imprint = signature.timestamps[0].imprint
        let once = signature.timestamps[0].input
        let node = try #require(signature.core.resolver.element(withID: "o"))
        let twice = once + (try node.document.canonical(.subtree(node)))
        #expect(imprint.matches(DigestAlgorithm.sha256.digest(once)) == true)
        #expect(imprint.matches(DigestAlgorithm.sha256.digest(twice)) == true)
        #expect(imprint.matches(DigestAlgorithm.sha256.digest(once.dropLast())) == false)
    }

    @Test("HashDataInfo, which nobody signs, counts for nothing in the newer form of XAdES")
    func hashDataInfo() throws {
        let info = """
            <xades:HashDataInfo uri="#id-1-signature-value"><ds:Transforms><ds:Transform \
            Algorithm="\(SignatureTemplate.exclusive)"/></ds:Transforms></xades:HashDataInfo>
            """
        let property = stamp("SignatureTimeStamp", info).replacing(c14n, with: "")
        let signature = try Properties().unsigned(property)
        #expect(signature.timestamps[0].imprint.fault != nil)
        #expect(signature.timestamps[0].coverage == .init())
    }

    @Test("an archive time-stamp over data that is not there has nothing to compare")
    func missingData() throws {
        let text = String(
            decoding: try Signer().signed("<a/>"), as: UTF8.self
        ).replacing("URI=\"\"", with: "URI=\"gone\"")
        let end = "</xades:QualifyingProperties>"
        let properties = """
            <xades:UnsignedProperties><xades:UnsignedSignatureProperties>\
            \(stamp("ArchiveTimeStamp"))</xades:UnsignedSignatureProperties>\
            </xades:UnsignedProperties>
            """
        let signature = try onlySignature(
            in: Array(text.replacing(end, with: properties + end).utf8))
        #expect(
            signature.timestamps[0].imprint.fault
                == "the data outside this document was not given")
    }
}
