// SPDX-License-Identifier: Apache-2.0
internal import Coverage

/// A simple type of a pack's schema: a built-in type of XML Schema narrowed by facets.
package struct SimpleType: Sendable, Hashable {
    /// The built-in types that packs use.
    package enum Base: String, Sendable, Hashable, CaseIterable {
        case string, boolean, decimal, integer, date, time, dateTime, base64Binary
    }

    package var base: Base
    package var enumeration: [String] = []
    /// Each must match; the alternatives of one step are one pattern.
    var patterns: [Pattern] = []
    var minLength: Int?
    var maxLength: Int?
    var minInclusive: DecimalText?
    var maxInclusive: DecimalText?
    package var fractionDigits: Int?
    var totalDigits: Int?
    /// What the pack's schema says to people about this type.
    var hint: LocalizedText?

    package init(_ base: Base) { self.base = base }
}

/// Why a value is not of its type.
enum ValueProblem: Sendable, Hashable {
    case notBoolean, notInteger, notDecimal, notDate, notTime, notDateTime, notBase64
    case wrongLength(minimum: Int?, maximum: Int?)
    case notInList([String])
    case wrongShape(String)
    case outOfRange(minimum: String?, maximum: String?)
    case tooManyFractionDigits(Int)
    case tooManyDigits(Int)
    /// A character that XML cannot carry (XML 1.0, 2.2).
    case illegalCharacter
    /// A JSON number or Boolean where the type is text.
    case notText
    /// A JSON Boolean where the type is a number, or the other way round.
    case wrongJSONKind
}

extension SimpleType {
    /// The one way in which we write a value of this type, or why the text is none.
    func canonical(_ text: String) -> Result<String, Problem> {
        guard Self.isXMLText(text) else { return .failure(.init(.illegalCharacter)) }
        return canonicalLexical(text).flatMap { value in
            if let problem = facetProblem(of: value) { return .failure(.init(problem)) }
            return .success(value)
        }
    }

    /// A value problem as an error, for `Result`.
    struct Problem: Error, Hashable {
        let problem: ValueProblem
        init(_ problem: ValueProblem) { self.problem = problem }
    }

    private func canonicalLexical(_ text: String) -> Result<String, Problem> {
        let value = base == .string || base == .base64Binary ? text : Self.collapsed(text)
        switch base {
        case .string: return .success(Self.withLineFeeds(text))
        case .boolean:
            return Self.boolean(value).map(Result.success) ?? .failure(.init(.notBoolean))
        case .integer:
            return Self.integer(value).map(Result.success) ?? .failure(.init(.notInteger))
        case .decimal: return decimal(value)
        case .date: return CalendarDate(value) != nil ? .success(value) : .failure(.init(.notDate))
        case .time: return Self.isTime(value) ? .success(value) : .failure(.init(.notTime))
        case .dateTime:
            return Self.isDateTime(value) ? .success(value) : .failure(.init(.notDateTime))
        case .base64Binary:
            let bare = Self.withoutWhitespace(text)
            return Self.isBase64(bare) ? .success(bare) : .failure(.init(.notBase64))
        }
    }

    private func decimal(_ value: String) -> Result<String, Problem> {
        guard let number = DecimalText(value) else { return .failure(.init(.notDecimal)) }
        return .success(number.written(fractionDigits: fractionDigits ?? 0))
    }

    private static func integer(_ value: String) -> String? {
        guard !value.utf8.contains(UInt8(ascii: ".")) else { return nil }
        return DecimalText(value)?.written()
    }

    private static func boolean(_ value: String) -> String? {
        switch value {
        case "true", "1": "true"
        case "false", "0": "false"
        default: nil
        }
    }
}

extension SimpleType {
    private func facetProblem(of value: String) -> ValueProblem? {
        if !enumeration.isEmpty, !enumeration.contains(value) { return .notInList(enumeration) }
        if minLength != nil || maxLength != nil {
            let length = value.unicodeScalars.count
            if length < minLength ?? 0 || length > maxLength ?? .max {
                return .wrongLength(minimum: minLength, maximum: maxLength)
            }
        }
        if let problem = numberProblem(of: value) { return problem }
        for pattern in patterns where !pattern.matches(value) {
            return .wrongShape(pattern.source)
        }
        return nil
    }

    private func numberProblem(of value: String) -> ValueProblem? {
        guard base == .decimal || base == .integer, let number = DecimalText(value) else {
            return nil
        }
        if let fractionDigits, number.fraction.utf8.count > fractionDigits {
            return .tooManyFractionDigits(fractionDigits)
        }
        if let minInclusive, number < minInclusive { return outOfRange }
        if let maxInclusive, maxInclusive < number { return outOfRange }
        if let totalDigits, number.totalDigits > totalDigits { return .tooManyDigits(totalDigits) }
        return nil
    }

    private var outOfRange: ValueProblem {
        .outOfRange(minimum: minInclusive?.written(), maximum: maxInclusive?.written())
    }
}
