// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Holds a state directory for one running program: two would take each other's work and secrets.
struct StateLock {
    private let descriptor: Int32

    init(_ folder: String) throws {
        descriptor = open("\(folder)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CommandFailure(.unavailable, "\(folder)/lock cannot be opened; check the folder")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw CommandFailure(
                .unavailable, "another program runs on \(folder); stop it or name another --state")
        }
    }

    func release() { close(descriptor) }
}
