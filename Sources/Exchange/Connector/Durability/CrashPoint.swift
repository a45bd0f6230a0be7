// SPDX-License-Identifier: Apache-2.0

/// The steps that write something durable; each is a place where the process can die.
package enum PipelineStep: String, Sendable, Hashable, CaseIterable {
    case accept, claim, render
    case signPDF = "sign_pdf"
    case stampPDF = "stamp_pdf"
    case signXML = "sign_xml"
    case timestamp
    case collectLT = "collect_lt"
    case prepareCancellation = "prepare_cancellation"
    case attempt
    case send, query, receipt, finalise
    /// A failure is written down: what waits, and for whom.
    case hold
    case simulate

    /// Where it can be cut off: what only writes has no effect of its own.
    var moments: [CrashPoint.Moment] {
        switch self {
        case .claim, .hold: [.beforeCommit, .afterCommit]
        default: CrashPoint.Moment.allCases
        }
    }
}

/// A named place at which a fault-injection run ends the process (security-requirements, 8.2, B).
///
/// The list is made from the steps: whoever adds a durable write adds a step, and with it the places
/// round it.
package struct CrashPoint: Sendable, Hashable, CustomStringConvertible {
    package enum Moment: String, Sendable, Hashable, CaseIterable {
        case beforeEffect = "before_effect"
        case afterEffect = "after_effect_before_record"
        case beforeCommit = "before_commit"
        case afterCommit = "after_commit"
    }

    package var step: PipelineStep
    package var moment: Moment

    package init(_ step: PipelineStep, _ moment: Moment) {
        (self.step, self.moment) = (step, moment)
    }

    package var description: String { "\(step.rawValue).\(moment.rawValue)" }

    package static var all: [CrashPoint] {
        PipelineStep.allCases.flatMap { step in
            step.moments.map { CrashPoint(step, $0) }
        }
    }
}

/// Is told whenever the road passes a named place; does nothing in earnest.
package typealias Passing = @Sendable (CrashPoint) -> Void
