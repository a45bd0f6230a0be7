// SPDX-License-Identifier: Apache-2.0
package import Coverage
import Synchronization

/// The mandates that count now: those of the register, and what was given and withdrawn since.
package final class Mandates: Sendable {
    private let original: [Mandate]
    private let current: Mutex<[Mandate]>

    package init(_ mandates: [Mandate] = []) {
        original = mandates
        current = Mutex(mandates)
    }

    package var all: [Mandate] { current.withLock { $0 } }

    /// Gives a mandate in place of the one between the same two.
    ///
    /// - Returns: Whether there was room for it.
    package func give(_ mandate: Mandate) -> Bool {
        current.withLock { mandates in
            mandates.removeAll {
                $0.delegate == mandate.delegate && $0.provider == mandate.provider
            }
            guard mandates.count < Limits.mandates else { return false }
            mandates.append(mandate)
            return true
        }
    }

    package func withdraw(delegate: String, provider: String) {
        current.withLock { mandates in
            mandates.removeAll { $0.delegate == delegate && $0.provider == provider }
        }
    }

    /// Back to what the register says.
    package func reset() { current.withLock { $0 = original } }

    /// Whether somebody may act for a provider on a day.
    ///
    /// - Parameter scope: Any at all if nil.
    package func allow(
        _ delegate: String, for provider: String, scope: String?, on day: CalendarDate
    ) -> Bool {
        current.withLock { mandates in
            mandates.contains {
                $0.delegate == delegate && $0.provider == provider && $0.allows(scope, on: day)
            }
        }
    }
}
