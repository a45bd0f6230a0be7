// SPDX-License-Identifier: Apache-2.0

/// Why a file cannot be read.
///
/// The usual way in repairs nothing, because two readers may see a damaged file differently; what
/// the tolerant one forgives is a ``FileIrregularity``.
package enum PDFError: Error, Hashable {
    /// No `%PDF-` at the very beginning.
    case notPDF
    case tooLarge(size: Int)
    case tooManyObjects
    case tooManyPages
    case tooManyRevisions
    /// Arrays or dictionaries inside each other, or the page tree, beyond ``Limits/nesting``.
    case nestedTooDeep
    case encrypted
    /// No `startxref`, or it does not lead to a cross-reference section.
    case missingCrossReference
    /// Cross-reference sections, references or pages lead back to themselves.
    case cycle
    /// The bytes at the offset are no valid syntax.
    case malformed(offset: Int)
    /// The object is not what its place in the file asks for.
    case unexpected(ObjectReference, wanted: String)
    case expandsTooMuch
    case unsupportedFilter(String)
    /// The filter's data is damaged.
    case damagedStream
    /// Something every PDF has is not there, for example `Root`.
    case missing(String)
}
