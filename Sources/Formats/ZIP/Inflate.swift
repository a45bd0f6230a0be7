// SPDX-License-Identifier: Apache-2.0
import CZlib

/// Raw DEFLATE (RFC 1951) and the checksum of ZIP.
enum Inflate {
    /// Expands to exactly `size` bytes at most one more than which is ever written.
    static func expand(_ data: ArraySlice<UInt8>, size: Int) throws(ZIPError) -> [UInt8] {
        var stream = z_stream()
        guard ec_inflateInitRaw(&stream) == Z_OK else { throw .damaged }
        defer { inflateEnd(&stream) }
        var input = Array(data)
        var output = [UInt8](repeating: 0, count: size + 1)
        let (status, count) = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = uInt(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = uInt(target.count)
                let status = inflate(&stream, Z_FINISH)
                return (status, target.count - Int(stream.avail_out))
            }
        }
        guard status == Z_STREAM_END, count == size, stream.avail_in == 0 else { throw .damaged }
        output.removeLast()
        return output
    }

    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        UInt32(
            truncatingIfNeeded: bytes.withUnsafeBufferPointer {
                crc32(0, $0.baseAddress, uInt($0.count))
            })
    }
}
