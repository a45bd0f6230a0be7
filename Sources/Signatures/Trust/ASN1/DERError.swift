// SPDX-License-Identifier: Apache-2.0

/// Why bytes cannot be read as the ASN.1 structure that is expected.
///
/// The text names a structure or field of the standard, never a value read.
package enum DERError: Error, Hashable {
    /// The bytes are not one DER object and nothing more (X.690, clause 10).
    case notDER
    /// The object is longer than the limit, both in bytes.
    case tooLarge(size: Int, limit: Int)
    /// The object nests deeper than the limit.
    case tooDeep(limit: Int)
    /// An element is missing or has another tag than the structure allows.
    case unexpectedElement(in: String)
    /// The structure holds more elements than the standard or a limit allows.
    case extraElement(in: String)
    /// An element has a value that its type does not allow.
    case invalidValue(in: String)
    /// The structure is of a kind or version that is not processed here.
    case unsupported(String)
}
