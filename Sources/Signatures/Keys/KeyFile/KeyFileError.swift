// SPDX-License-Identifier: Apache-2.0

/// Why an encrypted key file cannot be opened.
package enum KeyFileError: Error, Hashable {
    /// It is not a key file of version 1, or it was cut.
    case notAKeyFile
    /// Its header is malformed; the text names the member.
    case malformedHeader(String)
    /// Its parameters are weaker or costlier than allowed (KC-10).
    case unacceptableParameters
    /// The passphrase is wrong, or the file or the device secret was changed: one cannot tell.
    case doesNotOpen
    /// What was encrypted is no private key.
    case notAPrivateKey
}
