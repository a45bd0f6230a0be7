// SPDX-License-Identifier: Apache-2.0

/// Why a passphrase is not accepted for a new key (KC-10).
package enum PassphraseFault: Error, Hashable {
    /// Fewer characters than required.
    case tooShort(minimum: Int)
    case tooLong
    /// One character or a short piece again and again, or a run of neighbours on the keyboard.
    case tooSimple
    /// It is on the list of those that are tried first.
    case common
}

/// The rules for the passphrase of an encrypted file: the device secret lies on the same disk, so
/// the passphrase must stand on its own (KC-10).
package enum PassphraseRules {
    /// What is wrong with a new passphrase, or nil.
    package static func fault(of secret: SecretBytes) -> PassphraseFault? {
        secret.withBytes { bytes in
            if bytes.count > Limits.passphraseSizeInBytes { return .tooLong }
            // Continuation bytes of UTF-8 do not begin a character.
            let characters = bytes.count { $0 & 0xC0 != 0x80 }
            if characters < Limits.passphraseCharacters {
                return .tooShort(minimum: Limits.passphraseCharacters)
            }
            if isPeriodic(bytes) || isRun(bytes) { return .tooSimple }
            return isCommon(bytes) ? .common : nil
        }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }

    /// A piece of at most four bytes, repeated.
    private static func isPeriodic(_ bytes: UnsafeRawBufferPointer) -> Bool {
        (1...4).contains { period in
            (period..<bytes.count).allSatisfy { lowered(bytes[$0]) == lowered(bytes[$0 - period]) }
        }
    }

    /// Neighbours in the alphabet, among digits or on the keyboard, all the way.
    private static func isRun(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let rows = [
            "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm",
            "qwertzuiop", "azertyuiop", "qsdfghjklm", "wxcvbn", "yxcvbnm",
        ].map { Array($0.utf8) }
        let breaks = (1..<bytes.count).count { index in
            let (left, right) = (lowered(bytes[index - 1]), lowered(bytes[index]))
            return !rows.contains { row in
                zip(row, row.dropFirst()).contains { $0 == (left, right) || $0 == (right, left) }
            }
        }
        return breaks <= 2
    }

    private static func isCommon(_ bytes: UnsafeRawBufferPointer) -> Bool {
        common.contains { word in
            word.utf8.count == bytes.count && zip(word.utf8, bytes).allSatisfy { $0 == lowered($1) }
        }
    }

    /// Those of at least twelve characters that published lists name first, and obvious ones of
    /// our trade.
    private static let common: [StaticStringText] = [
        "password1234", "password12345", "password123456", "passwordpassword", "password123!",
        "passw0rd1234", "p@ssw0rd1234", "motdepasse123", "motdepasse1234", "motdepassemotdepasse",
        "administrator", "administrateur", "administrator1", "welcome12345", "welcome123456",
        "iloveyou1234", "iloveyou12345", "letmein12345", "changeme1234", "changemenow1",
        "trustno1trustno1", "sunshine1234", "princess1234", "football1234", "baseball1234",
        "superman1234", "starwars1234", "whatever1234", "computer1234", "internet1234",
        "1q2w3e4r5t6y", "1q2w3e4r5t6y7u", "1qaz2wsx3edc", "1qaz2wsx3edc4rfv", "qazwsxedcrfv",
        "zaq12wsxcde3", "q1w2e3r4t5y6", "abc123abc123", "abcd1234abcd", "123qweasdzxc",
        "qwerty123456", "azerty123456", "qwertz123456", "123456qwerty", "qwertyqwerty",
        "luxembourg12", "luxembourg123", "luxembourg1234", "letzebuerg123", "docteur12345",
        "docteurdocteur", "medecin12345", "medecinmedecin", "cabinetmedical", "cabinetmedical1",
        "cabinet12345", "esante123456", "mysecu123456", "openeconnector", "econnector123",
        "correcthorsebatterystaple", "thisisapassword", "mypassword123", "testtesttest1",
    ]
}

/// Text of the source code that can be compared byte by byte.
private struct StaticStringText: ExpressibleByStringLiteral, Sendable {
    let utf8: [UInt8]

    init(stringLiteral value: StaticString) {
        utf8 = value.withUTF8Buffer { Array($0) }
    }
}
