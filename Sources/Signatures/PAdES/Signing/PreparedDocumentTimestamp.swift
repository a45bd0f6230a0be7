// SPDX-License-Identifier: Apache-2.0
import PDF
package import Trust

/// A PDF with room for a document time-stamp (EN 319 142-1, 5.4.3), and the digest to have stamped.
///
/// Added after the security store it makes a B-LT file B-LTA.
package struct PreparedDocumentTimestamp: Sendable {
    /// What the time-stamp authority is asked to stamp.
    package let imprint: Digest
    private let bytes: [UInt8]
    private let contents: Range<Int>

    init(_ revision: SignatureRevision.Result, digest: DigestAlgorithm) {
        (bytes, contents) = (revision.bytes, revision.contents)
        imprint = bytes.digest(digest, over: revision.byteRange)
    }

    /// Puts the time-stamp in.
    ///
    /// - Throws: The token stamps something else, or the room is too small.
    package func stamped(with token: TimestampToken) throws(SigningError) -> [UInt8] {
        do throws(TimestampError) { try token.checkImprint(of: imprint) } catch {
            throw .timestamp(error)
        }
        return try bytes.filling(contents, with: token.der)
    }
}

/// Bytes to keep free for a time-stamp token, from the certificates it will carry.
package func timestampRoom(for certificates: [Certificate]) -> Int {
    certificates.reduce(Limits.timestampRoom) { $0 + $1.der.count }
}

/// Plans a document time-stamp over the whole file as it is: B-T for a file whose signature has no
/// room, B-LTA behind a security store.
///
/// - Parameter timestampRoom: Bytes kept free in /Contents, see ``timestampRoom(for:)``.
/// - Throws: The file cannot be read as it should be, or is encrypted.
package func prepareDocumentTimestamp(
    pdf: [UInt8], digest: DigestAlgorithm = .sha256, timestampRoom: Int = 8_192
) throws(SigningError) -> PreparedDocumentTimestamp {
    let file = try reading { () throws(PDFError) in try PDFFile(pdf) }
    var revision = try SignatureRevision(of: file)
    let result = try revision.result(
        [
            "Type": .name("DocTimeStamp"), "Filter": .name("Adobe.PPKLite"),
            "SubFilter": .name("ETSI.RFC3161"),
        ], fieldName: nil, certification: nil, room: timestampRoom)
    return PreparedDocumentTimestamp(result, digest: digest)
}
