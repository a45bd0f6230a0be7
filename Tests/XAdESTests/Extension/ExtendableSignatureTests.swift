// SPDX-License-Identifier: Apache-2.0
import Testing
import Trust
import XML
import XMLSignature

@testable import XAdES

@Suite("Extension: B-B to B-T, B-LT, B-LTA and on, without touching what is there")
struct ExtendableSignatureTests {
    private let values = EncapsulatedValues(certificates: [[7]], ocspResponses: [[8]])

    private func allIntact(_ bytes: [UInt8]) throws -> Bool {
        try onlySignature(in: bytes).core.validateCore().areReferencesIntact
    }

    /// Whether `longer` is `shorter` with something put in at one or more places.
    private func keeps(_ shorter: [UInt8], in longer: [UInt8]) -> Bool {
        var rest = shorter[...]
        for byte in longer where byte == rest.first { rest.removeFirst() }
        return rest.isEmpty
    }

    @Test("every level is reached, each time-stamp over what it must cover, every byte kept")
    func levels() throws {
        let signed = try Signer().signed("<a><!-- c --><b x='1'  /><![CDATA[é]]></a>")
        var signature = try ExtendableSignature(reopening: signed)
        let input = try signature.signatureTimestampInput()
        signature = try signature.addingSignatureTimestamp([1])
        signature = try signature.addingValidationMaterial(
            signer: values, timestamps: .init(certificates: [[9]]))
        let archived = try signature.archiveTimestampInput()
        #expect(
            try signature.archiveTimestampDigest() == DigestAlgorithm.sha256.digest(archived))
        signature = try signature.addingArchiveTimestamp([2])

        let found = try onlySignature(in: signature.bytes)
        #expect(
            found.unsignedPropertyNames == [
                "SignatureTimeStamp", "TimeStampValidationData", "CertificateValues",
                "RevocationValues", "ArchiveTimeStamp",
            ])
        #expect(found.timestamps.map(\.input) == [input, archived])
        #expect(found.timestamps.map(\.tokens) == [[[1]], [[2]]])
        #expect(found.timestamps[1].node.namespace == xades141Namespace)
        #expect(try allIntact(signature.bytes))
        #expect(keeps(signed, in: signature.bytes))
    }

    @Test("a renewal puts what judges the last archive time-stamp before the next")
    func renewal() throws {
        var signature = try ExtendableSignature(reopening: try Signer().signed("<a/>"))
            .addingSignatureTimestamp([1])
            .addingValidationMaterial(signer: values, timestamps: .init())
            .addingArchiveTimestamp([2])
        let first = try onlySignature(in: signature.bytes).timestamps[1].input
        signature = try signature.addingValidationMaterial(
            signer: .init(), timestamps: .init(certificates: [[7], [9]], crls: [[5]]))
        let second = try signature.archiveTimestampInput()
        signature = try signature.addingArchiveTimestamp([3])
        let found = try onlySignature(in: signature.bytes)
        #expect(
            Array(found.unsignedPropertyNames.suffix(3))
                == ["ArchiveTimeStamp", "TimeStampValidationData", "ArchiveTimeStamp"])
        #expect(found.timestamps.map(\.input).suffix(2) == [first, second])
        #expect(found.unsignedProperties[4].values == .init(certificates: [[9]], crls: [[5]]))
        #expect(found.timestamps[2].coverage.unsignedProperties == [0, 1, 2, 3, 4])
    }

    @Test("nothing new is nothing written")
    func nothing() throws {
        let signed = try Signer().signed("<a/>")
        let signature = try ExtendableSignature(reopening: signed)
        let same = try signature.addingValidationMaterial(
            signer: .init(certificates: try onlySignature(in: signed).core.certificates),
            timestamps: .init())
        #expect(same.bytes == signed)
    }

    @Test("one signature of several is extended, the others stay as they are")
    func several() throws {
        let (first, second) = (try Signer(), try Signer())
        let template = try first.signed("<a/>")
        let text = String(decoding: template, as: UTF8.self)
        let start = try #require(text.firstRange(of: "<ds:Signature ")).lowerBound
        let parallel = try second.signed("<a/>", identifier: "id-2")
        let other = String(decoding: parallel, as: UTF8.self)
        let otherStart = try #require(other.firstRange(of: "<ds:Signature ")).lowerBound
        let otherEnd = try #require(other.firstRange(of: "</ds:Signature>")).upperBound
        let both = Array((text[..<start] + other[otherStart..<otherEnd] + text[start...]).utf8)
        #expect(throws: SigningError.noSingleSignature) {
            try ExtendableSignature(reopening: both)
        }
        let extended = try ExtendableSignature(reopening: both, signature: 1)
            .addingSignatureTimestamp([1])
        let found = try AdvancedSignature.all(in: XMLDocument(parsing: extended.bytes))
            .map { try $0.get() }
        #expect(found.map(\.unsignedPropertyNames) == [[], ["SignatureTimeStamp"]])
        #expect(throws: SigningError.noSingleSignature) {
            try ExtendableSignature(reopening: both, signature: 2)
        }
    }

    @Test("a signature that another one covers cannot be extended")
    func covered() throws {
        let signer = try Signer()
        let inner = String(decoding: try signer.signed("<b/>"), as: UTF8.self)
            .replacing("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", with: "")
        let outer = try signer.signed("<a>\(inner)</a>", identifier: "id-2")
        #expect(
            throws: SigningError.format(
                "another signature or time-stamp covers the place of the addition")
        ) {
            try ExtendableSignature(reopening: outer, signature: 0).addingSignatureTimestamp([1])
        }
    }

    @Test("a plain XML signature and an older version cannot be extended")
    func foreign() throws {
        let reason = SigningError.format(
            "the signature has no QualifyingProperties of XAdES 1.3.2")
        let plain = SignatureTemplate.signature(
            references: SignatureTemplate.reference("", "AA==")
        ).replacing("{V}", with: "AA==")
        #expect(throws: reason) { try ExtendableSignature(reopening: Array(plain.utf8)) }
        let text = String(decoding: try Signer().signed("<a/>"), as: UTF8.self)
        let older = text.replacing("01903/v1.3.2#", with: "01903/v1.1.1#")
        #expect(throws: reason) { try ExtendableSignature(reopening: Array(older.utf8)) }
    }

    @Test("a detached signature is archived with its data, and not without")
    func detached() throws {
        let text = String(decoding: try Signer().signed("<a/>"), as: UTF8.self)
        let (transforms, end) = (
            "<ds:Reference Id=\"id-1-reference\" URI=\"\">", "</ds:Transforms>"
        )
        let start = try #require(text.firstRange(of: transforms))
        let stop = try #require(text[start.upperBound...].firstRange(of: end)).upperBound
        let bytes = Array(
            (text[..<start.lowerBound] + "<ds:Reference Id=\"id-1-reference\" URI=\"f\">"
                + text[stop...]).utf8)
        let alone = try ExtendableSignature(reopening: bytes)
        #expect(
            throws: SigningError.format(
                "an archive time-stamp has nothing to stamp: the data outside this document was not given"
            )
        ) { try alone.archiveTimestampInput() }
        let with = try ExtendableSignature(
            reopening: bytes, detached: [.init(name: "f", bytes: Array("data".utf8))])
        #expect(try with.archiveTimestampInput().starts(with: Array("data<".utf8)))
    }
}
