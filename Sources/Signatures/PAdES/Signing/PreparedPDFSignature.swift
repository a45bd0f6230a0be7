// SPDX-License-Identifier: Apache-2.0
import PDF
package import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A PDF with room for a signature, and what the signer's key must sign; the key may be anywhere
/// (RS-01).
///
/// The signature becomes PAdES-B-B (EN 319 142-1, 6.3): ETSI.CAdES.detached, signed attributes
/// content-type, message-digest and signing-certificate-v2, the time in /M only.
package struct PreparedPDFSignature: Sendable {
    /// The file with zeros where the signature will be.
    package let bytes: [UInt8]
    /// The DER SET OF signed attributes: what is hashed and signed.
    package let toBeSigned: [UInt8]
    package let algorithm: SignatureAlgorithm
    private let attributes: SignedAttributes
    private let signer: Certificate
    private let intermediates: [Certificate]
    private let contents: Range<Int>

    init(
        _ revision: SignatureRevision.Result, signer: Certificate, intermediates: [Certificate],
        algorithm: SignatureAlgorithm, additional: [CMSAttribute]
    ) {
        bytes = revision.bytes
        contents = revision.contents
        (self.signer, self.intermediates, self.algorithm) = (signer, intermediates, algorithm)
        let digest = bytes.digest(algorithm.digest, over: revision.byteRange)
        attributes = SignedAttributes(contentDigest: digest, signer: signer, additional: additional)
        toBeSigned = attributes.bytesToSign
    }

    /// Takes up a signature that was put aside as ``suspended``.
    ///
    /// - Throws: It was changed since, or it is something else.
    package init(resuming bytes: [UInt8]) throws(SigningError) {
        guard let parts = try? JSONDecoder().decode(Suspended.self, from: Data(bytes)),
            let certificates = try? parts.certificates.map({ try Certificate(der: Array($0)) }),
            let signer = certificates.first,
            let identifier = try? AlgorithmIdentifier(der: Array(parts.algorithm)),
            let algorithm = SignatureAlgorithm(identifier),
            0 < parts.start, parts.start <= parts.end, parts.end < parts.file.count
        else { throw .notResumable }
        self.bytes = Array(parts.file)
        (self.signer, self.algorithm) = (signer, algorithm)
        intermediates = Array(certificates.dropFirst())
        contents = parts.start..<parts.end
        toBeSigned = Array(parts.attributes)
        let gap = contents.upperBound + 1
        let digest = self.bytes.digest(
            algorithm.digest,
            over: [0, contents.lowerBound - 1, gap, self.bytes.count - gap])
        do throws(DERError) {
            attributes = try SignedAttributes(
                resuming: toBeSigned, contentDigest: digest, signer: signer)
        } catch { throw .notResumable }
    }

    /// Everything that ``init(resuming:)`` needs, for a value that comes later, perhaps to another
    /// process; the file in it is final.
    package var suspended: [UInt8] {
        let parts = Suspended(
            file: Data(bytes), start: contents.lowerBound, end: contents.upperBound,
            attributes: Data(toBeSigned), algorithm: Data(algorithm.identifier.der.encoded),
            certificates: ([signer] + intermediates).map { Data($0.der) })
        // Nothing in it can fail to be written.
        return (try? JSONEncoder().encode(parts)).map { Array($0) } ?? []
    }

    private struct Suspended: Codable {
        var file: Data
        var start: Int
        var end: Int
        var attributes: Data
        var algorithm: Data
        var certificates: [Data]
    }

    /// Puts the signature in.
    ///
    /// - Parameter signatureValue: Over ``toBeSigned``; DER for ECDSA.
    /// - Throws: The value is not this signer's, or the room is too small.
    package func signed(
        with signatureValue: [UInt8]
    ) throws(SigningError) -> SignedPDF {
        let check = signer.publicKey.verify(
            signature: signatureValue, over: toBeSigned, algorithm: algorithm)
        guard check != .invalid else { throw .wrongSignatureValue }
        let signedData = try building { () throws(DERError) in
            try SignedData.assemble(
                attributes, signature: signatureValue, algorithm: algorithm,
                intermediates: intermediates)
        }
        return try SignedPDF(bytes, contents: contents, signedData)
    }
}

/// Plans a signature on a PDF.
///
/// - Parameters:
///   - field: An empty signature field of the file; `nil` adds an invisible one to the first page.
///   - intermediates: Certificates between the signer's and the anchor, carried in the signature.
///   - time: Goes into /M.
///   - certification: Makes the signature a certification (rule PD-05).
///   - timestampRoom: Bytes kept free in /Contents for a signature time-stamp.
/// - additionalAttributes: Signed beside the three that always are, for example a commitment type.
/// - Throws: The file cannot be read, or what is in it forbids this signature.
package func prepare(
    pdf: [UInt8], field: String?, signer: Certificate, intermediates: [Certificate] = [],
    algorithm: SignatureAlgorithm, time: Date, certification: Certification? = nil,
    timestampRoom: Int = 8_192, additionalAttributes: [CMSAttribute] = []
) throws(SigningError) -> PreparedPDFSignature {
    let file = try reading { () throws(PDFError) in try PDFFile(pdf) }
    try SigningPermission(in: file.current).check(
        field: field, isCertification: certification != nil)
    let entries: PDFDictionary = [
        "Type": .name("Sig"), "Filter": .name("Adobe.PPKLite"),
        "SubFilter": .name("ETSI.CAdES.detached"), "M": .text(PDFDate.text(time)),
    ]
    let certificates = ([signer] + intermediates).reduce(0) { $0 + $1.der.count }
    let added = additionalAttributes.reduce(0) { $0 + $1.der.count }
    var revision = try SignatureRevision(of: file)
    let result = try revision.result(
        entries, fieldName: field, certification: certification,
        room: certificates + added + Limits.signatureRoom + timestampRoom)
    return PreparedPDFSignature(
        result, signer: signer, intermediates: intermediates, algorithm: algorithm,
        additional: additionalAttributes)
}

extension [UInt8] {
    /// The digest of the two parts that a /ByteRange of four valid numbers names.
    func digest(_ algorithm: DigestAlgorithm, over byteRange: [Int]) -> Digest {
        var running = algorithm.running
        running.update(self[byteRange[0]..<byteRange[0] + byteRange[1]])
        running.update(self[byteRange[2]..<byteRange[2] + byteRange[3]])
        return running.finished()
    }
}
