// SPDX-License-Identifier: Apache-2.0

/// Why an answer of the identity provider gives no assertion that may be believed.
package enum AssertionError: Error, Hashable {
    case notXML(reason: String)
    /// `what` is missing, doubled or stands elsewhere.
    case structure(what: String)
    /// The identity provider did not authenticate; its status code follows.
    case refused(status: String)
    /// A SOAP Fault.
    case fault(code: String)
    /// The assertion is not signed as it must be: whole, by itself, once (XM-03, XM-04).
    case notSigned(what: String)
    case signatureInvalid
    case signatureUnsupported(String)
    /// It comes from another issuer, is about another person, answers another request, or is meant
    /// for another recipient or audience; `what` says which.
    case foreign(what: String)
    case notYetValid
    case expired
}

extension AssertionError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notXML(let reason): "the answer is not acceptable XML: \(reason)"
        case .structure(let what): "the answer has no \(what) in its place"
        case .refused(let status): "the identity provider refused with \(status)"
        case .fault(let code): "the identity provider answered with the fault \(code)"
        case .notSigned(let what): "the assertion is not signed as required: \(what)"
        case .signatureInvalid: "the signature of the assertion is wrong"
        case .signatureUnsupported(let what): "the signature of the assertion uses \(what)"
        case .foreign(let what): "the assertion is not ours: \(what)"
        case .notYetValid: "the assertion is not valid yet; check the clock"
        case .expired: "the assertion is not valid any more; check the clock"
        }
    }
}
