// SPDX-License-Identifier: Apache-2.0
internal import Coverage
internal import Crypto
internal import JSON
internal import XML

/// Everything about one version of one form, loaded and compiled.
///
/// Immutable and shared by all threads. Equal packs have the same files.
package struct FormPack: Sendable {
    package let manifest: PackManifest
    package let schema: SchemaModel
    package let texts: PackTexts
    /// SHA-256 over all files by name, lower-case hexadecimal.
    package let fingerprint: String
    /// The examples by file name, without their folder.
    package let examples: [String: [UInt8]]
    /// The text of the schema, for whoever validates with another tool.
    package let schemaText: [UInt8]

    let rules: RuleSet
    /// Absent of a message.
    let page: PageTemplate?
    let compiledSchema: XMLSchema
    let appliesWhen: XPath?

    package var id: String { manifest.id }
    package var version: String { manifest.version }
    /// The codes that this pack's rules may raise, in their order.
    package var ruleCodes: [String] { rules.codes }

    /// Loads a pack from its files, by path within the pack's folder.
    ///
    /// - Throws: What is wrong with the pack, by file.
    package init(files: [String: [UInt8]]) throws(PackError) {
        for (file, bytes) in files where bytes.count > PackLimits.fileInBytes {
            throw .tooLarge(file: file, limit: PackLimits.fileInBytes)
        }
        manifest = try Self.manifest(files)
        schemaText = try Self.file(PackFile.schema, files)
        schema = try SchemaReader.model(of: schemaText)
        compiledSchema = try Self.compile(schemaText)
        rules = try RuleSetReader.rules(of: Self.file(PackFile.rules, files))
        appliesWhen = try Self.appliesWhen(manifest)
        let languages = Language.allCases.map { ($0, files[PackFile.texts($0)]) }
        texts = try PackTexts(
            reading: Dictionary(
                languages.compactMap { language, bytes in
                    bytes.map { (language, $0) }
                }, uniquingKeysWith: { first, _ in first }))
        let root = try Self.root(of: schema, manifest)
        try Self.checkPaths(manifest, schema, root)
        page = try Self.page(manifest, files, texts, schema, root)
        fingerprint = Self.fingerprint(of: files)
        examples = Self.examples(in: files)
    }

    /// The declaration of the form's root element.
    var root: SchemaModel.ElementUse {
        schema.roots[manifest.root.element]!  // the initialiser refuses a schema without it
    }

    // MARK: Loading

    private static func file(
        _ name: String, _ files: [String: [UInt8]]
    ) throws(PackError) -> [UInt8] {
        guard let bytes = files[name] else { throw .missingFile(name) }
        return bytes
    }

    private static func manifest(_ files: [String: [UInt8]]) throws(PackError) -> PackManifest {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: file(PackFile.manifest, files))
        } catch let error as JSONError {
            throw .json(file: PackFile.manifest, error)
        } catch {
            throw .missingFile(PackFile.manifest)
        }
        do {
            return try PackManifest(reading: JSONReader(value))
        } catch {
            throw .reading(file: PackFile.manifest, error)
        }
    }

    private static func page(
        _ manifest: PackManifest, _ files: [String: [UInt8]], _ texts: PackTexts,
        _ schema: SchemaModel, _ root: SchemaModel.ElementUse
    ) throws(PackError) -> PageTemplate? {
        guard manifest.kind != .message else {
            guard files[PackFile.page] == nil else {
                throw .page(place: "", "a message has no page")
            }
            return nil
        }
        return try PageReader.template(
            of: file(PackFile.page, files), texts: texts, schema: schema, root: root)
    }

    private static func compile(_ text: [UInt8]) throws(PackError) -> XMLSchema {
        do {
            return try XMLSchema(text)
        } catch {
            throw .xml(file: PackFile.schema, error)
        }
    }

    private static func appliesWhen(_ manifest: PackManifest) throws(PackError) -> XPath? {
        guard let text = manifest.appliesWhen else { return nil }
        do {
            return try XPath("boolean(\(text))")
        } catch {
            throw .xml(file: PackFile.manifest, error)
        }
    }

    private static func root(
        of schema: SchemaModel, _ manifest: PackManifest
    ) throws(PackError) -> SchemaModel.ElementUse {
        guard schema.targetNamespace == manifest.root.namespace else {
            throw .schema("the target namespace is not the one of \(PackFile.manifest)")
        }
        guard let root = schema.roots[manifest.root.element] else {
            throw .schema("the root element of \(PackFile.manifest) is not declared")
        }
        return root
    }

    private static func fingerprint(of files: [String: [UInt8]]) -> String {
        var hash = SHA256()
        for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
            hash.update(data: Array("\(name)\n\(bytes.count)\n".utf8))
            hash.update(data: bytes)
        }
        return hash.finalize().map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    private static func examples(in files: [String: [UInt8]]) -> [String: [UInt8]] {
        var examples: [String: [UInt8]] = [:]
        for (name, bytes) in files where name.hasPrefix(PackFile.examples) {
            examples[String(name.dropFirst(PackFile.examples.count))] = bytes
        }
        return examples
    }
}

extension FormPack: Hashable {
    package static func == (left: FormPack, right: FormPack) -> Bool {
        left.fingerprint == right.fingerprint
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }
}
