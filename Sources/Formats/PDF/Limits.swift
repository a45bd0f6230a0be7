// SPDX-License-Identifier: Apache-2.0

/// Upper bounds of everything this module reads or draws (rule PD-01).
package enum Limits {
    /// Bytes of a file to read.
    package static let fileSize = 64 << 20
    package static let pages = 500
    /// Depth of arrays and dictionaries inside one object, and of the page tree.
    package static let nesting = 64
    /// Objects that all cross-reference sections of a file declare together.
    package static let objects = 200_000
    /// Values inside one object.
    package static let values = 1_000_000
    /// Cross-reference sections, and so revisions, of a file.
    package static let revisions = 256
    /// Bytes all object and cross-reference streams of a file may expand to; they are kept, so it
    /// is less than what a stream that is only looked at may expand to.
    package static let expandedSize = 64 << 20
    /// Places of `startxref`.
    static let endMarkers = 4_096
    /// Bytes between the beginning of an unlisted object and what is looked for in it.
    static let headerDistance = 1 << 17
    /// How often the bytes of a file may be read in following its revisions.
    package static let readings = 3
    /// References between objects that are kept to follow the revisions of a file.
    package static let edges = 1_000_000
    /// Signature dictionaries of all revisions together.
    package static let signatureDictionaries = 200
    /// Objects of a step that are kept while it is looked at.
    static let cachedObjects = 4_096
    /// Bytes in which `%PDF-` must begin.
    package static let headerSearch = 1_024
    /// Bytes a stream may expand to for each byte that is stored.
    package static let expansionRatio = 100
    /// Below this size the ratio says nothing: a kilobyte of zeros is no bomb.
    package static let expansionRatioFloor = 1 << 20
    /// Annotations of a page that are compared with each other.
    package static let annotations = 200
    /// Filters of one stream.
    package static let filters = 4

    static let fontFileSize = 16 << 20
    static let fontTables = 64
    static let glyphComponents = 64
    static let glyphNesting = 8
    /// Bytes of a QR code's content (ISO/IEC 18004, version 40, level M, byte mode).
    static let qrContent = 2_331
    /// Blocks inside blocks.
    static let groupNesting = 16
}
