// SPDX-License-Identifier: Apache-2.0
import JSON

/// A question that the sources leave open, with our default answer.
package struct Parameter: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case choice, boolean, integer, amount, specialities
    }

    package let name: String
    package let kind: Kind
    package let choices: [String]
    package let defaultValue: String
    package let text: LocalizedText
    package let source: String

    init(_ row: JSONReader) throws(JSONReadingError) {
        name = try row.member("name").string()
        kind = try row.member("kind").choice(Kind.self)
        choices = try row.strings("choices")
        let value = try row.member("default")
        defaultValue =
            switch value.value.content {
            case .boolean(let flag): flag ? "true" : "false"
            case .number(let number): number.text
            case .array: try row.strings("default").joined(separator: ",")
            default: try value.string()
            }
        text = try LocalizedText(reading: row.member("text"))
        source = try row.member("source").string()
    }

    /// What a value may be, for an error.
    var allowed: String {
        switch kind {
        case .choice: "one of " + choices.joined(separator: ", ")
        case .boolean: "true or false"
        case .integer: "a whole number"
        case .amount: "an amount such as 5.39, or off"
        case .specialities: "a list of specialities, separated by commas"
        }
    }

    func accepts(_ value: String, _ specialities: SpecialityTable) -> Bool {
        switch kind {
        case .choice: choices.contains(value)
        case .boolean: value == "true" || value == "false"
        case .integer: Int(value).map { (0...100_000).contains($0) } ?? false
        case .amount: value == "off" || Amount(value) != nil
        case .specialities:
            value.split(separator: ",").allSatisfy { specialities.speciality(String($0)) != nil }
        }
    }
}
