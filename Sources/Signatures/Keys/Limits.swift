// SPDX-License-Identifier: Apache-2.0

/// Upper bounds of what this module reads, and the fixed costs of what it writes.
enum Limits {
    /// One file of the store, in bytes.
    static let fileSizeInBytes = 1 << 20
    /// Header of an encrypted key file, in bytes.
    static let headerSizeInBytes = 8 << 10
    /// Keys in one store.
    static let keysPerStore = 1_000
    /// A passphrase, in bytes.
    static let passphraseSizeInBytes = 1_024
    /// scrypt's cost when writing, and the least accepted when reading (KC-10).
    static let scryptRounds = 1 << 17
    /// The highest cost accepted from a file (KC-10).
    static let scryptMaximumRounds = 1 << 20
    /// scrypt's block size and parallelism, the only ones used.
    static let scryptBlockSize = 8
    static let scryptParallelism = 1
    /// Memory that parameters of a file may ask for, in bytes (KC-10).
    static let scryptMemoryInBytes = 1 << 30
    /// Characters of a passphrase, at least (KC-10).
    static let passphraseCharacters = 12
    /// Wrong passphrases in a row before the key is locked for a while, and for good (KC-11).
    static let failuresBeforePause = 5
    static let failuresBeforeRecovery = 10
    /// How long the pause lasts, in seconds (KC-11).
    static let pauseInSeconds = 900.0
}
