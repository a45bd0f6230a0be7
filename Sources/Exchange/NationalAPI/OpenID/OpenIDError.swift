// SPDX-License-Identifier: Apache-2.0

/// Why a login by OpenID Connect comes to nothing.
package enum OpenIDError: Error, Hashable {
    /// `what` is missing or of another kind.
    case malformed(what: String)
    /// The metadata or the redirect are another issuer's (RFC 9207).
    case foreignIssuer
    /// The redirect goes elsewhere than it was asked to.
    case foreignRedirect
    /// The redirect answers another request.
    case foreignState
    /// The provider refused; its error code, if it is one of the standard's.
    case refused(code: String)
}

extension OpenIDError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed(let what): "the answer has no usable \(what)"
        case .foreignIssuer: "the answer is another issuer's"
        case .foreignRedirect: "the redirect goes to another address"
        case .foreignState: "the redirect belongs to another request"
        case .refused(let code): "refused with \(code)"
        }
    }
}
