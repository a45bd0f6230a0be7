// SPDX-License-Identifier: Apache-2.0

/// Upper bounds of what this module reads, and the fixed costs of what it writes.
package enum Limits {
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
    /// A signature whose value is outstanding, with its document, in bytes.
    static let pendingSignatureSizeInBytes = 256 << 20
    /// One message of the process that drives a token, in bytes, without the secret beside it.
    static let tokenMessageSizeInBytes = 4 << 20
    /// Tokens of one driver, and certificates on one token.
    package static let tokens = 64
    package static let certificatesPerToken = 256
    /// A PIN, in bytes: the longest that drivers take.
    static let pinSizeInBytes = 255
    /// An attribute of an object on a token, in bytes.
    package static let attributeSizeInBytes = 64 << 10
    /// A PKCS #11 module, in bytes.
    static let moduleSizeInBytes = 64 << 20
    /// How long a driver may take for one answer, and where a person takes part.
    package static let tokenTimeout = Duration.seconds(20)
    static let tokenTimeoutForPersons = Duration.seconds(60)
    /// A PKCS #12 file, in bytes.
    package static let pkcs12SizeInBytes = 1 << 20
    /// Iterations that a PKCS #12 file may ask for, all its parts together.
    static let pkcs12Iterations = 5_000_000
    /// Bags in a PKCS #12 file.
    static let pkcs12Bags = 64
}
