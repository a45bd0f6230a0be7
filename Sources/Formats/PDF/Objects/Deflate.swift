// SPDX-License-Identifier: Apache-2.0
import CZlib

/// The Flate filter (ISO 32000-1, 7.4.4), the only place that knows zlib.
package enum Deflate {
    package enum Failure: Error, Hashable {
        /// The data is no zlib stream, or is cut short.
        case malformed
        /// The data expands beyond the limit.
        case tooLarge
    }

    /// Compresses at level 6.
    package static func compress(_ data: [UInt8]) -> [UInt8] {
        var size = compressBound(uLong(data.count))
        var output = [UInt8](repeating: 0, count: Int(size))
        let status = data.withUnsafeBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                compress2(target.baseAddress, &size, source.baseAddress, uLong(source.count), 6)
            }
        }
        // compressBound gave the room, so only lack of memory is left, which nothing survives.
        precondition(status == Z_OK, "zlib is out of memory")
        output.removeLast(output.count - Int(size))
        return output
    }

    /// Expands at most `limit` bytes; what follows the end of the zlib stream is ignored.
    package static func expand(
        _ data: ArraySlice<UInt8>, limit: Int
    ) throws(Failure) -> [UInt8] {
        var stream = z_stream()
        guard ec_inflateInit(&stream) == Z_OK else { throw .malformed }
        defer { inflateEnd(&stream) }
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(max(4 * data.count, 4_096), 1 << 16))
        var input = Array(data)
        let end = input.withUnsafeMutableBufferPointer { source -> Result<Void, Failure> in
            stream.next_in = source.baseAddress
            stream.avail_in = uInt(source.count)
            while true {
                let (status, count) = chunk.withUnsafeMutableBufferPointer { target in
                    stream.next_out = target.baseAddress
                    stream.avail_out = uInt(target.count)
                    let status = inflate(&stream, Z_NO_FLUSH)
                    return (status, target.count - Int(stream.avail_out))
                }
                guard output.count + count <= limit else { return .failure(.tooLarge) }
                output.append(contentsOf: chunk[..<count])
                if status == Z_STREAM_END { return .success(()) }
                guard status == Z_OK, count > 0 || stream.avail_in > 0 else {
                    return .failure(.malformed)
                }
            }
        }
        try end.get()
        return output
    }
}
