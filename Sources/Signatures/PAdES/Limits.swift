// SPDX-License-Identifier: Apache-2.0

/// Upper bounds of what is read from a signed file and of what is reserved in one.
package enum Limits {
    /// Signatures and document time-stamps of one file.
    package static let signatures = 64
    /// Bytes of a /Contents that are read as a CMS object.
    static let contents = 4 << 20
    /// Fields of the interactive form, and how deep they are nested.
    package static let fields = 20_000
    package static let fieldNesting = 32
    /// Bytes of one certificate, OCSP answer or revocation list in the security store.
    package static let storedObjects = 1_000
    /// Bytes that the streams of the security store may hold together.
    static let storeSize = 32 << 20
    /// Nodes of the page tree that are followed.
    static let pageNodes = 20_000
    /// Differences of one revision that are named.
    package static let changes = 100
    /// What walking over a field or page again counts for, in bytes read.
    static let fieldCost = 32
    /// Objects looked at to say what one changed object belongs to.
    static let owners = 256
    /// Pairs of objects compared to say whether two are the same in everything.
    static let comparedPairs = 2_000
    /// Signature dictionaries that no field holds.
    static let hiddenSignatures = 20
    /// Room in /Contents beside the certificates: signature value, attributes and structure.
    static let signatureRoom = 1_536
    /// Room for a time-stamp token beside its certificates.
    static let timestampRoom = 2_048
    /// Bytes of /Contents: the longest string PDF/A allows (ISO 19005-2, 6.1.13).
    static let contentsRoom = 32_767
}
