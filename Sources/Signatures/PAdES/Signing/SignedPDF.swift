// SPDX-License-Identifier: Apache-2.0
package import PDF
package import Trust

/// A PDF with our signature as its last revision; it grows from B-B to B-T and B-LT.
package struct SignedPDF: Sendable {
    package let bytes: [UInt8]
    package let signedData: SignedData
    private let contents: Range<Int>

    init(
        _ bytes: [UInt8], contents: Range<Int>, _ signedData: SignedData
    ) throws(SigningError) {
        self.contents = contents
        self.signedData = signedData
        self.bytes = try bytes.filling(contents, with: signedData.der)
    }

    /// Takes up a signature read from a file, to extend it: one of ours after a restart, or
    /// anyone's with room left.
    ///
    /// - Throws: Its byte range has a fault, it is no DER signature, or later revisions rely on its
    ///   bytes.
    package init(reopening signature: PDFSignature, of file: PDFFile) throws(SigningError) {
        guard signature.kind == .signature, signature.byteRange.faults.isEmpty,
            signature.byteRange.revision == file.revisions.count - 1,
            let signedData = signature.signedData, signedData.wasDER, signedData.signers.count == 1
        else { throw .notExtensible }
        let gap = signature.byteRange.numbers
        self.signedData = signedData
        contents = gap[1] + 1..<gap[2] - 1
        bytes = file.bytes
    }

    /// What a signature time-stamp stamps: the octets of the signature value (EN 319 122-1, 5.3).
    package var signatureValue: [UInt8] { signedData.signers[0].signature }

    /// B-T: puts the time-stamp into the room reserved for it; no byte outside /Contents changes.
    ///
    /// - Throws: The token stamps something else, or the room is too small.
    package func adding(timestamp token: TimestampToken) throws(SigningError) -> SignedPDF {
        if let imprint = token.imprint.digest {
            do throws(TimestampError) {
                try token.checkImprint(of: imprint.algorithm.digest(signatureValue))
            } catch {
                throw .timestamp(error)
            }
        }
        let attributes = signedData.signers[0].unsignedAttributes + [.signatureTimeStamp(token)]
        let signedData = signedData
        let stamped = try building { () throws(DERError) in
            try signedData.replacingUnsignedAttributes(with: attributes)
        }
        return try SignedPDF(bytes, contents: contents, stamped)
    }

    /// B-LT: a further revision with certificates and revocation data; ``bytes`` stay its prefix.
    ///
    /// - Parameter isRelated: Whether /VRI names the material for this signature.
    package func addingValidationMaterial(
        _ material: ValidationMaterial, isRelated: Bool = false
    ) throws(SigningError) -> [UInt8] {
        let related = isRelated ? [Array(bytes[contents]).pairsOfDigits] : []
        return try PAdES.addingValidationMaterial(material, to: bytes, relatedTo: related)
    }
}

extension [UInt8] {
    /// The octets that hexadecimal digits stand for.
    fileprivate var pairsOfDigits: [UInt8] {
        func value(_ digit: UInt8) -> UInt8 {
            digit < UInt8(ascii: "A") ? digit - UInt8(ascii: "0") : (digit & 0x0F) + 9
        }
        return stride(from: 0, to: count - 1, by: 2).map {
            value(self[$0]) << 4 | value(self[$0 + 1])
        }
    }

    /// Writes hexadecimal digits into a place kept for them, zeros behind.
    func filling(_ place: Range<Int>, with data: [UInt8]) throws(SigningError) -> [UInt8] {
        guard 2 * data.count <= place.count else {
            throw .noRoom(needed: data.count, reserved: place.count / 2)
        }
        var writer = ObjectWriter(reservingCapacity: place.count)
        for byte in data { writer.write(hexadecimal: byte) }
        var bytes = self
        bytes.replaceSubrange(
            place.lowerBound..<place.lowerBound + 2 * data.count, with: writer.bytes)
        // A shorter value than the one before must leave nothing of it.
        for index in place.lowerBound + 2 * data.count..<place.upperBound {
            bytes[index] = UInt8(ascii: "0")
        }
        return bytes
    }
}
