// SPDX-License-Identifier: Apache-2.0

/// What the sources leave open, by name (`parameters.json`): this request's values; every other
/// parameter has its default.
package struct ParameterValues: Sendable, Hashable {
    /// As text: a choice, `true`, a whole number or an amount.
    package var values: [String: String]
    /// Acts that the lists do not have, or whose tariff they do not know.
    package var acts: [DeclaredAct]

    package init(values: [String: String] = [:], acts: [DeclaredAct] = []) {
        (self.values, self.acts) = (values, acts)
    }
}

/// An act with the tariff that the asker vouches for; it is marked as such in the trace.
package struct DeclaredAct: Sendable, Hashable {
    package var code: String
    package var tariff: Amount
    /// Name of a group of `groups.json`, for example `dentalProsthesis`.
    package var group: String?
    /// Marks of the list: `DSD`, `ACM`, `APCM`, `CAC`, `CAT`.
    package var marks: [String]

    package init(code: String, tariff: Amount, group: String? = nil, marks: [String] = []) {
        (self.code, self.tariff, self.group, self.marks) = (code, tariff, group, marks)
    }
}

/// Why a request cannot be priced at all. A line that breaks a rule is no such case: it is priced,
/// and an anomaly says so.
package enum PricingError: Error, Sendable, Hashable, CustomStringConvertible {
    case noLines
    case tooManyLines(count: Int, limit: Int)
    case repeatedLineNumber(Int)
    case quantity(line: Int, allowed: ClosedRange<Int>)
    case unknownSpeciality(String, known: [String])
    case unknownParameter(String, known: [String])
    case parameterValue(name: String, value: String, allowed: String)
    case unknownGroup(String)
    case unknownFact(String, known: [String])

    package var description: String {
        switch self {
        case .noLines: "the request has no line; send at least one act"
        case .tooManyLines(let count, let limit):
            "the request has \(count) lines; send at most \(limit) in one statement"
        case .repeatedLineNumber(let number):
            "line number \(number) stands twice; give each line its own number"
        case .quantity(let line, let allowed):
            "the quantity of line \(line) must be \(allowed.lowerBound) to \(allowed.upperBound)"
        case .unknownSpeciality(let text, let known):
            "the speciality \"\(text)\" is not known; use one of: "
                + known.joined(separator: ", ")
        case .unknownParameter(let name, let known):
            "the parameter \"\(name)\" is not known; use one of: "
                + known.joined(separator: ", ")
        case .parameterValue(let name, let value, let allowed):
            "the parameter \"\(name)\" cannot be \"\(value)\"; it is \(allowed)"
        case .unknownFact(let name, let known):
            "the fact \"\(name)\" is not known; use one of: " + known.joined(separator: ", ")
        case .unknownGroup(let name):
            "the group \"\(name)\" of a declared act is not known (Data/coverage/groups.json)"
        }
    }
}
