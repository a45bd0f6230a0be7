// SPDX-License-Identifier: Apache-2.0

/// Why a token could not be used.
///
/// After ``timedOut``, ``ended`` and ``garbage`` the process that drives the token is gone; a new
/// one needs the PIN anew.
package enum TokenError: Error, Hashable {
    /// What the driver or the token said.
    case refused(TokenRefusal)
    /// The program that drives tokens cannot be started; the system's error number.
    case cannotStart(code: Int32)
    /// The driver did not answer in time.
    case timedOut
    /// The process ended: the driver crashed, or somebody killed it.
    case ended
    /// What came back is no answer to what was asked.
    case garbage
    /// The module's path is not absolute, or it is no regular file.
    case unusableModule(String)
    /// Others than its owner and the system's administrator may change the module.
    case exposedModule(String)
    /// The module is another file than the one that was registered.
    case changedModule(String)
    /// Several tokens or certificates fit: the labels to choose from.
    case ambiguous([String])
    /// Nothing that could be a PIN: empty, or too long for any token.
    case unusablePIN
    /// The certificate's key is of a kind that tokens are not asked for.
    case unsupportedKey
}

extension TokenError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .refused(let refusal): refusal.description
        case .cannotStart(let code):
            "the program econnector-token cannot be started (error \(code)); it lies beside econnector"
        case .timedOut: "the token's driver does not answer; it was stopped"
        case .ended: "the token's driver crashed"
        case .garbage: "the token's driver answers nonsense; it was stopped"
        case .unusableModule(let path): "\(path) is no absolute path of a PKCS #11 module"
        case .exposedModule(let path): "\(path) can be changed by others; check its permissions"
        case .changedModule(let path):
            "\(path) is not the file that was registered; remove the key and import it again"
        case .ambiguous(let labels):
            "several fit; choose one of: \(labels.joined(separator: ", "))"
        case .unusablePIN: "a PIN has 1 to \(Limits.pinSizeInBytes) characters"
        case .unsupportedKey: "the token's key is neither RSA nor ECDSA on a NIST curve"
        }
    }
}

extension TokenRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noModule: "the file is no PKCS #11 module, or what it needs is not installed"
        case .noToken: "the token is not present; insert it"
        case .noKey: "the token holds no such key"
        case .wrongPIN(let state): "the PIN is wrong; \(state.sentence)"
        case .notTried(let state): "the PIN was not tried: \(state.sentence)"
        case .mechanism: "the token cannot sign with this algorithm"
        case .notOpen: "the token was taken out or nobody is logged in"
        case .badRequest: "the token's driver was asked something it does not know"
        case .driver(let function, let code):
            "\(function) of the token's driver failed with 0x\(String(code, radix: 16))"
        }
    }
}

extension PINState {
    /// What a person should know before giving the PIN (KC-11).
    package var sentence: String {
        switch self {
        case .good: "the token reports no wrong PIN"
        case .countLow: "the token has seen a wrong PIN, few tries are left"
        case .finalTry: "one try is left; a wrong PIN would lock the token"
        case .locked: "the token is locked; unlock it with its PUK"
        case .uninitialised: "the token has no PIN yet"
        }
    }
}
