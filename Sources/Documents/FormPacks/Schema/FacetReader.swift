// SPDX-License-Identifier: Apache-2.0
internal import XML

/// Reads the facets of one restriction (XML Schema part 2, 4.3).
enum FacetReader {
    static func apply(_ restriction: XMLNode, to type: inout SimpleType) throws(PackError) {
        var enumeration: [String] = []
        var patterns: [String] = []
        for facet in restriction.children where facet.localName != "annotation" {
            guard let value = facet.attribute("value") else {
                throw .schema("line \(facet.line): the facet lacks @value")
            }
            switch facet.localName {
            case "enumeration": enumeration.append(value)
            case "pattern": patterns.append(value)
            default: try apply(facet, value, to: &type)
            }
        }
        if !enumeration.isEmpty { type.enumeration = enumeration }
        guard !patterns.isEmpty else { return }
        let source =
            patterns.count == 1 ? patterns[0] : "(" + patterns.joined(separator: ")|(") + ")"
        guard let pattern = Pattern(source) else {
            throw .schema(
                "line \(restriction.line): this pattern is not supported; write lists like [0-9]")
        }
        type.patterns.append(pattern)
    }

    private static func apply(
        _ facet: XMLNode, _ value: String, to type: inout SimpleType
    ) throws(PackError) {
        switch (facet.localName, type.base) {
        case ("length", .string):
            let count = try count(value, facet)
            (type.minLength, type.maxLength) = (count, count)
        case ("minLength", .string): type.minLength = try count(value, facet)
        case ("maxLength", .string): type.maxLength = try count(value, facet)
        case ("minInclusive", .decimal), ("minInclusive", .integer):
            type.minInclusive = try number(value, facet)
        case ("maxInclusive", .decimal), ("maxInclusive", .integer):
            type.maxInclusive = try number(value, facet)
        case ("fractionDigits", .decimal): type.fractionDigits = try count(value, facet)
        case ("totalDigits", .decimal), ("totalDigits", .integer):
            type.totalDigits = try count(value, facet)
        default:
            throw .schema(
                "line \(facet.line): xs:\(facet.localName) is not supported for xs:\(type.base.rawValue)"
            )
        }
    }

    private static func count(_ value: String, _ facet: XMLNode) throws(PackError) -> Int {
        guard let count = Int(value), (0...1_000_000).contains(count) else {
            throw .schema("line \(facet.line): @value must be a count")
        }
        return count
    }

    private static func number(_ value: String, _ facet: XMLNode) throws(PackError) -> DecimalText {
        guard let number = DecimalText(value) else {
            throw .schema("line \(facet.line): @value must be a number")
        }
        return number
    }
}
