// SPDX-License-Identifier: Apache-2.0
package import JSON
package import XML

/// A form as a caller sends it.
package enum FormInput: Sendable, Hashable {
    /// JSON that mirrors the XML one to one: element name = key, a repeated element = an array.
    case json([UInt8])
    case xml([UInt8])

    /// Takes bytes for XML when their first sign is `<`, else for JSON.
    package init(guessing bytes: [UInt8]) {
        let marks: Set<UInt8> = [0xEF, 0xBB, 0xBF, 0x20, 0x09, 0x0A, 0x0D, 0xFE, 0xFF, 0]
        let first = bytes.first { !marks.contains($0) }
        self = first == UInt8(ascii: "<") ? .xml(bytes) : .json(bytes)
    }
}

/// Why a form could not be checked at all.
package enum FormCheckError: Error, Hashable {
    /// No JSON document, or past its limits: the caller's fault.
    case unreadableJSON(JSONError)
    /// No XML document, past its limits, or with a document type: the caller's fault.
    case unreadableXML(XMLError)
    /// Our walk found the form well shaped and libxml2 did not: our fault. Places are canonical.
    case disagreement(pack: String, places: [String])
    /// A rule or a path of the pack could not be evaluated: our fault.
    case rule(pack: String, XMLError)
}

extension FormCheckError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadableJSON(let error): "the form is not JSON: \(error)"
        case .unreadableXML(let error): "the form is not XML: \(error)"
        case .disagreement(let pack, let places):
            "pack \(pack): its schema and our reading of it disagree at \(places.joined(separator: ", "))"
        case .rule(let pack, let error): "pack \(pack): a rule cannot be evaluated: \(error)"
        }
    }
}
