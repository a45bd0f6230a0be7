// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// One step: new state, what it made, what else moves with it, what the audit keeps of it and what
/// listeners are told; all written in one transaction, or nothing (RE-03, DP-08).
package struct Transition: Sendable {
    package var transmission: Transmission
    package var outputs: [(OutputKind, [UInt8])]
    /// Other work that moves in the same transaction, each if it still stands where it is said to.
    package var companions: [Companion] = []
    /// Keyed digests by which the form can be found later (DP-01): never the values themselves.
    package var lookups: [[UInt8]] = []

    /// Work that moves along: written only while nobody has it in hand.
    package struct Companion: Sendable {
        package var transmission: Transmission
        package var from: TransmissionState

        package init(_ transmission: Transmission, from: TransmissionState) {
            (self.transmission, self.from) = (transmission, from)
        }
    }

    package init(_ transmission: Transmission, outputs: [(OutputKind, [UInt8])] = []) {
        (self.transmission, self.outputs) = (transmission, outputs)
    }

    /// Everything that moves, the work itself first.
    package var moved: [Transmission] { [transmission] + companions.map(\.transmission) }
}

/// What is told to whoever listens: no content of the form.
package struct ConnectorEvent: Sendable, Hashable {
    /// Position in the log, from 1, never reused.
    package var sequence: Int
    package var moment: Date
    package var uuid: String
    /// `form`, `cancellation`, `signing` or `simulation`.
    package var kind: String
    package var state: String
    /// The problem's code, if it has one.
    package var code: String?

    package init(
        sequence: Int, moment: Date, uuid: String, kind: String, state: String, code: String?
    ) {
        (self.sequence, self.moment, self.uuid) = (sequence, moment, uuid)
        (self.kind, self.state, self.code) = (kind, state, code)
    }
}

extension Transmission {
    /// The event of having got here; `nil` for steps that only we care about.
    ///
    /// - Parameter previous: Where it stood before, if it was accepted before.
    package func event(after previous: Transmission?) -> ConnectorEvent? {
        let isNews: Bool
        switch state {
        case .accepted, .completeLT, .sent, .final, .unknown, .attention, .cancelled:
            isNews = previous?.state != state || previous?.problem?.code != problem?.code
        default:
            // A form that is held up, or goes on after it was.
            isNews = previous?.problem?.code != problem?.code
        }
        guard isNews else { return nil }
        return ConnectorEvent(
            sequence: 0, moment: changedAt, uuid: uuid, kind: kind.rawValue,
            state: shownState, code: problem?.code)
    }

    /// The state as people and programs see it: a form that is held up shows `waiting`.
    package var shownState: String {
        problem != nil && !state.isSettled && state != .unknown
            ? TransmissionState.waiting.rawValue : state.rawValue
    }
}
