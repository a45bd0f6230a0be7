// SPDX-License-Identifier: Apache-2.0
package import JSON

/// A form described by data as made from other forms, for example a paper for the patient from a
/// message and its answer.
///
/// The description has the shape of the form's JSON. A text that begins with `=` is a path, its
/// first word the name of a source: `=message/patient/matricule` takes the value there, or the
/// whole branch when the path leads to one. What no source has is left out. Two more:
///
///     {"=any": ["=statement/entete/nom", "=message/nom"]}           the first that is there
///     {"=each": "=message/ligne", "=with": {"answer": "=answer/ligne", "on": "numero"}, "=as": {…}}
///
/// Inside `=as`, `=row/…` starts at the element at hand and the name of `=with` at its partner: the
/// element whose `on` has the same value as the `on` of the row, or as its `or` when it has no `on`.
package struct FormDraft: Sendable, Hashable {
    fileprivate indirect enum Node: Sendable, Hashable {
        case text(String)
        case path(source: String, FormPath)
        case any([Node])
        case object([Member])
        case each(source: String, FormPath, join: Join?, Node)
    }

    fileprivate struct Member: Sendable, Hashable {
        var name: String
        var node: Node
    }

    fileprivate struct Join: Sendable, Hashable {
        var name: String
        var source: String
        var path: FormPath
        var key: FormPath
        /// Read in the row when it has no key.
        var otherKey: FormPath?
    }

    private let root: Node

    package init(reading json: JSONReader) throws(JSONReadingError) {
        root = try Node(reading: json)
    }

    /// The form as JSON, to be checked against its pack.
    ///
    /// - Parameters:
    ///   - sources: Roots of forms, by the names that the description uses.
    ///   - values: Single values, as the source `value`.
    package func form(
        from sources: [String: FormElement], values: [String: String] = [:]
    ) -> JSONValue {
        var sources = sources
        sources["value"] = FormElement(
            name: "value", namespace: nil, step: "",
            children: values.map {
                FormElement(name: $0.key, namespace: nil, step: "", text: $0.value)
            })
        return root.value(sources) ?? .object([])
    }
}

// MARK: Reading

extension FormDraft.Node {
    fileprivate init(reading json: JSONReader) throws(JSONReadingError) {
        if let text = json.value.string {
            guard text.hasPrefix("=") else {
                self = .text(text)
                return
            }
            let (source, path) = try json.source()
            self = .path(source: source, path)
        } else if json.has("=any") {
            try json.allowOnly(["=any"])
            var nodes: [FormDraft.Node] = []
            for element in try json.member("=any").elements() {
                nodes.append(try Self(reading: element))
            }
            self = .any(nodes)
        } else if json.has("=each") {
            try json.allowOnly(["=each", "=with", "=as"])
            let (source, path) = try json.member("=each").source()
            let join = try json.optional("=with").map(FormDraft.Join.init)
            self = .each(
                source: source, path, join: join, try Self(reading: json.member("=as")))
        } else {
            var members: [FormDraft.Member] = []
            for (name, reader) in try json.members() {
                members.append(.init(name: name, node: try Self(reading: reader)))
            }
            self = .object(members)
        }
    }
}

extension FormDraft.Join {
    fileprivate init(reading json: JSONReader) throws(JSONReadingError) {
        key = try json.member("on").path()
        otherKey = try json.optional("or").map { (path) throws(JSONReadingError) in
            try path.path()
        }
        let named = try json.members().filter { $0.name != "on" && $0.name != "or" }
        guard let member = named.first, named.count == 1 else {
            throw json.unexpected("one named path, `on` and perhaps `or`")
        }
        name = member.name
        (source, path) = try member.reader.source()
    }
}

extension JSONReader {
    /// `=source/path/to/element`; the path may be empty.
    fileprivate func source() throws(JSONReadingError) -> (String, FormPath) {
        let text = try string()
        let steps = FormPath(String(text.dropFirst())).steps
        guard text.hasPrefix("="), let source = steps.first else {
            throw unexpected("a path that begins with = and the name of a source")
        }
        return (source, FormPath(steps: Array(steps.dropFirst())))
    }
}

// MARK: Filling

extension FormDraft.Node {
    fileprivate func value(_ sources: [String: FormElement]) -> JSONValue? {
        switch self {
        case .text(let text): return .string(text)
        case .path(let source, let path): return sources[source]?.first(path)?.branch
        case .any(let nodes):
            return nodes.lazy.compactMap { $0.value(sources) }.first
        case .object([]): return .object([])
        case .object(let members):
            let present = members.compactMap { member in
                member.node.value(sources).map { JSONMember(member.name, $0) }
            }
            return present.isEmpty ? nil : .object(present)
        case .each(let source, let path, let join, let node):
            let rows = sources[source]?.all(path) ?? []
            let values = rows.compactMap { row in
                var inner = sources
                inner["row"] = row
                if let join { inner[join.name] = join.partner(of: row, in: sources) }
                return node.value(inner)
            }
            return values.isEmpty ? nil : .array(values)
        }
    }
}

extension FormDraft.Join {
    func partner(of row: FormElement, in sources: [String: FormElement]) -> FormElement? {
        let own = row.first(key) ?? otherKey.flatMap(row.first)
        guard let value = own?.text else { return nil }
        return sources[source]?.all(path).first { $0.first(key)?.text == value }
    }
}

extension FormElement {
    /// The element as the JSON of a form has it: a text, or an object with lists where names repeat.
    var branch: JSONValue? {
        guard !children.isEmpty else { return text.isEmpty ? nil : .string(text) }
        var names: [String] = []
        var values: [String: [JSONValue]] = [:]
        for child in children {
            guard let value = child.branch else { continue }
            if values[child.name] == nil { names.append(child.name) }
            values[child.name, default: []].append(value)
        }
        return .object(
            names.compactMap { name in
                guard let list = values[name], let first = list.first else { return nil }
                return JSONMember(name, list.count == 1 ? first : .array(list))
            })
    }
}
