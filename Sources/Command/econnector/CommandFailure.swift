// SPDX-License-Identifier: Apache-2.0

/// Exit statuses of the command line (docs/design.md, section 6).
enum ExitStatus: Int32 {
    case refused = 1
    case indeterminate = 2
    case usage = 64
    case unreadableInput = 65
    case unavailable = 69
    case ourFault = 70
}

/// Why a command ends without doing what it was asked: what, where, and what to do.
struct CommandFailure: Error {
    var status: ExitStatus
    var message: String

    init(_ status: ExitStatus, _ message: String) {
        (self.status, self.message) = (status, message)
    }
}
