// SPDX-License-Identifier: Apache-2.0

/// Upper bounds of everything this module reads from outside (AS-01).
enum Limits {
    /// One ASN.1 object, in bytes.
    static let objectSizeInBytes = 1 << 20
    /// Nesting of one ASN.1 object.
    static let objectDepth = 32
    /// One arc of an object identifier, in bits.
    static let arcSizeInBits = 128
    /// An object identifier as encoded, in bytes.
    static let objectIdentifierSizeInBytes = 128
    /// A serial number, in bytes; RFC 5280 allows 20, some authorities exceed it.
    static let serialNumberSizeInBytes = 64
    /// Certificates carried by one CMS object or one OCSP response.
    static let certificatesPerObject = 64
    /// Signers of one CMS object.
    static let signersPerObject = 16
    /// Attributes of one signer, signed and unsigned each.
    static let attributesPerSigner = 64
    /// Extensions of one certificate, request, list or answer.
    static let extensionsPerObject = 64
    /// Answers of one OCSP response.
    static let answersPerResponse = 256
    /// One revocation list, in bytes.
    static let revocationListSizeInBytes = 8 << 20
    /// Revoked certificates of one list.
    static let entriesPerRevocationList = 200_000
    /// Certificates from the end entity to its anchor, both counted.
    static let chainLength = 12
    /// Chains tried for one certificate before giving up.
    static let chainsPerCertificate = 32
    /// Steps of the search for chains.
    static let chainSearchSteps = 2_000
    /// How deep the authority of revocation data is itself checked for revocation.
    static let revocationDepth = 3
    /// Answers about signature values, and certificates read, that one memory keeps.
    static let rememberedVerifications = 4096
    /// Names of one extension: alternative names, or the subtrees of a constraint.
    static let namesPerExtension = 1024
    /// Comparisons of a name with a constraint, for one chain.
    static let nameComparisons = 250_000
    /// Pointers of one list of lists.
    static let pointersPerList = 1_000
    /// Providers, and services, of one trusted list.
    static let servicesPerList = 10_000
    /// Statements about revocation whose signer is looked for, for one certificate of a chain.
    static let revocationChecks = 256
}
