// SPDX-License-Identifier: Apache-2.0
internal import XML

/// A form as data: elements in the order of the schema, values in their one canonical writing.
///
/// JSON and XML that say the same become the same tree, but for ``step``.
package struct FormElement: Sendable, Hashable {
    package let name: String
    let namespace: String?
    /// The last part of this element's place in the caller's document: `/prestation/2` in JSON,
    /// `/prestation[3]` in XML; empty for what the caller did not write.
    let step: String
    package var text: String
    package var children: [FormElement]
    var attributes: [Element.Attribute] = []

    init(
        name: String, namespace: String?, step: String, text: String = "",
        children: [FormElement] = []
    ) {
        (self.name, self.namespace, self.step) = (name, namespace, step)
        (self.text, self.children) = (text, children)
    }

    package func first(_ name: String) -> FormElement? {
        children.first { $0.name == name }
    }

    /// Every element at the end of `path`, in order.
    package func all(_ path: FormPath) -> [FormElement] {
        path.steps.reduce([self]) { found, step in
            found.flatMap { $0.children.filter { $0.name == step } }
        }
    }

    package func first(_ path: FormPath) -> FormElement? {
        var element = self
        for step in path.steps {
            guard let child = element.first(step) else { return nil }
            element = child
        }
        return element
    }
}

extension FormElement {
    /// The caller's place of the element that `path` names in our canonical document, given as
    /// positional XPath; of an element that the caller did not write, the place of its parent.
    func pointer(ofCanonicalPath path: String) -> String {
        var (element, pointer) = (self, step)
        for part in path.split(separator: "/").dropFirst() {
            let pieces = part.split(separator: "[")
            let position = pieces.count > 1 ? Int(pieces[1].dropLast()) ?? 1 : 1
            let twins = element.children.filter { $0.name == pieces[0] }
            guard twins.indices.contains(position - 1) else { return pointer }
            element = twins[position - 1]
            pointer += element.step
        }
        return pointer
    }

    /// This element as XML, with the root's prefix for what is qualified.
    func element(prefix: String) -> Element {
        let name = Element.Name(
            self.name, prefix: namespace == nil ? "" : prefix, in: namespace)
        guard children.isEmpty else {
            return Element(
                name, attributes: attributes, children.map { $0.element(prefix: prefix) })
        }
        return Element(name, attributes: attributes, text: text)
    }
}
