// SPDX-License-Identifier: Apache-2.0

/// An element as a value: what is written, and what small documents are read into.
///
/// Namespace declarations are not part of it; the writer adds each where it is first needed.
package struct Element: Sendable, Hashable {
    /// A qualified name; `prefix` is empty for the default namespace or none.
    package struct Name: Sendable, Hashable {
        package var prefix: String
        package var localName: String
        package var namespace: String?
        package init(_ localName: String, prefix: String = "", in namespace: String? = nil) {
            (self.prefix, self.localName, self.namespace) = (prefix, localName, namespace)
        }
        var qualified: String { prefix.isEmpty ? localName : "\(prefix):\(localName)" }
    }

    package struct Attribute: Sendable, Hashable {
        package var name: Name
        package var value: String
        package init(_ name: Name, _ value: String) { (self.name, self.value) = (name, value) }
        package init(_ localName: String, _ value: String) {
            self.init(Name(localName), value)
        }
    }

    package enum Child: Sendable, Hashable {
        case element(Element)
        case text(String)
    }

    package var name: Name
    package var attributes: [Attribute]
    package var children: [Child]

    package init(_ name: Name, attributes: [Attribute] = [], children: [Child] = []) {
        (self.name, self.attributes, self.children) = (name, attributes, children)
    }

    package init(_ name: Name, attributes: [Attribute] = [], _ elements: [Element]) {
        self.init(name, attributes: attributes, children: elements.map(Child.element))
    }

    package init(_ name: Name, attributes: [Attribute] = [], text: String) {
        self.init(name, attributes: attributes, children: text.isEmpty ? [] : [.text(text)])
    }

    package var elements: [Element] {
        children.compactMap { if case .element(let element) = $0 { element } else { nil } }
    }

    package var text: String {
        children.map { child in
            switch child {
            case .element(let element): element.text
            case .text(let text): text
            }
        }.joined()
    }
}
