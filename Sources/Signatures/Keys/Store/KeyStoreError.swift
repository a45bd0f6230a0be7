// SPDX-License-Identifier: Apache-2.0

import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Why the key store did not do what was asked.
package enum KeyStoreError: Error, Hashable {
    case unknownKey(String)
    /// A name with other characters than lower-case letters, digits and hyphens, or too long.
    case unusableName
    case nameTaken(String)
    case weakPassphrase(PassphraseFault)
    /// The passphrase is wrong; the next attempt may be made at `next`, or never if nil (KC-11).
    case wrongPassphrase(failures: Int, next: Date?)
    /// An attempt was made just before: wait until then.
    case tooSoon(until: Date)
    /// Too many wrong passphrases; nil means until the key is removed and enrolled anew.
    case locked(until: Date?)
    /// A file of the store is unreadable; the text says which part.
    case damaged(String)
    /// The key is waiting for its certificate.
    case noCertificate(String)
    case certificateNotYetValid(from: Date)
    case certificateExpired(on: Date)
    /// The certificate is for another key.
    case foreignCertificate
    /// The certificate does not fit its use; each reason on its own (KC-31).
    case certificateRefused([AcceptanceFault])
}

extension KeyStoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownKey(let name): "there is no key \(name); make one with econnector keys enrol"
        case .unusableName: "a key's name has lower-case letters, digits and hyphens only"
        case .nameTaken(let name): "there is a key \(name) already; remove it first"
        case .weakPassphrase(let fault):
            "the passphrase is too weak (\(fault)); take 12 characters or more"
        case .wrongPassphrase(let failures, let next):
            "the passphrase is wrong, \(failures) in a row; \(Self.waiting(next))"
        case .tooSoon(let moment):
            "a wrong passphrase was given just before; \(Self.waiting(moment))"
        case .locked(let moment): "too many wrong passphrases; \(Self.waiting(moment))"
        case .damaged(let what): "the key store is damaged: \(what)"
        case .noCertificate: "it has no certificate yet; enrol it"
        case .certificateNotYetValid(let date):
            "its certificate is valid only from \(ASN1Time.rfc3339Text(date)) on; check the clock"
        case .certificateExpired(let date):
            "its certificate expired at \(ASN1Time.rfc3339Text(date)); enrol a new key"
        case .foreignCertificate: "the certificate belongs to another key"
        case .certificateRefused(let faults):
            "the certificate is not accepted: " + faults.map(\.sentence).joined(separator: " ")
        }
    }

    private static func waiting(_ moment: Date?) -> String {
        moment.map { "try again after \(ASN1Time.rfc3339Text($0))" }
            ?? "remove the key and enrol a new one"
    }
}
