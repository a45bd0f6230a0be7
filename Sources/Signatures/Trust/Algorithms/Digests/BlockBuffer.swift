// SPDX-License-Identifier: Apache-2.0

/// Cuts what a digest function is given into its blocks.
struct BlockBuffer: Sendable {
    private(set) var totalInBytes: UInt64 = 0
    private(set) var pending: [UInt8] = []
    private let size: Int

    init(sizeInBytes size: Int) {
        self.size = size
        pending.reserveCapacity(size)
    }

    /// Calls `compress` with each block that is complete; the rest waits.
    mutating func update(
        _ bytes: UnsafeRawBufferPointer, _ compress: (UnsafeRawBufferPointer) -> Void
    ) {
        totalInBytes &+= UInt64(bytes.count)
        var rest = bytes[...]
        if !pending.isEmpty {
            let taken = rest.prefix(size - pending.count)
            pending.append(contentsOf: taken)
            rest = rest.dropFirst(taken.count)
            guard pending.count == size else { return }
            pending.withUnsafeBytes(compress)
            pending.removeAll(keepingCapacity: true)
        }
        while rest.count >= size {
            compress(UnsafeRawBufferPointer(rebasing: rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        pending.append(contentsOf: rest)
    }

    /// What is left, padded as the MD4 family does: 0x80, zeros, and the length in bits.
    private func padded(bigEndianLength: Bool) -> [UInt8] {
        var last = pending + [0x80]
        while last.count % size != size - 8 { last.append(0) }
        let bits = totalInBytes &* 8
        let ordered = bigEndianLength ? bits.bigEndian : bits.littleEndian
        return last + withUnsafeBytes(of: ordered) { Array($0) }
    }

    /// Calls `compress` with the last blocks.
    func finish(bigEndianLength: Bool, _ compress: (UnsafeRawBufferPointer) -> Void) {
        padded(bigEndianLength: bigEndianLength).withUnsafeBytes { bytes in
            for start in stride(from: 0, to: bytes.count, by: size) {
                compress(UnsafeRawBufferPointer(rebasing: bytes[start..<start + size]))
            }
        }
    }
}
