// SPDX-License-Identifier: Apache-2.0
import CFaults
import Foundation

/// One system call that fails, once: the n-th of its kind.
struct FailingCall: Sendable, CustomStringConvertible {
    enum Kind: String, Sendable, CaseIterable {
        case write, sync, rename, open

        var number: Int32 {
            switch self {
            case .write: Int32(FAULTS_WRITE)
            case .sync: Int32(FAULTS_SYNC)
            case .rename: Int32(FAULTS_RENAME)
            case .open: Int32(FAULTS_OPEN)
            }
        }
    }

    static let errors: [(name: String, number: Int32)] = [
        ("EIO", EIO), ("ENOSPC", ENOSPC), ("EINTR", EINTR),
    ]

    var kind: Kind
    var n: Int
    var error: (name: String, number: Int32)

    var description: String { "\(kind) \(n) \(error.name)" }

    func arm() { faults_arm(kind.number, n, error.number) }

    static func all(_ kinds: [Kind], upTo nth: Int) -> [FailingCall] {
        kinds.flatMap { kind in
            errors.flatMap { error in
                (1...max(1, nth)).map { FailingCall(kind: kind, n: $0, error: error) }
            }
        }
    }
}

/// What came of runs with a failing call.
struct FaultCount: Sendable {
    var runs = 0
    /// Runs in which the call came.
    var failed: [FailingCall.Kind: Int] = [:]
    /// What callers were told.
    var told: [String: Int] = [:]
    var violations: [String] = []

    mutating func add(_ other: FaultCount) {
        runs += other.runs
        failed.merge(other.failed, uniquingKeysWith: +)
        told.merge(other.told, uniquingKeysWith: +)
        violations += other.violations
    }
}
