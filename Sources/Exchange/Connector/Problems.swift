// SPDX-License-Identifier: Apache-2.0

/// The problems of the program (RFC 9457), by their stable codes; never reused, never renumbered.
///
/// Status, retry advice and sentences in three languages stand in `Data/problems.json`.
package enum ProblemCode: String, Sendable, Hashable, CaseIterable {
    // 1xxx: the request
    case unreadable = "ECN-1001"
    case tooLarge = "ECN-1002"
    case unsupportedMediaType = "ECN-1003"
    case formRefused = "ECN-1004"
    case uuidReused = "ECN-1005"
    case unknownForm = "ECN-1006"
    case notYetAvailable = "ECN-1007"
    case wrongHost = "ECN-1008"
    case notAuthorised = "ECN-1009"
    case unknownRoute = "ECN-1010"
    case methodNotAllowed = "ECN-1011"
    case originRefused = "ECN-1012"
    case badRequest = "ECN-1013"
    case notAcceptable = "ECN-1014"
    case unknownSimulation = "ECN-1015"
    case notInThisState = "ECN-1016"
    case cannotPrice = "ECN-1017"
    case unknownAct = "ECN-1018"
    case cannotCancel = "ECN-1019"
    case noMandate = "ECN-1020"
    case unknownWebhook = "ECN-1021"
    case unknownPack = "ECN-1022"
    case unknownMandate = "ECN-1023"
    case inProgress = "ECN-1024"
    // 20xx: time-stamps
    case timestampUnreachable = "ECN-2001"
    case timestampRefused = "ECN-2002"
    case timestampUnusable = "ECN-2003"
    // 21xx: certificates and the judge
    case revocationUnreachable = "ECN-2101"
    case certificateRevoked = "ECN-2102"
    case selfCheckFailed = "ECN-2103"
    case certificateExpired = "ECN-2104"
    case trustedListUnusable = "ECN-2105"
    // 22xx: the exchange platform
    case platformUnreachable = "ECN-2201"
    case outcomeUnknown = "ECN-2202"
    case answerNotTrusted = "ECN-2203"
    case refusedByPlatform = "ECN-2204"
    case platformFault = "ECN-2205"
    case refusedByInsurer = "ECN-2206"
    case identityUnreachable = "ECN-2207"
    case cancellationRefused = "ECN-2208"
    case correctionStopped = "ECN-2209"
    case identityNotTrusted = "ECN-2210"
    case sessionRefused = "ECN-2211"
    // 23xx: the key
    case signingFailed = "ECN-2302"
    // 24xx: the page
    case cannotRender = "ECN-2401"
    // 30xx: this machine
    case diskFull = "ECN-3001"
    case storeUnusable = "ECN-3002"
    case quarantined = "ECN-3003"
    case clockWrong = "ECN-3004"
    case shuttingDown = "ECN-3005"
    case internalFault = "ECN-9001"
}

/// Why a stage did not get further, and what follows from it.
package struct StageFailure: Error, Sendable, Hashable {
    package enum Consequence: Sendable, Hashable {
        /// The same step is tried again later (RE-07).
        case retry
        /// The deposit may have arrived: ask again with the same form (RE-05).
        case unknown
        /// A person must look.
        case attention
        /// Other work of the chain comes first: looked at again soon, and no failure (RE-12).
        case hold
    }

    package var code: ProblemCode
    /// English, without content of the form.
    package var detail: String
    package var actor: TransmissionProblem.Actor
    package var consequence: Consequence
    /// What the other side asked us to wait, in seconds.
    package var retryAfter: Int?
    /// The service without which the form does not get further.
    package var heldBy: ServiceName?
    /// The service was not even asked.
    package var isKnownOutage = false

    package init(
        _ code: ProblemCode, _ detail: String, actor: TransmissionProblem.Actor,
        _ consequence: Consequence, retryAfter: Int? = nil
    ) {
        (self.code, self.detail, self.actor) = (code, detail, actor)
        (self.consequence, self.retryAfter) = (consequence, retryAfter)
        heldBy = code.service
    }

    /// Other work of the chain comes first.
    static func hold(_ detail: String) -> StageFailure {
        StageFailure(.notYetAvailable, detail, actor: .connector, .hold)
    }

    package var problem: TransmissionProblem {
        TransmissionProblem(code: code.rawValue, detail: detail, actor: actor)
    }
}
