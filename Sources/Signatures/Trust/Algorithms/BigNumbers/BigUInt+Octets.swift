// SPDX-License-Identifier: Apache-2.0

import BigInt

extension BigUInt {
    /// A number from its octets, the most significant first (RFC 8017, 4.2).
    init(octets: some Collection<UInt8>) {
        var words: [UInt] = []
        var (word, shift): (UInt, UInt) = (0, 0)
        for octet in octets.reversed() {
            word |= UInt(octet) << shift
            shift += 8
            guard shift == UInt.bitWidth else { continue }
            words.append(word)
            (word, shift) = (0, 0)
        }
        if shift > 0 { words.append(word) }
        self.init(words: words)
    }

    /// The number as exactly `count` octets (RFC 8017, 4.1); nil when it does not fit.
    func octets(count: Int) -> [UInt8]? {
        var octets: [UInt8] = []
        for word in words {
            for shift in stride(from: UInt(0), to: UInt(UInt.bitWidth), by: 8) {
                octets.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        while octets.last == 0 { octets.removeLast() }
        guard octets.count <= count else { return nil }
        return [UInt8](repeating: 0, count: count - octets.count) + octets.reversed()
    }
}
