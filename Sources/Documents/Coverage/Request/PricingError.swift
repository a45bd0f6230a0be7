// SPDX-License-Identifier: Apache-2.0

/// Why a request cannot be priced at all. A line that breaks a rule is no such case: it is priced,
/// and an anomaly says so.
package enum PricingError: Error, Sendable, Hashable, CustomStringConvertible {
    case noLines
    case tooManyLines(count: Int, limit: Int)
    case repeatedLineNumber(Int)
    case tooManyPastActs(CalendarDate, limit: Int)
    case quantity(line: Int, allowed: ClosedRange<Int>)
    case unknownSpeciality(String, known: [String])
    case unknownParameter(String, known: [String])
    case parameterValue(name: String, value: String, allowed: String)
    case unknownGroup(String)
    case repeatedAct(String)
    case unknownMark(String, known: [String])
    case unknownFact(String, known: [String])

    package var description: String {
        switch self {
        case .noLines: "the request has no line; send at least one act"
        case .tooManyLines(let count, let limit):
            "the request has \(count) lines; send at most \(limit) in one statement"
        case .repeatedLineNumber(let number):
            "line number \(number) stands twice; give each line its own number"
        case .tooManyPastActs(let date, let limit):
            "the history has more than \(limit) acts of \(date); send those of this doctor and day"
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
        case .repeatedAct(let code):
            "the act \(code) is declared twice in parameters.acts; declare it once"
        case .unknownMark(let mark, let known):
            "the mark \"\(mark)\" of a declared act is not known; use one of: "
                + known.joined(separator: ", ")
        case .unknownGroup(let name):
            "the group \"\(name)\" of a declared act is not known (Data/coverage/groups.json)"
        }
    }
}
