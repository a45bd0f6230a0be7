// SPDX-License-Identifier: Apache-2.0
package import JSON

extension PricedStatement {
    /// The answer of `price` (docs/design.md, section 6); amounts are text with two decimals.
    ///
    /// - Parameter parameters: What the request set, given back as it was understood.
    package func json(_ language: Language, parameters: ParameterValues) -> JSONValue {
        [
            "lines": .array(lines.map { $0.json(language) }),
            "totals": totals.json,
            "anomalies": .array(anomalies.map { $0.json(language) }),
            "parameters": .object(
                parameters.values.sorted { $0.key < $1.key }.map {
                    JSONMember($0.key, .string($0.value))
                }),
            "dataAsOf": .string(dataAsOf.description),
        ]
    }
}

extension PricedLine {
    fileprivate func json(_ language: Language) -> JSONValue {
        var members: [JSONMember] = [
            JSONMember("line", number.map { .int($0) } ?? nil)
        ]
        if let addedTo { members.append(JSONMember("addedTo", .int(addedTo))) }
        members += [
            JSONMember("code", .string(code)),
            JSONMember("requestedCode", requestedCode.map { .string($0) } ?? nil),
            JSONMember("label", .string(label)),
            JSONMember("quantity", .int(quantity)),
            JSONMember("tariff", .string(tariff.description)),
            JSONMember("billed", .string(billed.description)),
            JSONMember("opposable", .string(opposable.description)),
            JSONMember("nonOpposable", .string(nonOpposable.description)),
            JSONMember("rate", .int(rate)),
            JSONMember("statutory", .string(statutory.description)),
            JSONMember("participation", .string(participation.description)),
            JSONMember("anomalies", .array(anomalies.map { $0.json(language) })),
            JSONMember("trace", .array(trace.map(\.json))),
        ]
        return .object(members)
    }
}

extension Totals {
    fileprivate var json: JSONValue {
        [
            "tariff": .string(tariff.description), "billed": .string(billed.description),
            "opposable": .string(opposable.description),
            "nonOpposable": .string(nonOpposable.description),
            "statutory": .string(statutory.description),
            "participation": .string(participation.description),
            "convenience": .string(convenience.description),
            "patient": .string((participation + nonOpposable).description),
        ]
    }
}

extension PricingAnomaly {
    package func json(_ language: Language) -> JSONValue {
        [
            "code": .string(code), "level": .string(severity.rawValue),
            "text": .string(text[language]), "source": .string(source),
        ]
    }
}

extension TraceStep {
    /// `{"figure","operation","operands","result","source"}`.
    package var json: JSONValue {
        [
            "figure": .string(figure.rawValue), "operation": .string(operation.name),
            "operands": .array(operation.operands.map { .string($0) }),
            "result": .string(result.description), "source": .string(source),
        ]
    }
}

extension TraceStep.Operation {
    package var name: String {
        switch self {
        case .listed: "listed"
        case .coefficient: "coefficient-times-key-letter"
        case .factors: "factors"
        case .raised: "raised-to-minimum"
        case .units: "units"
        case .ranked: "ranked"
        case .carried: "tariff"
        case .limitedUnits: "units-not-paid"
        case .limited: "at-most-billed"
        case .rule: "rule"
        case .refused: "refused"
        case .share: "share"
        case .free: "no-participation"
        }
    }

    package var operands: [String] {
        switch self {
        case .listed, .carried, .refused, .free: []
        case .coefficient(let coefficient, let letter):
            [coefficient.description, letter.description]
        case .factors(let percents): percents.map { "\($0) %" }
        case .raised(let amount), .limited(let amount): [amount.description]
        case .units(let count): ["\(count)"]
        case .rule(let code, let severity): [code, severity.rawValue]
        case .ranked(let full, let half, let fullUnit, let halfUnit):
            ["\(full) × \(fullUnit)", "\(half) × \(halfUnit)"]
        case .limitedUnits(let count, let unit): ["\(count) × \(unit)"]
        case .share(let percent, let base, let rounding, let ceiling):
            ["\(percent) %", base.description, rounding.rawValue, "≤ \(ceiling)"]
        }
    }
}
