// SPDX-License-Identifier: Apache-2.0
import PAdES
import PDF
import TestSupport
import Testing
import Trust

@Suite("Signatures in files that are not as they should be")
struct DamagedFileTests {
    private let signer = SampleForm.pki.signer.certificate

    @Test("an object behind the last revision is seen, listed or not")
    func findsUnlistedBytes() throws {
        let bytes = try Victim.bytes()
        let added = bytes + Array("6 0 obj\n<</Length 1>>\nstream\nX\nendstream\nendobj\n".utf8)

        let signature = try onlySignature(in: added)

        #expect(signature.coverageFaults == [.unlistedBytes(offset: bytes.count)])
        #expect(signature.check(by: signer) == .valid)
        #expect(try onlySignature(in: bytes + [0x0A, 0x0A]).coverage == .entire)
    }

    @Test("an object between two revisions is seen too")
    func findsUnlistedBetween() throws {
        let bytes = try Victim.bytes() + Array("6 0 obj\n(x)\nendobj\n".utf8)
        let file = try PDFFile(bytes)
        var update = IncrementalUpdate(of: file)
        _ = update.add(.null)

        #expect(try onlySignature(in: update.finish().bytes).coverage == .partial)
    }

    @Test("a lost cross reference leaves the signature readable, never entire")
    func rebuilds() throws {
        let bytes = try Victim.bytes()
        let place = try #require(bytes.positions(of: Array("startxref".utf8)).last)
        var changed = bytes
        changed.replaceSubrange(place..<place + 9, with: "startxxxx".utf8)
        changed += Array("\nstartxref\n7\n%%EOF\n".utf8)
        let found = try signatures(in: changed)

        #expect(found.irregularities == [.rebuilt(.missingCrossReference)])
        let signature = try #require(found.signatures.first)
        #expect(signature.fields == ["sig"])
        #expect(signature.coverageFaults.contains(.unreliableFile))
        #expect(signature.digest(.sha256) != nil)
    }

    @Test("bytes before the header are named")
    func findsLeadingBytes() throws {
        let found = try signatures(in: Array("#!/bin/sh\n".utf8) + Victim.bytes())

        #expect(found.irregularities == [.leadingBytes(10)])
        #expect(found.signatures.count == 1)
        #expect(found.signatures[0].coverage == .partial)
    }

    @Test("an encrypted file is named, its signatures are still counted")
    func readsEncrypted() throws {
        var changed = try Victim.bytes()
        let place = try #require(changed.positions(of: Array("/Root 1 0 R".utf8)).last)
        changed.insert(contentsOf: "/Encrypt <</Filter /Standard>> ".utf8, at: place)
        let bytes = changed
        let found = try signatures(in: bytes)

        #expect(found.irregularities == [.encrypted(handler: "Standard")])
        #expect(found.signatures.count == 1)
        #expect(found.signatures[0].coverageFaults.contains(.unreliableFile))
        #expect(throws: SigningError.unreadable(.encrypted)) {
            try SampleForm.prepared(bytes, field: nil)
        }
    }

    @Test("a signature taken out of the form is reported all the same")
    func findsRemovedSignature() throws {
        let signature = try Victim.attacked { update, view in
            update.set(
                Victim.reference(4), try Victim.object(4, in: view) { $0["V"] = nil })
        }

        #expect(signature.standing == .withoutField)
        #expect(signature.modifiedAfterSigning)
        #expect(signature.check(by: signer) == .valid)
    }

    @Test("a signature whose object is overridden is reported beside the new one")
    func findsOverriddenSignature() throws {
        let file = try PDFFile(Victim.bytes())
        let signed = try #require(try signatures(in: file.bytes).signatures.first?.reference)
        var update = IncrementalUpdate(of: file)
        update.set(
            signed,
            .dictionary([
                "Type": .name("Sig"), "SubFilter": .name("adbe.pkcs7.detached"),
                "ByteRange": .array([]), "Contents": .string([0]),
            ]))
        let found = try signatures(in: update.finish().bytes).signatures

        #expect(found.map(\.standing) == [.overridden, .inField])
        #expect(found[0].modifiedAfterSigning)
        #expect(found[1].byteRange.faults.contains(.notFourNumbers))
    }

    @Test("a signature in bytes that nothing lists is reported")
    func findsUnlistedSignature() throws {
        let bytes = try Victim.bytes()
        let hidden =
            "99 0 obj\n<</Type /Sig /SubFilter /x /ByteRange [0 1 2 3] /Contents <00>>>\nendobj\n"
        let found = try signatures(in: bytes + Array(hidden.utf8)).signatures

        #expect(found.map(\.standing) == [.inField, .unlisted])
    }

    @Test("usage rights of a reader program are no signature of the document")
    func countsUsageRights() throws {
        let file = try PDFFile(Victim.bytes())
        var update = IncrementalUpdate(of: file)
        _ = update.add(
            .dictionary([
                "Type": .name("Sig"), "SubFilter": .name("adbe.pkcs7.detached"),
                "ByteRange": .array([]), "Contents": .string([0]),
                "Reference": .array([.dictionary(["TransformMethod": .name("UR3")])]),
            ]))
        let found = try signatures(in: update.finish().bytes)

        #expect(found.usageRights == 1)
        #expect(found.signatures.count == 1)
    }

    @Test("a stream of the signed revision that ends behind it is not covered")
    func findsObjectBeyondRange() throws {
        let bytes = try Victim.bytes()
        let place = try #require(bytes.positions(of: Array("/Length 11 0 R".utf8)).first)
        let end = bytes.count
        var changed = bytes
        // The content of the page swallows everything up to a new end behind the file.
        let start = try #require(bytes.positions(of: Array("stream\nq Q".utf8)).first) + 7
        changed.replaceSubrange(place..<place + 14, with: "/Length \(end - start)".padded(to: 14))
        changed += Array("\nendstream\nendobj\n".utf8)

        let signature = try #require(try signatures(in: changed).signatures.first)

        #expect(signature.coverageFaults.contains(.objectBeyondRange))
    }

    @Test("claims of the dictionary are read as claims")
    func readsClaims() throws {
        let file = try PDFFile(Victim.bytes())
        var update = IncrementalUpdate(of: file)
        let signed = try #require(try signatures(in: file.bytes).signatures.first?.reference)
        var dictionary = try #require(try file.current.object(signed).dictionaryValue)
        dictionary["Reason"] = .text("Accord")
        dictionary["Location"] = .text("Luxembourg")
        update.set(signed, .dictionary(dictionary))
        let found = try signatures(in: update.finish().bytes).signatures

        #expect(found.last?.claims.reason == "Accord")
        #expect(found.last?.claims.location == "Luxembourg")
        #expect(found.last?.claims.signingTime == TestPKI.clock)
    }
}

extension String {
    fileprivate func padded(to count: Int) -> [UInt8] {
        Array((self + String(repeating: " ", count: max(0, count - utf8.count))).utf8)
    }
}
