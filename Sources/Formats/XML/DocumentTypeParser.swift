// SPDX-License-Identifier: Apache-2.0
import CLibXML2

extension XMLDocument {
    /// Parses a document with its document type, for comparing canonical forms with published ones.
    ///
    /// Everything ``init(parsing:limits:)`` refuses is done here: default attributes are added and
    /// entities replaced. Tests alone may call it; no product does.
    ///
    /// - Parameter files: What the document type may load, by its system identifier.
    package convenience init(
        parsingWithDocumentType bytes: [UInt8], files: [String: [UInt8]]
    ) throws(XMLError) {
        LibXML2.initialize()
        let options = Int32(
            bitPattern: XML_PARSE_DTDLOAD.rawValue | XML_PARSE_DTDATTR.rawValue
                | XML_PARSE_NOENT.rawValue | XML_PARSE_NONET.rawValue
                | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue)
        let document = SchemaCatalogue.serving(files) {
            bytes.withUnsafeBytes { buffer in
                xmlReadMemory(
                    buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count),
                    nil, nil, options)
            }
        }
        guard let document else { throw .malformed(line: 0, reason: "not well-formed") }
        guard xmlDocGetRootElement(document) != nil else {
            xmlFreeDoc(document)
            throw .malformed(line: 0, reason: "no root element")
        }
        self.init(owning: document, limits: .standard)
    }
}
