// SPDX-License-Identifier: Apache-2.0
import Foundation
import Keys

/// Results on standard output, everything else on standard error, unbuffered.
enum Terminal {
    static func result(_ text: String) { result(bytes: Array((text + "\n").utf8)) }

    /// Ends the program when the result cannot be written: nothing else would tell.
    static func result(bytes: [UInt8]) {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(bytes))
        } catch {
            note("econnector: the result cannot be written; check free space")
            exit(ExitStatus.unavailable.rawValue)
        }
    }

    /// Says something beside the result; who cannot be told goes without.
    static func note(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }

    /// Reads a file, or standard input for `-`, within `limit` bytes.
    static func read(_ path: String, limit: Int = 32 << 20) throws -> [UInt8] {
        let handle: FileHandle
        if path == "-" {
            handle = .standardInput
        } else {
            guard let file = FileHandle(forReadingAtPath: path) else {
                throw CommandFailure(
                    .unreadableInput, "\(path) cannot be read; check the path and its permissions")
            }
            handle = file
        }
        var bytes: [UInt8] = []
        while true {
            let part: Data?
            do {
                part = try handle.read(upToCount: 1 << 20)
            } catch {
                throw CommandFailure(.unreadableInput, "\(path) cannot be read; is it a file?")
            }
            guard let part, !part.isEmpty else { return bytes }
            bytes += part
            guard bytes.count <= limit else {
                throw CommandFailure(.unreadableInput, "\(path) has more than \(limit) bytes")
            }
        }
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        guard path != "-" else { return result(bytes: bytes) }
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CommandFailure(
                .unavailable, "\(path) cannot be written; check the folder and free space")
        }
    }

    /// The passphrase from a file, from standard input for `-`, or from a prompt without echo (KC-12).
    static func passphrase(from file: String?, prompt: String) throws -> SecretBytes {
        if let file {
            var bytes = try read(file, limit: 4_096)
            while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
            return SecretBytes(wiping: &bytes)
        }
        guard isatty(STDIN_FILENO) == 1 else {
            throw CommandFailure(
                .usage,
                "there is no terminal to ask for the passphrase; use --passphrase-file FILE or -")
        }
        FileHandle.standardError.write(Data("\(prompt): ".utf8))
        var settings = termios()
        tcgetattr(STDIN_FILENO, &settings)
        let before = settings
        settings.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
        defer {
            var restored = before
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &restored)
            note("")
        }
        var bytes: [UInt8] = []
        while let byte = try? FileHandle.standardInput.read(upToCount: 1), let first = byte.first,
            first != 0x0A, bytes.count < 4_096
        {
            bytes.append(first)
        }
        return SecretBytes(wiping: &bytes)
    }
}
