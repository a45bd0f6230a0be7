// SPDX-License-Identifier: Apache-2.0
import CLibXML2

/// The hardened parse: options, limits and refusals of XM-01 and XM-02.
enum Parser {
    /// Never `NOENT`, `DTDLOAD`, `DTDATTR`, `XINCLUDE`, `HUGE`, `RECOVER`.
    private static let options = Int32(
        bitPattern: XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue
            | XML_PARSE_NOWARNING.rawValue | XML_PARSE_BIG_LINES.rawValue)

    static func parse(_ bytes: [UInt8], limits: XMLLimits) throws(XMLError) -> xmlDocPtr {
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.count <= limits.sizeInBytes else {
            throw .tooLarge(sizeInBytes: bytes.count, limit: limits.sizeInBytes)
        }
        let text = try Encoding.utf8(of: bytes)
        guard !declaresDocumentType(text) else { throw .documentTypeDeclaration }
        return try read(text, limits: limits)
    }

    private static func declaresDocumentType(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { buffer in
            var index = 0
            while index + 8 < buffer.count {
                if buffer[index] == UInt8(ascii: "<"), buffer[index + 1] == UInt8(ascii: "!"),
                    isDeclaration(buffer, at: index + 2)
                {
                    return true
                }
                index += 1
            }
            return false
        }
    }

    private static func isDeclaration(_ buffer: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
        matches(buffer, "DOCTYPE", at: start) || matches(buffer, "ENTITY", at: start)
    }

    private static func matches(
        _ buffer: UnsafeBufferPointer<UInt8>, _ word: StaticString, at start: Int
    ) -> Bool {
        guard start + word.utf8CodeUnitCount <= buffer.count else { return false }
        return (0..<word.utf8CodeUnitCount).allSatisfy { buffer[start + $0] == word.utf8Start[$0] }
    }

    private static func read(_ text: [UInt8], limits: XMLLimits) throws(XMLError) -> xmlDocPtr {
        LibXML2.initialize()
        guard let context = xmlNewParserCtxt() else { throw .outOfMemory }
        defer { xmlFreeParserCtxt(context) }
        let guardian = Guardian(limits)
        context.pointee._private = Unmanaged.passUnretained(guardian).toOpaque()
        Guardian.install(on: context)
        let document = withExtendedLifetime(guardian) {
            text.withUnsafeBytes { buffer in
                xmlCtxtReadMemory(
                    context, buffer.baseAddress?.assumingMemoryBound(to: CChar.self),
                    Int32(buffer.count), nil, "UTF-8", options)
            }
        }
        if let violation = guardian.violation {
            if let document { xmlFreeDoc(document) }
            throw violation
        }
        // Prefixes without a declaration are errors too (Namespaces in XML, 5), not just warnings.
        guard let document, xmlDocGetRootElement(document) != nil,
            context.pointee.nsWellFormed == 1
        else {
            if let document { xmlFreeDoc(document) }
            throw lastError(of: context)
        }
        return document
    }

    private static func lastError(of context: xmlParserCtxtPtr) -> XMLError {
        guard let error = xmlCtxtGetLastError(context) else {
            return .malformed(line: 0, reason: "no root element")
        }
        let line = Int(error.pointee.line)
        if error.pointee.code == Int32(XML_ERR_NO_MEMORY.rawValue) { return .outOfMemory }
        return .malformed(line: line, reason: reason(for: error.pointee.code))
    }

    /// libxml2's own sentences may quote content; a reader of logs must not see any.
    private static func reason(for code: Int32) -> String {
        switch code {
        case 4, 5: "the document ends before its root element is closed"
        case 76: "an end tag does not match its start tag"
        case 77, 74: "an element is not closed"
        case 42: "an attribute occurs twice in one element"
        case 38, 39, 40, 41: "an attribute value is not quoted or not closed"
        case 26, 27, 28: "an entity is not declared; only &lt; &gt; &amp; &quot; &apos; exist"
        case 201: "a namespace prefix is not declared"
        case 203: "an attribute occurs twice in one element"
        case 9: "a character that XML does not allow"
        case 68: "a name is expected"
        default: "error \(code) of libxml2"
        }
    }
}

/// Counts while libxml2 parses, and stops it when a limit is passed.
///
/// Stopping frees the parser's input, so nothing is handed on to libxml2 after a violation.
private final class Guardian {
    let limits: XMLLimits
    var violation: XMLError?
    private var depth = 0
    private var elements = 0
    private var attributes = 0
    private var textInBytes = 0

    init(_ limits: XMLLimits) { self.limits = limits }

    private static func of(_ context: UnsafeMutableRawPointer?) -> (xmlParserCtxtPtr, Guardian)? {
        guard let context else { return nil }
        let parser = context.assumingMemoryBound(to: xmlParserCtxt.self)
        guard let box = parser.pointee._private else { return nil }
        return (parser, Unmanaged<Guardian>.fromOpaque(box).takeUnretainedValue())
    }

    static func install(on context: xmlParserCtxtPtr) {
        guard let sax = context.pointee.sax else { return }
        sax.pointee.internalSubset = { context, _, _, _ in
            guard let (parser, guardian) = Guardian.of(context) else { return }
            guardian.stop(parser, .documentTypeDeclaration)
        }
        sax.pointee.startElementNs = {
            context, name, prefix, uri, nsCount, ns, count, defaulted, list in
            guard let (parser, guardian) = Guardian.of(context) else { return }
            let length = name.map { xmlStrlen($0) } ?? 0
            guardian.open(attributes: Int(count + nsCount), nameInBytes: Int(length), parser)
            guard guardian.violation == nil else { return }
            xmlSAX2StartElementNs(context, name, prefix, uri, nsCount, ns, count, defaulted, list)
        }
        sax.pointee.endElementNs = { context, name, prefix, uri in
            guard let (_, guardian) = Guardian.of(context) else { return }
            guardian.close()
            guard guardian.violation == nil else { return }
            xmlSAX2EndElementNs(context, name, prefix, uri)
        }
        sax.pointee.characters = { context, text, length in
            guard let (parser, guardian) = Guardian.of(context) else { return }
            guardian.characters(Int(length), parser)
            guard guardian.violation == nil else { return }
            xmlSAX2Characters(context, text, length)
        }
        sax.pointee.ignorableWhitespace = sax.pointee.characters
        sax.pointee.cdataBlock = { context, text, length in
            guard let (parser, guardian) = Guardian.of(context) else { return }
            guardian.characters(Int(length), parser)
            guard guardian.violation == nil else { return }
            xmlSAX2CDataBlock(context, text, length)
        }
    }

    private func stop(_ parser: xmlParserCtxtPtr, _ error: XMLError) {
        if violation == nil { violation = error }
        xmlStopParser(parser)
    }

    private func open(attributes count: Int, nameInBytes: Int, _ parser: xmlParserCtxtPtr) {
        (depth, elements, attributes, textInBytes) = (
            depth + 1, elements + 1, attributes + count, 0
        )
        check(depth, limits.depth, "levels of nesting", parser)
        check(elements, limits.elements, "elements", parser)
        check(count, limits.attributesPerElement, "attributes in one element", parser)
        check(attributes, limits.attributesPerDocument, "attributes", parser)
        check(nameInBytes, limits.nameInBytes, "bytes in one name", parser)
    }

    private func close() { (depth, textInBytes) = (depth - 1, 0) }

    private func characters(_ count: Int, _ parser: xmlParserCtxtPtr) {
        textInBytes += count
        check(textInBytes, limits.textNodeInBytes, "bytes in one text", parser)
    }

    private func check(
        _ value: Int, _ limit: Int, _ what: StaticString, _ parser: xmlParserCtxtPtr
    ) {
        guard value > limit else { return }
        let line = Int(xmlSAX2GetLineNumber(parser))
        stop(parser, .limit(what: "\(what)", limit: limit, line: line))
    }
}
