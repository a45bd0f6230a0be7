// SPDX-License-Identifier: Apache-2.0

/// Why a JSON Web Token is refused (JW-01 to JW-04). No case repeats what the token says.
package enum TokenError: Error, Hashable {
    case tooLarge(limit: Int)
    /// `what` is missing, doubled or of another kind.
    case malformed(what: String)
    case algorithmRefused
    /// `crit` names something that must be understood.
    case criticalHeader
    case keyUnknown
    /// The key is of another kind than the algorithm takes, or too weak.
    case keyUnfit
    case signatureInvalid
    /// `typ` is that of a token for another use.
    case typeRefused
    /// The claim says something else than it must.
    case foreign(claim: String)
    case notYetValid
    case expired
}

extension TokenError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLarge(let limit): "the token has more than \(limit) bytes"
        case .malformed(let what): "the token has no usable \(what)"
        case .algorithmRefused: "the token is signed with an algorithm that is not allowed"
        case .criticalHeader: "the token has a critical header"
        case .keyUnknown: "the key of the token is not one of the issuer's"
        case .keyUnfit: "the key of the token does not fit its algorithm"
        case .signatureInvalid: "the signature of the token is wrong"
        case .typeRefused: "the token is one for another use"
        case .foreign(let claim): "the token is not ours: \(claim)"
        case .notYetValid: "the token is not valid yet; check the clock"
        case .expired: "the token is not valid any more; check the clock"
        }
    }
}
