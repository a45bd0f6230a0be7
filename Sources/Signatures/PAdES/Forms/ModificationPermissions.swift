// SPDX-License-Identifier: Apache-2.0
import PDF

/// What a certification lets others do afterwards (ISO 32000-1, 12.8.2.2; rule PD-05).
package enum Certification: Int, Sendable, Hashable {
    /// No change but validation data and document time-stamps.
    case p1 = 1
    /// Also filling in forms and signing.
    case p2 = 2
    /// Also annotations. Read, never written.
    case p3 = 3
}

/// The /Reference entries of a signature dictionary: what it certifies and which fields it locks.
struct ModificationPermissions {
    private(set) var certification: Certification?
    private var locks: [PDFDictionary] = []

    init(_ signature: PDFDictionary, in view: DocumentView) {
        let references = (try? view.resolve(signature["Reference"]))?.arrayValue ?? []
        for entry in references {
            guard let reference = (try? view.resolve(entry))?.dictionaryValue else { continue }
            let parameters =
                (try? view.resolve(reference["TransformParams"]))?.dictionaryValue ?? [:]
            switch reference["TransformMethod"]?.nameValue {
            case "DocMDP":
                // Without /P it is 2 (table 254).
                let value = (try? view.resolve(parameters["P"]))?.integerValue ?? 2
                certification = Certification(rawValue: value) ?? .p1
            case "FieldMDP": locks.append(parameters)
            default: continue
            }
        }
    }

    /// Whether the signature locks the field (12.8.2.4).
    func locks(_ field: String, in view: DocumentView) -> Bool {
        locks.contains { parameters in
            let names = ((try? view.resolve(parameters["Fields"]))?.arrayValue ?? [])
                .compactMap(\.textValue)
            let isNamed = names.contains { field == $0 || field.hasPrefix($0 + ".") }
            switch parameters["Action"]?.nameValue {
            case "Include": return isNamed
            case "Exclude": return !isNamed
            default: return true
            }
        }
    }
}
