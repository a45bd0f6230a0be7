// SPDX-License-Identifier: Apache-2.0

import Dispatch
import JSON
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The process that has a PKCS #11 driver loaded; a driver that crashes or hangs costs no more than
/// this process (4.1).
///
/// Killed when the last reference goes, and after the first fault: what the driver's state is then,
/// nobody knows.
package final class TokenProcess: Sendable {
    private struct Child {
        var process: pid_t
        var channel: TokenChannel
    }

    /// The child while it lives; also lets one exchange happen at a time.
    private let child: Mutex<Child?>
    /// Waits for the driver here, so that no thread of the concurrency pool does.
    private let queue = DispatchQueue(label: "econnector.token")

    /// - Parameters:
    ///   - helper: Path of `econnector-token`.
    ///   - module: What that program loads.
    package init(helper: String, module: TokenModule) throws(TokenError) {
        try module.check()
        child = Mutex(try Self.start(helper, module.path))
    }

    deinit { child.withLock { Self.end(&$0) } }

    /// Asks and waits for the answer.
    ///
    /// - Throws: ``TokenError``; anything but ``TokenError/refused(_:)`` ends the process.
    package func ask(
        _ request: TokenRequest, secret: SecretBytes? = nil,
        within timeout: Duration = Limits.tokenTimeout
    ) async throws -> TokenReply {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(
                    with: Result { try self.exchange(request, secret, timeout) })
            }
        }
    }

    private func exchange(
        _ request: TokenRequest, _ secret: SecretBytes?, _ timeout: Duration
    ) throws(TokenError) -> TokenReply {
        let result: Result<TokenReply, TokenError> = child.withLock { child in
            guard let channel = child?.channel else { return .failure(.ended) }
            do throws(TokenChannel.Failure) {
                let deadline = ContinuousClock.now + timeout
                try channel.send(request.json, secret: secret, by: deadline)
                let answer = try channel.receive(by: deadline).json
                guard let reply = try? TokenReply(answer) else { throw .malformed }
                return .success(reply)
            } catch {
                Self.end(&child)
                switch error {
                case .closed: return .failure(.ended)
                case .timedOut: return .failure(.timedOut)
                case .malformed: return .failure(.garbage)
                }
            }
        }
        guard case .refused(let refusal) = try result.get() else { return try result.get() }
        throw .refused(refusal)
    }

    /// The process, for a test that kills it.
    package var identifier: Int32? { child.withLock { $0?.process } }

    // MARK: - Starting and ending

    private static func start(_ helper: String, _ module: String) throws(TokenError) -> Child {
        var ends: [Int32] = [-1, -1]
        #if canImport(Glibc)
            let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        #else
            let kind = SOCK_STREAM
        #endif
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw .cannotStart(code: errno) }
        defer { close(ends[1]) }
        #if canImport(Darwin)
            var isOn: Int32 = 1
            setsockopt(
                ends[0], SOL_SOCKET, SO_NOSIGPIPE, &isOn, socklen_t(MemoryLayout<Int32>.size))
        #endif
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var process: pid_t = 0
        let code = spawn(&process, helper, module, socket: ends[1])
        guard code == 0 else {
            close(ends[0])
            throw .cannotStart(code: code)
        }
        return Child(process: process, channel: TokenChannel(file: ends[0]))
    }

    /// Standard input and output are the socket; what the driver writes elsewhere is dropped, since
    /// nobody knows what stands in it.
    private static func spawn(
        _ process: inout pid_t, _ helper: String, _ module: String, socket: Int32
    ) -> Int32 {
        #if os(Linux)
            var actions = posix_spawn_file_actions_t()
        #else
            var actions: posix_spawn_file_actions_t?
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, socket, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(helper), strdup(module), nil]
        defer { for argument in arguments { free(argument) } }
        return posix_spawn(&process, helper, &actions, nil, &arguments, environ)
    }

    private static func end(_ child: inout Child?) {
        guard let gone = child else { return }
        child = nil
        close(gone.channel.file)
        _ = kill(gone.process, SIGKILL)
        var status: Int32 = 0
        while waitpid(gone.process, &status, 0) < 0, errno == EINTR {}
    }
}
