// SPDX-License-Identifier: Apache-2.0

/// Why a message of the exchange cannot be made, or must not be believed (GW-05).
package enum MessageError: Error, Hashable {
    case notXML(reason: String)
    /// The envelope is not what the profile describes; `what` is missing or stands elsewhere.
    case structure(what: String)
    /// The message is not signed as it must be: Body, Timestamp and KeyInfo, each exactly once.
    case notSigned(what: String)
    case signatureInvalid
    case signatureUnsupported(String)
    /// The Timestamp of the message has passed or lies ahead.
    case expired
    /// The answer belongs to another request.
    case foreignAnswer
    /// A SOAP Fault.
    case fault(code: String, text: String)
    case cannotBeBuilt(reason: String)
}

extension MessageError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notXML(let reason): "the message is not acceptable XML: \(reason)"
        case .structure(let what): "the message has no \(what) in its place"
        case .notSigned(let what): "\(what) of the message is not signed as required"
        case .signatureInvalid: "the signature of the message is wrong"
        case .signatureUnsupported(let what): "the signature of the message uses \(what)"
        case .expired: "the message's Timestamp is not current; check the clock"
        case .foreignAnswer: "the answer belongs to another request"
        case .fault(let code, let text): "SOAP fault \(code): \(text)"
        case .cannotBeBuilt(let reason): "the message cannot be built: \(reason)"
        }
    }
}
