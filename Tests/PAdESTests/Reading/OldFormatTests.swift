// SPDX-License-Identifier: Apache-2.0
import PAdES
import PDF
import TestSupport
import Testing
import Trust

@Suite("Signature formats before PAdES")
struct OldFormatTests {
    private let signer = SampleForm.pki.rsaSigner

    /// A file with a signature of the SubFilter, its contents made from the bytes covered.
    private func file(
        _ subFilter: String, more: String = "", contents: ([UInt8]) throws -> [UInt8]
    ) throws -> [UInt8] {
        let room = 4_096
        let zeros = String(repeating: "0", count: 2 * room)
        let blank = "[0 0000000000 0000000000 0000000000]"
        var bytes = ForeignFileTests.file(
            page: "", catalog: "/AcroForm <</Fields [4 0 R]>>",
            more: [
                "<</FT /Sig /T (a) /V 5 0 R>>",
                "<</Type /Sig /Filter /x /SubFilter /\(subFilter) \(more)/ByteRange \(blank) /Contents <\(zeros)>>>",
            ])
        let start = try #require(bytes.positions(of: Array("/Contents <0".utf8)).first) + 10
        let end = start + 2 * room + 2
        let place = try #require(bytes.positions(of: Array(blank.utf8)).first)
        func ten(_ number: Int) -> String { String("\(10_000_000_000 + number)".dropFirst()) }
        let range = "[0 \(ten(start)) \(ten(end)) \(ten(bytes.count - end))]"
        bytes.replaceSubrange(place..<place + range.utf8.count, with: range.utf8)
        let value = try contents(Array(bytes[..<start] + bytes[end...]))
        let digits = Self.hexadecimal(value).utf8
        bytes.replaceSubrange(start + 1..<start + 1 + digits.count, with: digits)
        return bytes
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.utf8.count == 1 ? "0" + digits : digits
        }.joined()
    }

    @Test(
        "a bare RSA signature with its certificate beside it is checked", arguments: [true, false])
    func checksRawSignature(isTrue: Bool) throws {
        let certificate = signer.certificate
        let entry = "/Cert <\(Self.hexadecimal(certificate.der))> "
        let bytes = try file("adbe.x509.rsa_sha1", more: entry) { covered in
            let value = try signer.key.signSHA1(isTrue ? covered : [0])
            let size = [UInt8(value.count >> 8), UInt8(value.count & 0xFF)]
            return [0x04, 0x82] + size + value
        }
        let signature = try #require(try signatures(in: bytes).signatures.first)

        #expect(signature.certificates == [certificate])
        #expect(signature.byteRange.faults == [])
        #expect(signature.formatError == nil)
        #expect(signature.check(by: certificate) == (isTrue ? .valid : .invalidSignature))
    }

    @Test("a SubFilter nobody knows is named")
    func namesUnknown() throws {
        let bytes = try file("X.unknown") { _ in [0x30, 0x00] }
        let signature = try #require(try signatures(in: bytes).signatures.first)

        #expect(signature.subFilter == "X.unknown")
        #expect(signature.signedData == nil)
        #expect(signature.formatError != nil)
    }
}
