// SPDX-License-Identifier: Apache-2.0
internal import XML

/// Evaluates the expressions of a rule set over one document.
///
/// libxml2 remembers inside a compiled expression where it found a function, by a pointer into the
/// context of its first evaluation. An expression that calls functions is therefore compiled anew
/// for each document; all others are shared.
final class RuleEvaluator {
    private let context: XPathContext
    private let callers: Set<ObjectIdentifier>
    private var own: [ObjectIdentifier: XPath] = [:]

    /// - Parameter callers: The expressions that call functions.
    init(
        _ document: XMLDocument, namespaces: [String: String], callers: Set<ObjectIdentifier>,
        today: CalendarDate
    ) throws(XMLError) {
        context = try XPathContext(
            document, namespaces: namespaces, functions: RuleFunctions.table)
        context.setVariable("today", to: .string(today.description))
        self.callers = callers
    }

    func bind(_ variables: [RuleSet.Variable], at node: XMLNode?) throws(XMLError) {
        for variable in variables {
            context.setVariable(variable.name, to: try evaluate(variable.value, at: node))
        }
    }

    func evaluate(_ expression: XPath, at node: XMLNode?) throws(XMLError) -> XPathValue {
        try context.evaluate(usable(expression), at: node)
    }

    func nodes(_ expression: XPath, at node: XMLNode?) throws(XMLError) -> [XMLNode] {
        guard case .nodes(let nodes) = try evaluate(expression, at: node) else { return [] }
        return nodes
    }

    func string(_ expression: XPath, at node: XMLNode?) throws(XMLError) -> String {
        try context.string(usable(expression), at: node)
    }

    private func usable(_ expression: XPath) throws(XMLError) -> XPath {
        let identifier = ObjectIdentifier(expression)
        guard callers.contains(identifier) else { return expression }
        if let known = own[identifier] { return known }
        let copy = try XPath(expression.expression)
        own[identifier] = copy
        return copy
    }
}
