// SPDX-License-Identifier: Apache-2.0

package import JSON

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Messages over a stream socket: the length of the JSON text and of the secret beside it, four
/// octets each, then both.
///
/// The secret travels apart so that it never becomes text (KC-12).
package struct TokenChannel: Sendable {
    /// Why no message came or went.
    package enum Failure: Error, Hashable {
        case closed
        case timedOut
        /// More than a message may have, or no JSON.
        case malformed
    }

    package let file: Int32

    package init(file: Int32) { self.file = file }

    /// - Parameter deadline: `nil` waits for ever.
    package func send(
        _ json: JSONValue, secret: SecretBytes? = nil, by deadline: ContinuousClock.Instant? = nil
    ) throws(Failure) {
        let text = json.serialized()
        let message = Self.octets(text.count) + Self.octets(secret?.count ?? 0) + text
        let sent = message.withUnsafeBytes { bytes in
            Result { () throws(Failure) in try send(bytes, deadline) }
        }
        try sent.get()
        try secret?.withBytes { bytes throws(Failure) in try send(bytes, deadline) }
    }

    package func receive(
        by deadline: ContinuousClock.Instant? = nil
    ) throws(Failure) -> (json: JSONReader, secret: SecretBytes?) {
        let lengths = try receive(8, deadline)
        let size = lengths[..<4].reduce(0) { $0 << 8 | Int($1) }
        let secretSize = lengths[4...].reduce(0) { $0 << 8 | Int($1) }
        guard size <= Limits.tokenMessageSizeInBytes, secretSize <= Limits.passphraseSizeInBytes
        else { throw .malformed }
        let text = try receive(size, deadline)
        var secret: SecretBytes?
        if secretSize > 0 {
            secret = try SecretBytes(capacity: secretSize) { room throws(Failure) in
                try fill(room, deadline)
                return secretSize
            }
        }
        guard let document = try? JSONDocument(parsing: text), document.duplicates.isEmpty else {
            throw .malformed
        }
        return (JSONReader(document.root), secret)
    }

    private static func octets(_ count: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt32(count).bigEndian) { Array($0) }
    }

    private func receive(
        _ count: Int, _ deadline: ContinuousClock.Instant?
    ) throws(Failure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let filled = bytes.withUnsafeMutableBytes { room in
            Result { () throws(Failure) in try fill(room, deadline) }
        }
        try filled.get()
        return bytes
    }

    private func fill(
        _ room: UnsafeMutableRawBufferPointer, _ deadline: ContinuousClock.Instant?
    ) throws(Failure) {
        var done = 0
        while done < room.count {
            try wait(for: POLLIN, until: deadline)
            let rest = UnsafeMutableRawBufferPointer(rebasing: room[done...])
            let count = recv(file, rest.baseAddress, rest.count, Int32(MSG_DONTWAIT))
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { throw .closed }
            done += count
        }
    }

    private func send(
        _ bytes: UnsafeRawBufferPointer, _ deadline: ContinuousClock.Instant?
    ) throws(Failure) {
        #if os(Linux)
            let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
        #else
            let flags = Int32(MSG_DONTWAIT)
        #endif
        var done = 0
        while done < bytes.count {
            try wait(for: POLLOUT, until: deadline)
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = systemSend(file, rest.baseAddress, rest.count, flags)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { throw .closed }
            done += count
        }
    }

    private func wait(
        for events: some BinaryInteger, until deadline: ContinuousClock.Instant?
    ) throws(Failure) {
        while true {
            var milliseconds: Int32 = -1
            if let deadline {
                let rest = deadline - ContinuousClock.now
                guard rest > .zero else { throw .timedOut }
                milliseconds = Int32(clamping: Int(rest / .milliseconds(1)) + 1)
            }
            var polled = pollfd(fd: file, events: Int16(events), revents: 0)
            let count = poll(&polled, 1, milliseconds)
            if count > 0 { return }
            guard count == 0 || errno == EINTR else { throw .closed }
        }
    }
}

private func systemSend(
    _ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: Int32
) -> Int { send(file, bytes, count, flags) }
