// SPDX-License-Identifier: Apache-2.0
import Foundation
import Keys

/// Drives one PKCS #11 module for the connector: `econnector-token MODULE`, messages on a socket as
/// standard input and output.
///
/// What goes wrong in the driver goes wrong here: this process may crash or be killed at any time,
/// and it ends with its caller.
@main
struct TokenHelper {
    /// More than any caller waits; a driver that hangs does not outlive its caller for longer.
    private static let watchdogInSeconds: UInt32 = 90

    static func main() {
        guard CommandLine.arguments.count == 2 else { exit(64) }
        var noCore = rlimit(rlim_cur: 0, rlim_max: 0)
        #if os(Linux)
            setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &noCore)
        #else
            setrlimit(RLIMIT_CORE, &noCore)
        #endif
        // A driver that writes to standard output must not write into our answers.
        let channel = TokenChannel(file: fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10))
        dup2(STDERR_FILENO, STDOUT_FILENO)
        dup2(STDERR_FILENO, STDIN_FILENO)
        // Nor has it any business with what the caller has open.
        let others = (try? FileManager.default.contentsOfDirectory(atPath: "/dev/fd")) ?? []
        for file in others.compactMap({ Int32($0) }) where file > 2 && file != channel.file {
            close(file)
        }
        var driver = TokenDriver(module: CommandLine.arguments[1])
        while let (json, secret) = try? channel.receive() {
            alarm(watchdogInSeconds)
            let reply: TokenReply
            if let request = try? TokenRequest(json) {
                reply = driver.answer(request, secret: secret)
            } else {
                reply = .refused(.badRequest)
            }
            alarm(0)
            guard (try? channel.send(reply.json)) != nil else { break }
        }
        // Not `exit`: what a driver does when it is unloaded may hang.
        _exit(0)
    }
}
