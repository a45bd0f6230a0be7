// SPDX-License-Identifier: Apache-2.0

/// Why a PKCS #12 file cannot be taken over.
package enum PKCS12Error: Error, Hashable {
    /// It is not a PKCS #12 file, or a part of it is malformed.
    case notPKCS12
    /// It is protected in a way that is not accepted; the text names it.
    case unsupported(String)
    /// It asks for more computation than is given to a file.
    case tooCostly
    /// The passphrase is wrong, or the file was changed.
    case wrongPassphrase
    case noKey
    case severalKeys
    /// No certificate in it belongs to its key.
    case noCertificate
    /// The key is of a kind or size that is not kept here.
    case unsupportedKey
}

extension PKCS12Error: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notPKCS12: "it is no PKCS #12 file"
        case .unsupported(let name):
            "it is protected with \(name), which is not accepted; export it anew with AES-256 "
                + "(openssl pkcs12 -export -keypbe AES-256-CBC -certpbe AES-256-CBC -macalg SHA256)"
        case .tooCostly: "it asks for more iterations than are accepted"
        case .wrongPassphrase: "its passphrase is wrong, or it was changed"
        case .noKey: "there is no private key in it"
        case .severalKeys: "there are several private keys in it; export one"
        case .noCertificate: "there is no certificate for its key in it"
        case .unsupportedKey: "its key is none of P-256, P-384, P-521, RSA-2048, 3072 and 4096"
        }
    }
}
