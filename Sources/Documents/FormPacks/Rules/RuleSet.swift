// SPDX-License-Identifier: Apache-2.0
internal import Coverage
internal import XML

/// A pack's business rules: the part of ISO Schematron (ISO/IEC 19757-3) that forms need, over
/// XPath 1.0.
///
/// Schema, pattern and rule variables (`let`), `assert` and `report`, messages with `value-of`,
/// translations as `diagnostics`. Within a pattern the first rule that matches a node takes it.
struct RuleSet: Sendable {
    struct Variable: Sendable {
        let name: String
        let value: XPath
    }

    enum MessagePart: Sendable {
        case text(String)
        case value(XPath)
    }

    struct Assertion: Sendable {
        /// The anomaly's code.
        let id: String
        let severity: Anomaly.Severity
        let test: XPath
        /// Fires when the test is true (`report`) rather than false (`assert`).
        let firesWhen: Bool
        /// The element to look at, from the context element.
        let pointer: XPath?
        let source: String?
        let messages: [Language: [MessagePart]]
    }

    struct Rule: Sendable {
        let context: XPath
        let variables: [Variable]
        let assertions: [Assertion]
    }

    struct RulePattern: Sendable {
        let variables: [Variable]
        let rules: [Rule]
    }

    let namespaces: [String: String]
    let variables: [Variable]
    let patterns: [RulePattern]

    var codes: [String] {
        patterns.flatMap(\.rules).flatMap(\.assertions).map(\.id)
    }
}

extension RuleSet {
    /// One rule that fired: what it says and the element it speaks of.
    struct Firing {
        let assertion: Assertion
        let text: LocalizedText
        /// Positional XPath in the checked document.
        let path: String
    }

    /// Every rule that `document` breaks, in the order of the rules.
    ///
    /// - Parameter today: The value of `$today`.
    func firings(in document: XMLDocument, today: CalendarDate) throws(XMLError) -> [Firing] {
        let evaluator = try RuleEvaluator(
            document, namespaces: namespaces, today: today)
        try evaluator.bind(variables, at: nil)
        var firings: [Firing] = []
        for pattern in patterns {
            try evaluator.bind(pattern.variables, at: nil)
            var taken: Set<XMLNode> = []
            for rule in pattern.rules {
                for node in try evaluator.nodes(rule.context, at: nil)
                where taken.insert(node).inserted {
                    try evaluator.bind(rule.variables, at: node)
                    try collect(rule.assertions, at: node, with: evaluator, into: &firings)
                }
            }
        }
        return firings
    }

    private func collect(
        _ assertions: [Assertion], at node: XMLNode, with evaluator: RuleEvaluator,
        into firings: inout [Firing]
    ) throws(XMLError) {
        for assertion in assertions {
            let holds = try evaluator.evaluate(assertion.test, at: node).boolean
            guard holds == assertion.firesWhen else { continue }
            let text = try sentence(of: assertion, at: node, with: evaluator)
            let place = try assertion.pointer.map { pointer throws(XMLError) in
                try evaluator.nodes(pointer, at: node).first
            }
            firings.append(
                Firing(assertion: assertion, text: text, path: ((place ?? nil) ?? node).path))
        }
    }

    private func sentence(
        of assertion: Assertion, at node: XMLNode, with evaluator: RuleEvaluator
    ) throws(XMLError) -> LocalizedText {
        var texts: [Language: String] = [:]
        for (language, parts) in assertion.messages {
            var text = ""
            for part in parts {
                switch part {
                case .text(let piece): text += piece
                case .value(let expression): text += try evaluator.string(expression, at: node)
                }
            }
            texts[language] = text
        }
        return LocalizedText(fr: texts[.fr] ?? "", de: texts[.de] ?? "", en: texts[.en] ?? "")
    }
}
