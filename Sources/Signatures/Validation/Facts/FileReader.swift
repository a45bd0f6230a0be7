// SPDX-License-Identifier: Apache-2.0
package import Trust
import XML
package import XMLSignature

/// Finds the format of a file and reads the facts about its signatures.
package struct FileReader: Sendable {
    package var detached: [DetachedData]
    /// Certificates from elsewhere than the file, one of which may be the signer's.
    package var certificates: [Certificate]
    /// Whether signed PDFs inside a verified XML are read too.
    package var looksInside: Bool

    package init(
        detached: [DetachedData] = [], certificates: [Certificate] = [], looksInside: Bool = true
    ) {
        (self.detached, self.certificates) = (detached, certificates)
        self.looksInside = looksInside
    }

    /// The facts; a file that cannot be read is a fact too.
    package func facts(of file: [UInt8]) -> FileFacts {
        guard file.count <= Limits.fileSize else {
            return FileFacts(unreadable: "The file is larger than \(Limits.fileSize) bytes.")
        }
        if Self.isPDF(file) {
            var facts = FileFacts(pdf: file)
            if !detached.isEmpty { facts.leaveDataUncovered() }
            return facts
        }
        if file.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
            return FileFacts(container: file, reader: self)
        }
        if file.first == 0x30, let facts = cms(file) { return facts }
        do throws(XMLError) {
            return FileFacts(try XMLDocument(parsing: file), reader: self)
        } catch {
            return FileFacts(
                unreadable: "The file is neither PDF, XML, CMS nor container: \(error).")
        }
    }

    /// Readers look for the header in the first kilobyte (ISO 32000-1, annex H).
    private static func isPDF(_ file: [UInt8]) -> Bool {
        let header = Array("%PDF-".utf8)
        let start = file.prefix(1_024 + header.count)
        guard start.contains(UInt8(ascii: "%")) else { return false }
        return start.indices.dropLast(header.count - 1).contains {
            start[$0] == UInt8(ascii: "%") && start[$0...].starts(with: header)
        }
    }

    private func cms(_ file: [UInt8]) -> FileFacts? {
        guard let signedData = try? SignedData(parsing: file, allowingBER: true) else { return nil }
        let content = detached.count == 1 ? detached[0].bytes : nil
        if let token = try? TimestampToken(signedData) {
            return FileFacts(timestamp: token, content: content)
        }
        var facts = FileFacts(signedData, content: content)
        let signed = signedData.content ?? content
        if detached.contains(where: { $0.bytes != signed }) { facts.leaveDataUncovered() }
        return facts
    }
}
