// SPDX-License-Identifier: Apache-2.0
import PAdES
import PDF
import TestSupport
import Testing
import Trust

@Suite("Hostile signed files")
struct HostileSignatureTests {
    @Test("damaged in any way never bring the reader down, nor pass as whole", arguments: 0..<8)
    func survivesDamage(seed: Int) throws {
        let original = try SampleForm.archived()
        let signer = SampleForm.pki.signer.certificate
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        for _ in 0..<25 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let place = Int(state >> 33) % original.count
            var damaged = original
            switch state >> 20 & 3 {
            case 0: damaged.remove(at: place)
            case 1: damaged.insert(UInt8(ascii: "9"), at: place)
            default: damaged[place] = UInt8(truncatingIfNeeded: state >> 24)
            }
            guard damaged != original, let read = try? signatures(in: damaged) else { continue }
            guard let signature = read.signatures.first(where: { $0.kind == .signature }) else {
                continue
            }
            // A good first signature over a changed file means that the change lies behind it.
            guard signature.check(by: signer) == .valid, signature.byteRange.faults == [] else {
                continue
            }
            let end = signature.byteRange.numbers[2] + signature.byteRange.numbers[3]
            let gap = signature.byteRange.numbers[1]..<signature.byteRange.numbers[2]
            #expect(damaged[..<gap.lowerBound] == original[..<gap.lowerBound])
            #expect(damaged[gap.upperBound..<end] == original[gap.upperBound..<end])
        }
    }
}
