// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Textual encodings of PKIX structures (RFC 7468).
package enum PEM {
    /// One encapsulated object.
    package struct Block: Sendable, Hashable {
        package let label: String
        package let der: [UInt8]
    }

    /// The label of a certificate.
    package static let certificate = "CERTIFICATE"
    /// The label of a certification request.
    package static let certificateRequest = "CERTIFICATE REQUEST"

    /// All blocks of a text, in order; what lies between them is ignored (RFC 7468, 2).
    package static func blocks(in text: some StringProtocol) -> [Block] {
        var blocks: [Block] = []
        var label: String?
        var body = ""
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.trimmingSpaces
            if let begun = line.between("-----BEGIN ", "-----") {
                label = begun
                body = ""
            } else if let ended = line.between("-----END ", "-----") {
                if ended == label, let data = Data(base64Encoded: body) {
                    blocks.append(Block(label: ended, der: Array(data)))
                }
                label = nil
            } else if label != nil, !line.contains(":") {
                body += line
            }
        }
        return blocks
    }

    /// The text of one object, in lines of 64 characters.
    package static func text(label: String, der: [UInt8]) -> String {
        var lines = ["-----BEGIN \(label)-----"]
        var rest = Data(der).base64EncodedString()[...]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(64)))
            rest = rest.dropFirst(64)
        }
        return (lines + ["-----END \(label)-----", ""]).joined(separator: "\n")
    }
}

extension Certificate {
    /// Reads the certificates of a file that is DER, PEM or a certs-only CMS object, in order.
    ///
    /// - Throws: It is none of these, or one of its certificates cannot be read.
    package static func certificates(in file: [UInt8]) throws(DERError) -> [Certificate] {
        if file.first == 0x30 {
            // RFC 5280, 4.2.2.1: caIssuers may lead to a certs-only CMS object.
            if let bundle = try? SignedData(parsing: file, allowingBER: true) {
                return bundle.certificates
            }
            return [try Certificate(der: file)]
        }
        let blocks = PEM.blocks(in: String(decoding: file, as: UTF8.self))
        var certificates: [Certificate] = []
        for block in blocks where block.label == PEM.certificate {
            certificates.append(try Certificate(der: block.der))
        }
        guard !certificates.isEmpty else { throw .notDER }
        return certificates
    }

    package var pem: String { PEM.text(label: PEM.certificate, der: der) }
}

extension StringProtocol {
    fileprivate var trimmingSpaces: String {
        let start = drop { $0 == " " || $0 == "\t" || $0 == "\r" }
        var text = String(start)
        while let last = text.last, last == " " || last == "\t" || last == "\r" {
            text.removeLast()
        }
        return text
    }

    fileprivate func between(_ start: String, _ end: String) -> String? {
        guard hasPrefix(start), hasSuffix(end), count >= start.count + end.count else { return nil }
        return String(dropFirst(start.count).dropLast(end.count))
    }
}
