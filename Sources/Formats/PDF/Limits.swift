// SPDX-License-Identifier: Apache-2.0

/// Upper bounds of everything this module reads or draws (rule PD-01).
package enum Limits {
    /// Bytes of a file to read.
    package static let fileSize = 100 << 20
    package static let pages = 500
    /// Depth of arrays and dictionaries inside one object, and of the page tree.
    package static let nesting = 64
    /// Objects that all cross-reference sections of a file declare together.
    package static let objects = 200_000
    /// Cross-reference sections, and so revisions, of a file.
    package static let revisions = 256
    /// Bytes all object and cross-reference streams of a file may expand to.
    package static let expandedSize = 200 << 20
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
