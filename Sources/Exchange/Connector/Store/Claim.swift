// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A form in the hands of one worker until the lease ends (RE-04).
package struct Claim: Sendable, Hashable {
    package var transmission: Transmission
    /// Whose result counts: only the holder of the current number may write.
    package var fence: Int
    /// How many workers died with it in hand since its last step (RE-09).
    package var crashes: Int
    /// Just taken from the store: what it stands at was begun by somebody else, or long ago.
    package var isFresh: Bool

    package init(_ transmission: Transmission, fence: Int, crashes: Int, isFresh: Bool = true) {
        (self.transmission, self.fence) = (transmission, fence)
        (self.crashes, self.isFresh) = (crashes, isFresh)
    }

    /// The same claim on the work where it now stands.
    func moved(to transmission: Transmission) -> Claim {
        Claim(transmission, fence: fence, crashes: 0, isFresh: false)
    }
}

/// What a worker asks for.
package struct ClaimRequest: Sendable {
    package enum Selection: Sendable {
        /// Work that nobody died with.
        case sound
        /// Work that somebody died with: it is tried alone.
        case suspect
        /// Work that was accepted before a moment, whoever holds it.
        case overdue(Date)
    }

    package var worker: String
    package var moment: Date
    /// Seconds until another worker may take it.
    package var lease: Double
    package var limit: Int
    package var selection = Selection.sound
    /// Work held by these services stays where it is: they are known to be out.
    package var excluded: Set<ServiceName> = []

    package init(
        worker: String, moment: Date, lease: Double, limit: Int,
        selection: Selection = .sound, excluded: Set<ServiceName> = []
    ) {
        (self.worker, self.moment, self.lease, self.limit) = (worker, moment, lease, limit)
        (self.selection, self.excluded) = (selection, excluded)
    }
}

/// What becomes of a claim when its step is written.
package enum ClaimContinuation: Sendable, Hashable {
    /// The same worker goes on: the lease begins anew.
    case keep(until: Date)
    /// The work may be taken by anybody when it is due.
    case release
}
