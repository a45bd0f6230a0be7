// SPDX-License-Identifier: Apache-2.0

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
