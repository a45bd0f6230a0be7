// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import NationalAPI
import Trust
import XML

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// One message for the insurer, its message security verified.
package struct InsurerRequest: Sendable {
    package let model: String
    /// The business element as a document of its own.
    package let business: [UInt8]
    /// eHealth ID of the message's signer: the acting doctor.
    package let eHealthID: String
    package let now: Date
    /// SHA-256 of the business bytes, lower-case hexadecimal.
    let digest: String
    /// Code of the anomaly with which the service refuses everything just now.
    var refusal: String?
    /// Whether what it is about is said to be unknown just now.
    var isUnknown = false
    /// The UUID that it is about, and the matricule of a form, as far as they can be told before
    /// anything is checked.
    var uuid: String?
    var person: String?
    var documentNationalUUID: String?

    package init(model: String, business: [UInt8], eHealthID: String, now: Date) {
        (self.model, self.business, self.eHealthID) = (model, business, eHealthID)
        self.now = now
        digest = DigestAlgorithm.sha256.digest(business).bytes.hexText
    }
}

extension InsurerRequest: CustomStringConvertible {
    /// Without the message.
    package var description: String { "InsurerRequest(\(model), \(business.count) bytes)" }
}

/// What the insurer does with a message.
package struct InsurerReply: Sendable {
    /// The business element; absent when the service is unavailable.
    var answer: Element?
    /// How long it takes.
    var delayInMilliseconds = 0
    /// The answer never arrives.
    var isLost = false

    static let unavailable = InsurerReply(answer: nil)
}

extension NationalAnomaly {
    static func error(_ code: String, _ text: String, line: Int? = nil) -> NationalAnomaly {
        NationalAnomaly(level: .error, code: code, text: text, line: line)
    }

    init(_ anomaly: PricingAnomaly, line: Int? = nil) {
        self.init(
            level: .init(anomaly.severity), code: anomaly.code, text: anomaly.text.fr,
            rules: anomaly.source.split(separator: " ").map(String.init), line: line)
    }

    init(_ anomaly: Anomaly) {
        self.init(level: .init(anomaly.severity), code: anomaly.code, text: anomaly.text.fr)
    }
}

extension NationalAnomaly.Level {
    init(_ severity: Anomaly.Severity) {
        switch severity {
        case .error: self = .error
        case .warning: self = .warning
        case .information: self = .information
        }
    }
}
