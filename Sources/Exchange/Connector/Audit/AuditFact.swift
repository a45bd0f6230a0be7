// SPDX-License-Identifier: Apache-2.0
import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What the audit keeps of one act (DP-07): who, for whom, what, with which outcome; no content.
package struct AuditFact: Sendable, Hashable {
    package var moment: Date
    package var actor: String
    package var onBehalfOf: String
    package var action: String
    package var objectType: String
    package var objectID: String
    /// SHA-256 of the object, lower-case hexadecimal; empty when it has none.
    package var objectSHA256: String
    package var outcome: String
    /// Where the act came from: `pipeline`, `http`, `command`.
    package var origin: String

    package init(
        moment: Date, actor: String, onBehalfOf: String = "", action: String, objectType: String,
        objectID: String, objectSHA256: String = "", outcome: String, origin: String
    ) {
        (self.moment, self.actor, self.onBehalfOf) = (moment, actor, onBehalfOf)
        (self.action, self.objectType, self.objectID) = (action, objectType, objectID)
        (self.objectSHA256, self.outcome, self.origin) = (objectSHA256, outcome, origin)
    }
}

extension Transmission {
    /// The audit's line about having got here.
    package func fact(after previous: TransmissionState?) -> AuditFact {
        AuditFact(
            moment: changedAt, actor: parties.actor, onBehalfOf: parties.provider,
            action: previous == nil ? "accept" : "move", objectType: kind.rawValue,
            objectID: uuid, objectSHA256: digest.bytes.hexText,
            outcome: problem.map { "\(state.rawValue) \($0.code)" } ?? state.rawValue,
            origin: "pipeline")
    }
}
