// SPDX-License-Identifier: Apache-2.0

/// RIPEMD-160 (ISO/IEC 10118-3), met in old XML signatures.
struct RIPEMD160: OwnDigestFunction {
    private var buffer = BlockBuffer(sizeInBytes: 64)
    private var state: [UInt32] = [
        0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0,
    ]

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var state = state
        buffer.update(bytes) { Self.compress($0, into: &state) }
        self.state = state
    }

    func finished() -> [UInt8] {
        var state = state
        buffer.finish(bigEndianLength: false) { Self.compress($0, into: &state) }
        return state.flatMap { withUnsafeBytes(of: $0.littleEndian) { Array($0) } }
    }

    /// One of the two lines: the order of words, the rotations, the constants and the functions.
    private struct Line {
        let words: [Int]
        let rotations: [UInt32]
        let constants: [UInt32]
        let isReversed: Bool
    }

    private static func compress(_ block: UnsafeRawBufferPointer, into state: inout [UInt32]) {
        let words = (0..<16).map {
            UInt32(littleEndian: block.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self))
        }
        let (l, r) = (run(left, words, state), run(right, words, state))
        state = [
            state[1] &+ l[2] &+ r[3], state[2] &+ l[3] &+ r[4], state[3] &+ l[4] &+ r[0],
            state[4] &+ l[0] &+ r[1], state[0] &+ l[1] &+ r[2],
        ]
    }

    private static func run(_ line: Line, _ words: [UInt32], _ state: [UInt32]) -> [UInt32] {
        var s = state
        for step in 0..<80 {
            let round = step / 16
            let mixed = function(line.isReversed ? 4 - round : round, s[1], s[2], s[3])
            let sum = s[0] &+ mixed &+ words[line.words[step]] &+ line.constants[round]
            let next = rotated(sum, line.rotations[step]) &+ s[4]
            s = [s[4], next, s[1], rotated(s[2], 10), s[3]]
        }
        return s
    }

    private static func function(_ round: Int, _ x: UInt32, _ y: UInt32, _ z: UInt32) -> UInt32 {
        switch round {
        case 0: x ^ y ^ z
        case 1: (x & y) | (~x & z)
        case 2: (x | ~y) ^ z
        case 3: (x & z) | (y & ~z)
        default: x ^ (y | ~z)
        }
    }

    private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
        word << count | word >> (32 - count)
    }

    private static let left = Line(
        words: [
            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
            7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8,
            3, 10, 14, 4, 9, 15, 8, 1, 2, 7, 0, 6, 13, 11, 5, 12,
            1, 9, 11, 10, 0, 8, 12, 4, 13, 3, 7, 15, 14, 5, 6, 2,
            4, 0, 5, 9, 7, 12, 2, 10, 14, 1, 3, 8, 11, 6, 15, 13,
        ],
        rotations: [
            11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8,
            7, 6, 8, 13, 11, 9, 7, 15, 7, 12, 15, 9, 11, 7, 13, 12,
            11, 13, 6, 7, 14, 9, 13, 15, 14, 8, 13, 6, 5, 12, 7, 5,
            11, 12, 14, 15, 14, 15, 9, 8, 9, 14, 5, 6, 8, 6, 5, 12,
            9, 15, 5, 11, 6, 8, 13, 12, 5, 12, 13, 14, 11, 8, 5, 6,
        ],
        constants: [0, 0x5A82_7999, 0x6ED9_EBA1, 0x8F1B_BCDC, 0xA953_FD4E], isReversed: false)

    private static let right = Line(
        words: [
            5, 14, 7, 0, 9, 2, 11, 4, 13, 6, 15, 8, 1, 10, 3, 12,
            6, 11, 3, 7, 0, 13, 5, 10, 14, 15, 8, 12, 4, 9, 1, 2,
            15, 5, 1, 3, 7, 14, 6, 9, 11, 8, 12, 2, 10, 0, 4, 13,
            8, 6, 4, 1, 3, 11, 15, 0, 5, 12, 2, 13, 9, 7, 10, 14,
            12, 15, 10, 4, 1, 5, 8, 7, 6, 2, 13, 14, 0, 3, 9, 11,
        ],
        rotations: [
            8, 9, 9, 11, 13, 15, 15, 5, 7, 7, 8, 11, 14, 14, 12, 6,
            9, 13, 15, 7, 12, 8, 9, 11, 7, 7, 12, 7, 6, 15, 13, 11,
            9, 7, 15, 11, 8, 6, 6, 14, 12, 13, 5, 14, 13, 13, 7, 5,
            15, 5, 8, 11, 14, 14, 6, 14, 6, 9, 12, 9, 12, 5, 15, 8,
            8, 5, 12, 9, 12, 5, 14, 6, 8, 13, 6, 5, 15, 13, 11, 11,
        ],
        constants: [0x50A2_8BE6, 0x5C4D_D124, 0x6D70_3EF3, 0x7A6D_76E9, 0], isReversed: true)
}
