// SPDX-License-Identifier: Apache-2.0
package import Coverage
package import JSON
package import XML

/// Why a pack is refused. The others keep working.
package enum PackError: Error, Hashable {
    case missingFile(String)
    case tooLarge(file: String, limit: Int)
    case json(file: String, JSONError)
    case reading(file: String, JSONReadingError)
    case xml(file: String, XMLError)
    /// The schema says what ``SchemaModel`` cannot, or contradicts the manifest.
    case schema(String)
    case rule(code: String?, String)
    /// A path that the schema does not know, or that is used as the schema does not allow.
    case path(file: String, path: String, String)
    /// Something of the page that cannot be laid out; `place` is its pointer in the file.
    case page(place: String, String)
    /// A text that a language lacks.
    case text(language: String, key: String)
    case cannotRead(file: String, String)
}

extension PackError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missingFile(let file): "\(file) is missing"
        case .tooLarge(let file, let limit): "\(file) is larger than \(limit) bytes"
        case .json(let file, let error): "\(file), \(error)"
        case .reading(let file, let error): "\(file), \(error)"
        case .xml(let file, let error): "\(file): \(error)"
        case .schema(let reason): "\(PackFile.schema): \(reason)"
        case .rule(let code, let reason):
            "\(PackFile.rules): \(code.map { "\($0): " } ?? "")\(reason)"
        case .path(let file, let path, let reason): "\(file): path '\(path)': \(reason)"
        case .page(let place, let reason): "\(PackFile.page)\(place): \(reason)"
        case .text(let language, let key): "texts/\(language).json lacks '\(key)'"
        case .cannotRead(let file, let reason): "\(file) cannot be read: \(reason)"
        }
    }
}

/// The files of a pack.
package enum PackFile {
    package static let manifest = "pack.json"
    package static let schema = "schema.xsd"
    package static let rules = "rules.sch"
    package static let page = "page.json"
    package static let examples = "examples/"
    package static func texts(_ language: Language) -> String { "texts/\(language.rawValue).json" }
}
