// SPDX-License-Identifier: Apache-2.0
internal import Coverage
internal import XML

/// Evaluates the expressions of a rule set over one document.
final class RuleEvaluator {
    private let context: XPathContext

    init(
        _ document: XMLDocument, namespaces: [String: String], today: CalendarDate
    ) throws(XMLError) {
        context = try XPathContext(
            document, namespaces: namespaces, functionNamespace: RuleFunctions.namespace,
            functions: RuleFunctions.table)
        context.setVariable("today", to: .string(today.description))
    }

    func bind(_ variables: [RuleSet.Variable], at node: XMLNode?) throws(XMLError) {
        for variable in variables {
            context.setVariable(variable.name, to: try evaluate(variable.value, at: node))
        }
    }

    func evaluate(_ expression: XPath, at node: XMLNode?) throws(XMLError) -> XPathValue {
        try context.evaluate(expression, at: node)
    }

    func nodes(_ expression: XPath, at node: XMLNode?) throws(XMLError) -> [XMLNode] {
        guard case .nodes(let nodes) = try evaluate(expression, at: node) else { return [] }
        return nodes
    }

    func string(_ expression: XPath, at node: XMLNode?) throws(XMLError) -> String {
        try context.string(expression, at: node)
    }
}
