// SPDX-License-Identifier: Apache-2.0
import Crypto
@testable import PDF
import Testing

/// Output is compared with hashes of files that were looked at; streams are left uncompressed,
/// since zlib's bytes may differ between systems.
@Suite(
    "Golden files", .enabled(if: SystemFonts.arePinned, "other versions of the fonts are installed")
)
struct GoldenTests {
    @Test(
        "stay as they are",
        arguments: [
            (12, "6699ffa13ab54e93a6097a1d5aedabe345238181a38d65b324b0513f7de97e22"),
            (60, "ea6528ffbe5a179563448aac486356de6243115082e3c18ba3d3810d450e138a"),
        ])
    func stays(rows: Int, hash: String) throws {
        let bytes = try draw(
            SamplePage.make(rows: rows), fonts: SystemFonts.set, isCompressing: false)

        #expect(SHA256.hash(data: bytes).hexadecimal == hash)
    }

    @Test("the colour profile stays as it is")
    func profileStays() {
        #expect(SRGBProfile.bytes.count == 480)
        #expect(
            SHA256.hash(data: SRGBProfile.bytes).hexadecimal
                == "c755462bdf648d417c8618b5c4bb6b5a5d16c7857df6dbde89e635ce57588381")
    }
}

extension SystemFonts {
    /// Liberation 2.1.5 and DejaVu 2.37.
    static let pins = [
        "8d91388f1d3604b3b8ae0e3ee2d140e50cd6122f9214514f4aca772540a4076d",
        "ba0e0dc3f7aca5b0afbc31e800531ee43be3aa79ae35b2ef1f6470a9547765c4",
        "abdc775b21b1bc470d50c97e790d276f2054b7504e56e5bd3e64f48d68582322",
        "0d977336a6d5fba34eab8e3199eb218327161b5143749f802982c2bc34df0c96",
    ]

    static var arePinned: Bool {
        [set.regular, set.bold, set.fallbackRegular, set.fallbackBold].map(\.sha256) == pins
    }
}
