// SPDX-License-Identifier: Apache-2.0
internal import Coverage
internal import XML

/// Reads the text of a rule file, refusing rules that lack a code, a severity or a language.
struct RuleSetReader {
    private static let namespace = "http://purl.oclc.org/dsdl/schematron"
    private let root: XMLNode
    private var diagnostics: [String: (Language, [RuleSet.MessagePart])] = [:]
    private var codes: Set<String> = []

    static func rules(of bytes: [UInt8]) throws(PackError) -> RuleSet {
        let document: XMLDocument
        do {
            document = try XMLDocument(parsing: bytes)
        } catch {
            throw .xml(file: PackFile.rules, error)
        }
        var reader = try RuleSetReader(document.root)
        return try reader.read()
    }

    private init(_ root: XMLNode) throws(PackError) {
        guard root.isNamed("schema", in: Self.namespace) else {
            throw .rule(code: nil, "the root must be sch:schema")
        }
        self.root = root
        for list in root.children("diagnostics", in: Self.namespace) {
            for node in list.children("diagnostic", in: Self.namespace) {
                guard let id = node.attribute("id"),
                    let name = node.attribute("lang", in: Namespace.xml),
                    let language = Language(rawValue: name)
                else { throw .rule(code: nil, "line \(node.line): id or xml:lang is missing") }
                diagnostics[id] = (language, try message(of: node))
            }
        }
    }

    private mutating func read() throws(PackError) -> RuleSet {
        var namespaces: [String: String] = [:]
        for node in root.children("ns", in: Self.namespace) {
            namespaces[try attribute("prefix", of: node)] = try attribute("uri", of: node)
        }
        var patterns: [RuleSet.RulePattern] = []
        for node in root.children("pattern", in: Self.namespace) {
            var rules: [RuleSet.Rule] = []
            for child in node.children("rule", in: Self.namespace) { rules.append(try rule(child)) }
            patterns.append(RuleSet.RulePattern(variables: try variables(of: node), rules: rules))
        }
        return RuleSet(
            namespaces: namespaces, variables: try variables(of: root), patterns: patterns)
    }

    private mutating func rule(_ node: XMLNode) throws(PackError) -> RuleSet.Rule {
        var assertions: [RuleSet.Assertion] = []
        for child in node.children
        where child.isNamed("assert", in: Self.namespace)
            || child.isNamed("report", in: Self.namespace)
        {
            assertions.append(try assertion(child))
        }
        return RuleSet.Rule(
            context: try context(try attribute("context", of: node)),
            variables: try variables(of: node), assertions: assertions)
    }

    /// A context is a pattern: each of its branches may match anywhere.
    private mutating func context(_ text: String) throws(PackError) -> XPath {
        let branches = Self.branches(of: text).map { branch -> String in
            let branch = branch.drop { $0 == " " || $0 == "\n" }
            return branch.hasPrefix("/") ? String(branch) : "//\(branch)"
        }
        return try xpath(branches.joined(separator: " | "), code: nil)
    }

    /// Splits at `|` outside of predicates.
    private static func branches(of text: String) -> [String] {
        var (branches, depth) = ([""], 0)
        for character in text {
            switch character {
            case "[", "(": depth += 1
            case "]", ")": depth -= 1
            case "|" where depth == 0:
                branches.append("")
                continue
            default: break
            }
            branches[branches.count - 1].append(character)
        }
        return branches
    }

    private mutating func assertion(_ node: XMLNode) throws(PackError) -> RuleSet.Assertion {
        let id = try attribute("id", of: node)
        guard codes.insert(id).inserted else { throw .rule(code: id, "this code stands twice") }
        guard let severity = Anomaly.Severity(rawValue: node.attribute("role") ?? "") else {
            throw .rule(code: id, "@role must be error, warning or information")
        }
        let pointer = node.attribute("pointer", in: RuleFunctions.namespace)
        return RuleSet.Assertion(
            id: id, severity: severity,
            test: try xpath("boolean(\(try attribute("test", of: node)))", code: id),
            firesWhen: node.localName == "report",
            pointer: try pointer.map { text throws(PackError) in try xpath(text, code: id) },
            source: node.attribute("source", in: RuleFunctions.namespace),
            messages: try messages(of: node, id))
    }

    private mutating func messages(
        of node: XMLNode, _ id: String
    ) throws(PackError) -> [Language: [RuleSet.MessagePart]] {
        let own = Language(rawValue: root.attribute("lang", in: Namespace.xml) ?? "") ?? .fr
        var messages = [own: try message(of: node)]
        for reference in (node.attribute("diagnostics") ?? "").split(separator: " ") {
            guard let (language, parts) = diagnostics[String(reference)] else {
                throw .rule(code: id, "the diagnostic \(reference) is missing")
            }
            messages[language] = parts
        }
        for language in Language.allCases where messages[language]?.isEmpty ?? true {
            throw .rule(code: id, "there is no sentence in \(language.rawValue)")
        }
        return messages
    }

    /// The text of a message, `value-of` elements kept apart.
    private mutating func message(of node: XMLNode) throws(PackError) -> [RuleSet.MessagePart] {
        var parts: [RuleSet.MessagePart] = []
        for child in node.value().children {
            switch child {
            case .text(let text):
                let words = text.split { $0 == " " || $0 == "\n" || $0 == "\t" }
                guard !words.isEmpty else { continue }
                let lead = text.first == " " || text.first == "\n" ? " " : ""
                let tail = text.last == " " || text.last == "\n" ? " " : ""
                parts.append(.text(lead + words.joined(separator: " ") + tail))
            case .element(let element):
                let select = element.attributes.first { $0.name.localName == "select" }
                guard element.name.localName == "value-of", let select else {
                    throw .rule(
                        code: nil, "line \(node.line): only value-of may stand in a message")
                }
                parts.append(.value(try xpath(select.value, code: nil)))
            }
        }
        return parts
    }

    private mutating func variables(of node: XMLNode) throws(PackError) -> [RuleSet.Variable] {
        var variables: [RuleSet.Variable] = []
        for child in node.children("let", in: Self.namespace) {
            variables.append(
                RuleSet.Variable(
                    name: try attribute("name", of: child),
                    value: try xpath(try attribute("value", of: child), code: nil)))
        }
        return variables
    }

    private func attribute(_ name: String, of node: XMLNode) throws(PackError) -> String {
        guard let value = node.attribute(name) else {
            throw .rule(code: nil, "line \(node.line): \(node.localName) lacks @\(name)")
        }
        return value
    }

    private func xpath(_ text: String, code: String?) throws(PackError) -> XPath {
        do {
            return try XPath(text)
        } catch {
            throw .rule(code: code, "\(error)")
        }
    }
}
