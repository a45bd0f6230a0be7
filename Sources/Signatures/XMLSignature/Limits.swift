// SPDX-License-Identifier: Apache-2.0

/// How much of each thing one signature may have, and one file may cost (security-requirements, 7).
enum Limits {
    /// References of one SignedInfo or Manifest.
    static let references = 1_000
    /// References that are followed in one file, those of manifests and counter-signatures counted.
    static let referencesPerFile = 4_000
    static let transforms = 10
    static let certificates = 50
    /// Hints of one KeyInfo.
    static let keyHints = 200
    /// Manifests inside manifests.
    static let manifestDepth = 3
    /// RetrievalMethod and KeyInfoReference that lead to another one.
    static let retrievalDepth = 3
    /// Octets that are made by canonicalisation for one file.
    static let canonicalOctetsPerFile = 96 << 20
    /// Steps that all XPath expressions of one file may take together.
    static let xpathStepsPerFile: UInt = 12_000_000
    /// What the signature values of one file may cost to check, over all keys that are tried.
    static let verificationsPerFile = 1_000
    /// What a check over big numbers counts for.
    static let costOfSlowVerification = 200
    static let costOfDSAVerification = 100
    /// Bytes of a document up to which any XPath expression is evaluated.
    static let affordableXPathSize = 64 << 10
    /// XPath expressions of one transform.
    static let filters = 10
}
