// SPDX-License-Identifier: Apache-2.0
import XML

/// Bounds of what is judged.
enum Limits {
    static let fileSize = 200 << 20
    /// Signed PDFs inside one signed document.
    static let insideFiles = 10
    /// Signatures, changes, and characters of one text, that the report for people shows.
    static let shownSignatures = 12
    static let shownChanges = 5
    static let shownCharacters = 300
    /// National lists have several hundred services, each name in several languages.
    static let trustedList: XMLLimits = {
        var limits = XMLLimits()
        limits.sizeInBytes = 32 << 20
        limits.attributesPerDocument = 200_000
        return limits
    }()
}
