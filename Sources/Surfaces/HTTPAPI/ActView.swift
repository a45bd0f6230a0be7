// SPDX-License-Identifier: Apache-2.0
package import Coverage
package import JSON

/// An act of the tariff lists as programs see it.
package struct ActView: Sendable {
    private let act: MedicalAct
    private let tariffs: Tariffs

    package init(act: MedicalAct, _ tariffs: Tariffs) { (self.act, self.tariffs) = (act, tariffs) }

    /// What a list of acts shows.
    package func summary(on date: CalendarDate) -> JSONValue {
        .object(head(on: date))
    }

    /// Everything: the values over time, the remarks, the rules that name the act.
    package func json(on date: CalendarDate) -> JSONValue {
        var members = head(on: date)
        members += [
            .init("versions", .array(act.versions.map(json))),
            .init("rules", .array(tariffs.rules(of: act).map(json))),
            .init("dataAsOf", .string(tariffs.asOf.description)),
        ]
        return .object(members)
    }

    private func head(on date: CalendarDate) -> [JSONMember] {
        [
            .init("code", .string(act.code)), .init("label", .string(act.label)),
            .init("section", .string(act.section)),
            .init("list", .string(act.profession.rawValue)),
            .init("date", .string(date.description)),
            .init("tariff", .text(tariffs.price(of: act, on: date))),
            .init("remarks", .array(act.marks.words.map { .string($0) })),
        ]
    }

    private func json(_ version: ActVersion) -> JSONValue {
        [
            "from": .text(version.from), "to": .text(version.to),
            "coefficient": .text(version.coefficient), "tariff": .text(version.tariff),
            "source": .string(tariffs.sources[version.source] ?? version.source),
        ]
    }

    private func json(_ rule: BillingRule) -> JSONValue {
        [
            "id": .string(rule.id), "article": .string(rule.article),
            "from": .text(rule.from), "to": .text(rule.to),
            "text": [
                "fr": .string(rule.text.fr), "de": .string(rule.text.de),
                "en": .string(rule.text.en),
            ],
            "source": .string(rule.source),
        ]
    }
}

extension JSONValue {
    /// A value as text, or null.
    fileprivate static func text(_ value: (some CustomStringConvertible)?) -> JSONValue {
        value.map { .string($0.description) } ?? JSONValue(.null)
    }
}
