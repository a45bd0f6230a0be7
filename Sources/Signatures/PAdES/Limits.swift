// SPDX-License-Identifier: Apache-2.0

/// Upper bounds of what is read from a signed file and of what is reserved in one.
package enum Limits {
    /// Signatures and document time-stamps of one file.
    package static let signatures = 50
    /// Fields of the interactive form, and how deep they are nested.
    package static let fields = 20_000
    package static let fieldNesting = 32
    /// Bytes of one certificate, OCSP answer or revocation list in the security store.
    package static let storedObjects = 1_000
    /// Differences that are named before the comparison stops.
    package static let changes = 100
    /// Pairs of objects that all comparisons of a file visit together.
    package static let comparedObjects = 400_000
    /// Room in /Contents beside the certificates: signature value, attributes and structure.
    static let signatureRoom = 1_536
    /// Bytes of /Contents: the longest string PDF/A allows (ISO 19005-2, 6.1.13).
    static let contentsRoom = 32_767
}
