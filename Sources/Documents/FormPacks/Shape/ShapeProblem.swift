// SPDX-License-Identifier: Apache-2.0
internal import Coverage

/// One way in which a form does not have the shape its schema asks for.
struct ShapeProblem: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case missing(String)
        case missingOneOf([String])
        case unknown
        case misplaced(String)
        case repeated(String, maximum: Int)
        case onlyOneOf([String])
        /// A value where elements belong.
        case notAnObject(String)
        /// Elements where a value belongs.
        case notAValue(String)
        case null(String)
        case notAList(String)
        case wrongNamespace(String)
        case unknownAttribute
        case missingAttribute(String)
        case strayText(String)
        case duplicateName
        case value(String, ValueProblem, hint: LocalizedText?)
    }

    let kind: Kind
    let pointer: String

    var anomaly: Anomaly {
        Anomaly(
            code: Anomaly.notValid, detail: kind.detail, pointer: pointer, text: kind.sentence)
    }
}

extension Anomaly {
    /// Not valid against the schema; `detail` says how.
    static let notValid = "OEC-XML-001"
    /// Unknown form or version.
    static let unknownForm = "OEC-XML-002"
}

extension ShapeProblem.Kind {
    /// The stable word beside `OEC-XML-001`.
    var detail: String {
        switch self {
        case .missing, .missingOneOf: "missing"
        case .unknown: "unknown"
        case .misplaced: "misplaced"
        case .repeated: "repeated"
        case .onlyOneOf: "choice"
        case .notAnObject, .notAValue: "kind"
        case .null: "null"
        case .notAList: "list"
        case .wrongNamespace: "namespace"
        case .unknownAttribute, .missingAttribute: "attribute"
        case .strayText: "text"
        case .duplicateName: "duplicate"
        case .value(_, let problem, _): problem.detail
        }
    }
}

extension ValueProblem {
    var detail: String {
        switch self {
        case .notBoolean: "boolean"
        case .notInteger, .notDecimal: "number"
        case .notDate, .notDateTime: "date"
        case .notTime: "time"
        case .notBase64: "base64"
        case .wrongLength: "length"
        case .notInList: "enumeration"
        case .wrongShape: "pattern"
        case .outOfRange: "range"
        case .tooManyFractionDigits, .tooManyDigits: "digits"
        case .illegalCharacter: "character"
        case .notText, .wrongJSONKind: "kind"
        }
    }
}
