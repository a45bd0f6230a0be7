// SPDX-License-Identifier: Apache-2.0

/// The sponge of FIPS 202: SHA3-224 to SHA3-512, and SHAKE256 for Ed448.
struct Keccak: OwnDigestFunction {
    private var state = [UInt64](repeating: 0, count: 25)
    private var buffer: BlockBuffer
    private let rateInBytes: Int
    private let suffix: UInt8
    private let sizeInBytes: Int

    /// SHA-3 with this output (FIPS 202, 6.1).
    init(sha3SizeInBytes size: Int) {
        self.init(rateInBytes: 200 - 2 * size, suffix: 0x06, sizeInBytes: size)
    }

    /// SHAKE256 with this much output (FIPS 202, 6.2).
    init(shake256SizeInBytes size: Int) {
        self.init(rateInBytes: 136, suffix: 0x1F, sizeInBytes: size)
    }

    private init(rateInBytes: Int, suffix: UInt8, sizeInBytes: Int) {
        self.rateInBytes = rateInBytes
        self.suffix = suffix
        self.sizeInBytes = sizeInBytes
        buffer = BlockBuffer(sizeInBytes: rateInBytes)
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var state = state
        buffer.update(bytes) { Self.absorb($0, into: &state) }
        self.state = state
    }

    func finished() -> [UInt8] {
        var state = state
        var last = buffer.pending + [suffix]
        last += [UInt8](repeating: 0, count: rateInBytes - last.count)
        last[rateInBytes - 1] |= 0x80
        last.withUnsafeBytes { Self.absorb($0, into: &state) }
        var output: [UInt8] = []
        while output.count < sizeInBytes {
            if !output.isEmpty { Self.permute(&state) }
            for lane in state.prefix(rateInBytes / 8) {
                withUnsafeBytes(of: lane.littleEndian) { output.append(contentsOf: $0) }
            }
        }
        return Array(output.prefix(sizeInBytes))
    }

    private static func absorb(_ block: UnsafeRawBufferPointer, into state: inout [UInt64]) {
        for lane in 0..<block.count / 8 {
            state[lane] ^= UInt64(
                littleEndian: block.loadUnaligned(fromByteOffset: lane * 8, as: UInt64.self))
        }
        permute(&state)
    }

    /// Keccak-f[1600] (FIPS 202, 3.3): theta, rho and pi, chi, iota.
    private static func permute(_ state: inout [UInt64]) {
        var columns = [UInt64](repeating: 0, count: 5)
        for constant in roundConstants {
            for x in 0..<5 {
                columns[x] =
                    state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20]
            }
            for x in 0..<5 {
                let mixed = columns[(x + 4) % 5] ^ rotated(columns[(x + 1) % 5], 1)
                for y in stride(from: 0, to: 25, by: 5) { state[x + y] ^= mixed }
            }
            var moving = state[1]
            for (offset, lane) in zip(offsets, lanes) {
                let next = state[lane]
                state[lane] = rotated(moving, offset)
                moving = next
            }
            for y in stride(from: 0, to: 25, by: 5) {
                for x in 0..<5 { columns[x] = state[y + x] }
                for x in 0..<5 {
                    state[y + x] = columns[x] ^ (~columns[(x + 1) % 5] & columns[(x + 2) % 5])
                }
            }
            state[0] ^= constant
        }
    }

    private static func rotated(_ lane: UInt64, _ count: UInt64) -> UInt64 {
        lane << count | lane >> (64 - count)
    }

    private static let offsets: [UInt64] = [
        1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44,
    ]
    private static let lanes = [
        10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1,
    ]
    private static let roundConstants: [UInt64] = [
        0x0000_0000_0000_0001, 0x0000_0000_0000_8082, 0x8000_0000_0000_808A,
        0x8000_0000_8000_8000, 0x0000_0000_0000_808B, 0x0000_0000_8000_0001,
        0x8000_0000_8000_8081, 0x8000_0000_0000_8009, 0x0000_0000_0000_008A,
        0x0000_0000_0000_0088, 0x0000_0000_8000_8009, 0x0000_0000_8000_000A,
        0x0000_0000_8000_808B, 0x8000_0000_0000_008B, 0x8000_0000_0000_8089,
        0x8000_0000_0000_8003, 0x8000_0000_0000_8002, 0x8000_0000_0000_0080,
        0x0000_0000_0000_800A, 0x8000_0000_8000_000A, 0x8000_0000_8000_8081,
        0x8000_0000_0000_8080, 0x0000_0000_8000_0001, 0x8000_0000_8000_8008,
    ]
}
