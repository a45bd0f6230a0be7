// SPDX-License-Identifier: Apache-2.0

/// Decompresses zlib streams (RFC 1950, RFC 1951) without the library the product uses.
struct Inflate {
    private let input: [UInt8]
    private var position = 2
    private var bits: UInt32 = 0
    private var bitCount = 0
    private var output: [UInt8] = []

    /// `nil` when the data is damaged.
    static func data(from input: [UInt8]) -> [UInt8]? {
        guard input.count > 6, input[0] & 15 == 8 else { return nil }
        var inflate = Inflate(input: input)
        return inflate.run()
    }

    private init(input: [UInt8]) { self.input = input }

    private mutating func run() -> [UInt8]? {
        var isLast = false
        while !isLast {
            guard let last = take(1), let type = take(2) else { return nil }
            isLast = last == 1
            let succeeded =
                switch type {
                case 0: stored()
                case 1: compressed(.fixedLiterals, .fixedDistances)
                case 2: dynamic()
                default: false
                }
            guard succeeded else { return nil }
        }
        return output
    }

    private mutating func take(_ count: Int) -> Int? {
        while bitCount < count {
            guard position < input.count else { return nil }
            bits |= UInt32(input[position]) << UInt32(bitCount)
            position += 1
            bitCount += 8
        }
        let value = Int(bits & ((1 << UInt32(count)) - 1))
        bits >>= UInt32(count)
        bitCount -= count
        return value
    }

    private mutating func stored() -> Bool {
        bits = 0
        bitCount = 0
        guard position + 4 <= input.count else { return false }
        let length = Int(input[position]) | Int(input[position + 1]) << 8
        position += 4
        guard position + length <= input.count else { return false }
        output += input[position..<position + length]
        position += length
        return true
    }

    /// Codes by length and value, after RFC 1951, 3.2.2.
    private struct Codes {
        var counts = [Int](repeating: 0, count: 16)
        var symbols: [Int] = []

        init(_ lengths: [Int]) {
            for length in 1...15 {
                for (symbol, own) in lengths.enumerated() where own == length {
                    counts[length] += 1
                    symbols.append(symbol)
                }
            }
        }

        static let fixedLiterals = Codes(
            [Int](repeating: 8, count: 144) + [Int](repeating: 9, count: 112)
                + [Int](repeating: 7, count: 24) + [Int](repeating: 8, count: 8))
        static let fixedDistances = Codes([Int](repeating: 5, count: 30))
    }

    private mutating func symbol(_ codes: Codes) -> Int? {
        var code = 0
        var first = 0
        var index = 0
        for length in 1...15 {
            guard let bit = take(1) else { return nil }
            code |= bit
            let count = codes.counts[length]
            if code - count < first { return codes.symbols[index + code - first] }
            index += count
            first = (first + count) << 1
            code <<= 1
        }
        return nil
    }

    private static let lengthBases = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115,
        131,
        163, 195, 227, 258,
    ]
    private static let lengthBits = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let distanceBases = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537,
        2049,
        3073, 4097, 6145, 8193, 12289, 16385, 24577,
    ]

    private mutating func compressed(_ literals: Codes, _ distances: Codes) -> Bool {
        while let literal = symbol(literals) {
            if literal == 256 { return true }
            if literal < 256 {
                output.append(UInt8(literal))
                continue
            }
            guard literal - 257 < 29, let extra = take(Self.lengthBits[literal - 257]),
                let code = symbol(distances), code < 30, let far = take(code < 2 ? 0 : code / 2 - 1)
            else { return false }
            let distance = Self.distanceBases[code] + far
            guard distance <= output.count else { return false }
            for _ in 0..<Self.lengthBases[literal - 257] + extra {
                output.append(output[output.count - distance])
            }
        }
        return false
    }

    private mutating func dynamic() -> Bool {
        guard let literals = take(5), let distances = take(5), let count = take(4) else {
            return false
        }
        let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
        var lengths = [Int](repeating: 0, count: 19)
        for place in order.prefix(count + 4) {
            guard let length = take(3) else { return false }
            lengths[place] = length
        }
        let codes = Codes(lengths)
        let total = literals + 257 + distances + 1
        lengths = []
        while lengths.count < total {
            guard let symbol = symbol(codes) else { return false }
            switch symbol {
            case 16:
                guard let last = lengths.last, let times = take(2) else { return false }
                lengths += [Int](repeating: last, count: times + 3)
            case 17, 18:
                guard let times = take(symbol == 17 ? 3 : 7) else { return false }
                lengths += [Int](repeating: 0, count: times + (symbol == 17 ? 3 : 11))
            default: lengths.append(symbol)
            }
        }
        guard lengths.count == total else { return false }
        return compressed(
            Codes(Array(lengths.prefix(literals + 257))),
            Codes(Array(lengths.suffix(distances + 1))))
    }
}
