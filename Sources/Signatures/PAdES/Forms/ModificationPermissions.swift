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

/// The fields that a signature locks (ISO 32000-2, 12.8.2.4 and table 236).
package struct FieldLock: Sendable, Hashable {
    package enum Action: Sendable, Hashable {
        case all
        case include([String])
        case exclude([String])
    }

    package let action: Action

    init(_ parameters: PDFDictionary, in view: DocumentView) {
        let names = ((try? view.resolve(parameters["Fields"]))?.arrayValue ?? [])
            .prefix(Limits.fields).compactMap(\.textValue)
        switch parameters["Action"]?.nameValue {
        case "Include": action = .include(names)
        case "Exclude": action = .exclude(names)
        default: action = .all
        }
    }

    /// Whether the field, by its full name, may not be filled in any more.
    package func covers(_ field: String) -> Bool {
        func isNamed(_ names: [String]) -> Bool {
            names.contains { field == $0 || field.hasPrefix($0 + ".") }
        }
        switch action {
        case .all: return true
        case .include(let names): return isNamed(names)
        case .exclude(let names): return !isNamed(names)
        }
    }
}

/// The /Reference entries of a signature dictionary and the /Lock of its field: what it certifies
/// and which fields it locks.
struct ModificationPermissions {
    /// Of the signature itself.
    private(set) var certification: Certification?
    private(set) var locks: [FieldLock] = []
    /// The narrowest of all permissions: the signature's, its field's /Lock and those of earlier
    /// certifications.
    private(set) var level: Certification?

    init(_ signature: PDFDictionary, in view: DocumentView) {
        let references = (try? view.resolve(signature["Reference"]))?.arrayValue ?? []
        for entry in references.prefix(Limits.signatures) {
            guard let reference = (try? view.resolve(entry))?.dictionaryValue else { continue }
            let parameters =
                (try? view.resolve(reference["TransformParams"]))?.dictionaryValue ?? [:]
            switch reference["TransformMethod"]?.nameValue {
            case "DocMDP":
                // Without /P it is 2 (table 254).
                let value = (try? view.resolve(parameters["P"]))?.integerValue ?? 2
                certification = Certification(rawValue: value) ?? .p1
            case "FieldMDP": locks.append(FieldLock(parameters, in: view))
            default: continue
            }
        }
        level = certification
    }

    /// Adds what the /Lock dictionary of the signed field says.
    mutating func restrict(by lock: PDFDictionary, in view: DocumentView) {
        locks.append(FieldLock(lock, in: view))
        if let value = (try? view.resolve(lock["P"]))?.integerValue {
            restrict(to: Certification(rawValue: value) ?? .p1)
        }
    }

    /// Adds the level of another certification that holds for the document.
    mutating func restrict(to other: Certification) {
        level = Certification(rawValue: min(level?.rawValue ?? 3, other.rawValue))
    }

    /// Whether the signature locks the field.
    func locks(_ field: String) -> Bool { locks.contains { $0.covers(field) } }

    /// Whether a change is one that the signature lets pass.
    func allow(_ finding: RevisionFinding) -> Bool {
        switch finding.kind {
        case .validationData, .documentTimestamp, .metadata, .unused: true
        case .signature, .formFilling:
            // Where a certification lets others sign, they sign in the fields it provides for: a
            // new one may cover what was certified.
            level != .p1 && !(finding.field.map(locks) ?? false)
                && !(level == .p2 && finding.isVisibleAddition)
        // Without a certification that says so, nobody agreed to comments.
        case .annotation: level == .p3 && certification == .p3
        case .forbidden: false
        }
    }
}
