// SPDX-License-Identifier: Apache-2.0
import CLibXML2
import Synchronization

/// A compiled XML Schema 1.0, immutable and shared by threads; each validation has its own context.
package final class XMLSchema: @unchecked Sendable {
    /// One way in which a document breaks the schema, in libxml2's words.
    package struct Violation: Sendable, Hashable {
        package let line: Int
        /// The place of the element, when libxml2 names one.
        package let path: String?
        package let code: Int32
    }

    private let pointer: xmlSchemaPtr  // libxml2 documents compiled schemas as read-only

    /// Compiles `bytes`; `imports` serves schema locations from memory, nothing else is loaded.
    package init(_ bytes: [UInt8], imports: [String: [UInt8]] = [:]) throws(XMLError) {
        LibXML2.initialize()
        let problems = Problems()
        let pointer = SchemaCatalogue.serving(imports) { Self.compile(bytes, problems) }
        guard let pointer else {
            let first = problems.list.first
            throw .schema(reason: first?.message ?? "cannot be compiled", line: first?.line ?? 0)
        }
        self.pointer = pointer
    }

    deinit { xmlSchemaFree(pointer) }

    private static func compile(_ bytes: [UInt8], _ problems: Problems) -> xmlSchemaPtr? {
        bytes.withUnsafeBytes { buffer in
            guard
                let context = xmlSchemaNewMemParserCtxt(
                    buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count))
            else { return nil }
            defer { xmlSchemaFreeParserCtxt(context) }
            xmlSchemaSetParserStructuredErrors(
                context, collect, Unmanaged.passUnretained(problems).toOpaque())
            return withExtendedLifetime(problems) { xmlSchemaParse(context) }
        }
    }

    /// Every violation libxml2 reports; empty means valid.
    package func violations(in document: XMLDocument) throws(XMLError) -> [Violation] {
        guard let context = xmlSchemaNewValidCtxt(pointer) else { throw .outOfMemory }
        defer { xmlSchemaFreeValidCtxt(context) }
        let problems = Problems()
        xmlSchemaSetValidStructuredErrors(
            context, collect, Unmanaged.passUnretained(problems).toOpaque())
        let status = withExtendedLifetime(problems) {
            xmlSchemaValidateDoc(context, document.pointer)
        }
        if status == 0 { return [] }
        guard !problems.list.isEmpty else { return [Violation(line: 0, path: nil, code: status)] }
        return problems.list.map { problem in
            let path = problem.node.map { XMLNode(document, $0).path }
            return Violation(line: problem.line, path: path, code: problem.code)
        }
    }
}

private final class Problems {
    struct Problem {
        let code: Int32
        let line: Int
        let message: String
        let node: xmlNodePtr?
    }
    var list: [Problem] = []
}

/// The closure must not spell the error's pointer type: it became const in libxml2 2.12.
private let collect: xmlStructuredErrorFunc = { context, error in
    guard let context, let error else { return }
    let node = error.pointee.node?.assumingMemoryBound(to: xmlNode.self)
    let isElement = node?.pointee.type == XML_ELEMENT_NODE
    Unmanaged<Problems>.fromOpaque(context).takeUnretainedValue().list.append(
        Problems.Problem(
            code: error.pointee.code, line: Int(error.pointee.line),
            message: LibXML2.message(error.pointee.message), node: isElement ? node : nil))
}

/// Serves `xs:import` and `xs:include` from memory while a schema is compiled; refuses all else.
enum SchemaCatalogue {
    private static let files = Mutex<[String: [UInt8]]>([:])
    private static let compiling = Mutex<Void>(())

    static func serving<Result>(_ imports: [String: [UInt8]], _ body: () -> Result) -> Result {
        compiling.withLock { _ in
            files.withLock { $0 = imports }
            defer { files.withLock { $0 = [:] } }
            return body()
        }
    }

    static func bytes(for url: String) -> [UInt8]? { files.withLock { $0[url] } }

    static func input(
        for bytes: [UInt8], named url: UnsafePointer<CChar>?, context: xmlParserCtxtPtr?
    ) -> xmlParserInputPtr? {
        let buffer = bytes.withUnsafeBytes {
            xmlParserInputBufferCreateMem(
                $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count),
                XML_CHAR_ENCODING_NONE)
        }
        guard let buffer else { return nil }
        guard let input = xmlNewIOInputStream(context, buffer, XML_CHAR_ENCODING_NONE) else {
            xmlFreeParserInputBuffer(buffer)
            return nil
        }
        // libxml2 frees the copy with the input.
        input.pointee.filename = UnsafeRawPointer(xmlCharStrdup(url))?
            .assumingMemoryBound(to: CChar.self)
        return input
    }
}
