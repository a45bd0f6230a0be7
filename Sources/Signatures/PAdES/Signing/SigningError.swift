// SPDX-License-Identifier: Apache-2.0
package import PDF
package import Trust

/// Why a PDF cannot be signed or extended.
package enum SigningError: Error, Hashable {
    /// The file cannot be read.
    case unreadable(PDFError)
    /// No signature field of this name.
    case noSuchField(String)
    case alreadySigned(field: String)
    /// A certification must be the first signature of a file (ISO 32000-1, 12.8.4).
    case certificationNotFirst
    /// A signature in the file forbids further ones.
    case forbiddenByCertification
    /// A signature in the file locks the field.
    case lockedField(String)
    /// /Contents is too small; prepare again with more room.
    case noRoom(needed: Int, reserved: Int)
    /// The value was not made by the signer's key over what was to be signed.
    case wrongSignatureValue
    /// The token does not stamp this signature.
    case timestamp(TimestampError)
    /// The parts do not make a CMS object.
    case structure(DERError)
    /// The signature cannot take a time-stamp any more: it is damaged, or something was added
    /// behind it.
    case notExtensible
    /// The file has no page to put an invisible field on.
    case noPage
    /// What was put aside to be signed later was changed, or is something else.
    case notResumable
}

/// Turns what reading throws into a reason why signing stops.
func reading<T>(_ body: () throws(PDFError) -> T) throws(SigningError) -> T {
    do throws(PDFError) { return try body() } catch { throw .unreadable(error) }
}

/// Turns what building DER throws into a reason why signing stops.
func building<T>(_ body: () throws(DERError) -> T) throws(SigningError) -> T {
    do throws(DERError) { return try body() } catch { throw .structure(error) }
}
