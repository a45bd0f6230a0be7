// SPDX-License-Identifier: Apache-2.0
import PAdES
import PDF
import TestSupport
import Testing
import Trust

@Suite("Extending a signed PDF")
struct ExtensionTests {
    private let pki = SampleForm.pki

    @Test("/VRI names the material of a signature when asked to")
    func relates() throws {
        let stamped = try SampleForm.stamped()
        let material = try pki.material()
        let bytes = try stamped.addingValidationMaterial(material, isRelated: true)
        let read = try signatures(in: bytes)
        let entry = try #require(read.securityStore.validationInformation.first)

        #expect(read.securityStore.validationInformation.count == 1)
        #expect(entry.key == read.signatures[0].validationInformationKey)
        #expect(entry.material == material)
        #expect(read.signatures[0].coverage == .entire)
    }

    @Test("a store grows: old entries stay, nothing stands twice")
    func merges() throws {
        let material = try pki.material()
        let first = try SampleForm.stamped().addingValidationMaterial(material, isRelated: true)
        let prepared = try prepareDocumentTimestamp(pdf: first)
        let archived = try prepared.stamped(with: pki.timestamp(over: prepared.imprint))
        let stamp = try #require(try signatures(in: archived).signatures.last)
        let later = try pki.material(for: [pki.tsa], at: SampleForm.later)
        let bytes = try addingValidationMaterial(
            later, to: archived, relatedTo: [stamp.contents])
        let read = try signatures(in: bytes)

        let isPrefix = bytes.starts(with: archived)
        #expect(isPrefix)
        #expect(read.securityStore.material == material.union(later))
        #expect(read.securityStore.validationInformation.count == 2)
        #expect(read.signatures.map(\.coverage) == [.entire, .entire])
    }

    @Test("renewals go on: store, stamp, store, stamp")
    func renews() throws {
        var bytes = try SampleForm.longTerm()
        for _ in 0..<3 {
            let prepared = try prepareDocumentTimestamp(
                pdf: bytes, timestampRoom: timestampRoom(for: [pki.tsa.certificate]))
            let stamped = try prepared.stamped(with: pki.timestamp(over: prepared.imprint))
            let isPrefix = stamped.starts(with: bytes)
            #expect(isPrefix)
            bytes = try addingValidationMaterial(
                pki.material(for: [pki.tsa], at: SampleForm.later), to: stamped)
        }
        let found = try signatures(in: bytes).signatures

        #expect(found.count == 4)
        #expect(found.allSatisfy { $0.coverage == .entire && !$0.modifiedAfterSigning })
    }

    @Test("files with cross-reference streams grow by streams")
    func followsStreams() throws {
        let plain = try PDFFile(SampleForm.unsigned)
        guard let packed = Self.packed(plain) else { return }
        let signed = try SampleForm.signed(packed)
        let digest = DigestAlgorithm.sha256.digest(signed.signatureValue)
        let stamped = try signed.adding(timestamp: pki.timestamp(over: digest))
        let bytes = try stamped.addingValidationMaterial(pki.material())
        let read = try signatures(in: bytes)

        let kinds = Set(read.file.revisions.map(\.usesStream))
        #expect(kinds == [true])
        #expect(read.signatures[0].check(by: pki.signer.certificate) == .valid)
        #expect(read.signatures[0].coverageFaults == [])
    }

    /// The objects of a file in one object stream, with a cross-reference stream.
    static func packed(_ file: PDFFile) -> [UInt8]? {
        let view = file.current
        var head = ObjectWriter()
        var body = ObjectWriter()
        var writer = ObjectWriter()
        writer.write("%PDF-1.7\n")
        var offsets: [Int: Int] = [:]
        var contained: [Int] = []
        for number in view.objectNumbers {
            guard let object = try? view.object(number: number).1 else { return nil }
            if case .stream = object {
                offsets[number] = writer.bytes.count
                writer.write(object, as: ObjectReference(number: number))
            } else {
                head.write(integer: number)
                head.write(" ")
                head.write(integer: body.bytes.count)
                head.write(" ")
                body.write(object)
                body.write(" ")
                contained.append(number)
            }
        }
        let container = (view.objectNumbers.last ?? 0) + 1
        offsets[container] = writer.bytes.count
        let stream = PDFStream(
            [
                "Type": .name("ObjStm"), "N": .integer(contained.count),
                "First": .integer(head.bytes.count),
            ], data: head.bytes + body.bytes)
        writer.write(.stream(stream), as: ObjectReference(number: container))
        let start = writer.bytes.count
        offsets[container + 1] = start
        var data: [UInt8] = []
        for number in 0..<container + 2 {
            let index = contained.firstIndex(of: number)
            let place = index ?? offsets[number] ?? 0
            let type: UInt8 = index != nil ? 2 : offsets[number] != nil ? 1 : 0
            let fields = index != nil ? (container, place) : (place, 0)
            data.append(type)
            for shift in [24, 16, 8, 0] {
                data.append(UInt8(truncatingIfNeeded: fields.0 >> shift))
            }
            for shift in [8, 0] { data.append(UInt8(truncatingIfNeeded: fields.1 >> shift)) }
        }
        var trailer: PDFDictionary = [
            "Type": .name("XRef"), "Size": .integer(container + 2),
            "W": .array([.integer(1), .integer(4), .integer(2)]),
        ]
        for key in ["Root", "Info", "ID"] { trailer[key] = file.current.trailer[key] }
        writer.write(
            .stream(PDFStream(trailer, data: data)), as: ObjectReference(number: container + 1))
        writer.write("startxref\n")
        writer.write(integer: start)
        writer.write("\n%%EOF\n")
        return writer.bytes
    }

    @Test("PDF 2.0 needs no extension for its store")
    func leavesVersion2() throws {
        let text = String(decoding: ForeignFileTests.file(page: ""), as: UTF8.self)
        let new = Array(text.replacing("%PDF-1.4", with: "%PDF-2.0").utf8)
        func extensions(_ bytes: [UInt8]) throws -> PDFObject? {
            try PDFFile(addingValidationMaterial(pki.material(), to: bytes)).current
                .catalog()["Extensions"]
        }
        #expect(try extensions(new) == nil)
        #expect(try extensions(Array(text.utf8)) != nil)
    }

    @Test("whoever signs in a field with a lock, locks")
    func writesLock() throws {
        let signature = try onlySignature(in: Victim.bytes(lock: "<</Action /All>>"))

        #expect(signature.fieldLocks.map(\.action) == [.all, .all])
    }

    @Test("a certification that is not announced is read as one that is not")
    func readsAnnouncement() throws {
        #expect(try onlySignature(in: Victim.bytes(.p2)).isAnnouncedCertification)
        #expect(try !onlySignature(in: Victim.bytes()).isAnnouncedCertification)
    }
}
