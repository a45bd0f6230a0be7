// SPDX-License-Identifier: Apache-2.0
import Foundation
import XML

/// Canonical forms that must equal published ones byte for byte.
///
/// Beside a sample stand `.expected`, and where a node set is meant `.xpath`, where prefixes are
/// included `.ns`.
struct CanonicalForms: CorpusSet {
    func outcome(of row: Row) -> Outcome {
        do {
            let expected = companion(of: row, "expected") ?? []
            let found = try canonical(row)
            return found == expected ? .passed : .failed(got: "other bytes")
        } catch {
            return .failed(got: "\(error)")
        }
    }

    private func canonical(_ row: Row) throws -> [UInt8] {
        let files = row.support.compactMap { path in
            row.companion(path).map { (String(path.split(separator: "/").last ?? ""), $0) }
        }
        let document = try XMLDocument(
            parsingWithDocumentType: row.bytes,
            files: Dictionary(files, uniquingKeysWith: { first, _ in first }))
        let prefixes = companion(of: row, "ns").map { bytes in
            String(decoding: bytes, as: UTF8.self).split { $0.isWhitespace || $0 == "," }
                .map(String.init)
        }
        return try nodes(of: document, row)
            .canonical(method(of: row), inclusivePrefixes: prefixes ?? [])
    }

    private func nodes(of document: XMLDocument, _ row: Row) throws -> NodeSet {
        guard let source = companion(of: row, "xpath") else {
            return .all(of: document, comments: true)
        }
        let holder = try XMLDocument(parsingWithDocumentType: source, files: [:]).root
        let namespaces = holder.namespacesInScope.filter { !$0.key.isEmpty }
        let context = try XPathContext(document, namespaces: namespaces)
        return .selected(try context.nodeSet(XPath(holder.text)))
    }

    private func method(of row: Row) -> CanonicalizationMethod {
        let hasComments = row.formatLevel.contains("with comments")
        if row.formatLevel.hasPrefix("Exclusive") {
            return hasComments ? .exclusive10WithComments : .exclusive10
        }
        if row.formatLevel.contains("1.1") {
            return hasComments ? .inclusive11WithComments : .inclusive11
        }
        return hasComments ? .inclusive10WithComments : .inclusive10
    }

    private func companion(of row: Row, _ ending: String) -> [UInt8]? {
        let stem = row.file.split(separator: ".").dropLast().joined(separator: ".")
        return row.companion("\(stem).\(ending)")
    }
}
