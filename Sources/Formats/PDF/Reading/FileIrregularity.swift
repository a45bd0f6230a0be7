// SPDX-License-Identifier: Apache-2.0

/// What a strict reader refuses and a tolerant one reads all the same; each is a fact for whoever
/// judges the file.
package enum FileIrregularity: Sendable, Hashable {
    /// Bytes before `%PDF-`; readers disagree on where offsets count from.
    case leadingBytes(Int)
    /// Bytes behind the last revision that are more than white space.
    case trailingBytes(offset: Int)
    /// The strings and streams cannot be read; the security handler's name (ISO 32000-1, 7.6).
    case encrypted(handler: String)
    /// The cross-reference sections cannot be followed: the objects were found by searching, so
    /// that another reader may see another document.
    case rebuilt(PDFError)
    /// A table hides objects in a stream (ISO 32000-1, 7.5.8.4): old readers see fewer objects.
    case hybrid
}
