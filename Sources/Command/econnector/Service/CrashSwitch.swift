// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import Keys
import Synchronization

/// Ends the process at one named place, for fault-injection runs of debug builds (security-requirements,
/// 8.2, B).
///
/// `ECONNECTOR_CRASH_AT=sign_pdf.before_commit:3` ends it when that place is passed for the third
/// time; without a number, the first time. A release build has no such switch.
enum CrashSwitch {
    static let passing: Passing = { pass($0.description) }
    static let filePassing: @Sendable (DurableFile.Place) -> Void = { pass($0.name) }

    #if DEBUG
        private final class Wanted: Sendable {
            let name: String
            let left: Atomic<Int>

            init?(_ text: String) {
                let parts = text.split(separator: ":")
                guard let name = parts.first else { return nil }
                self.name = String(name)
                left = Atomic(parts.count > 1 ? Int(parts[1]) ?? 1 : 1)
            }
        }

        private static let wanted = Wanted(
            ProcessInfo.processInfo.environment["ECONNECTOR_CRASH_AT"] ?? "")

        private static func pass(_ name: String) {
            guard let wanted, wanted.name == name else { return }
            if wanted.left.subtract(1, ordering: .relaxed).newValue == 0 { kill(getpid(), SIGKILL) }
        }
    #else
        private static func pass(_ name: String) {}
    #endif
}
