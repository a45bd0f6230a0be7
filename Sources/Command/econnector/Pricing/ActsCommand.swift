// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Coverage
import Foundation
import HTTPAPI
import JSON

struct ActsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "acts", abstract: "Looks up the acts of the tariff lists.",
        subcommands: [SearchActs.self, ShowAct.self])
}

/// The day for which tariffs are shown.
struct DateOption: ParsableArguments {
    @Option(help: ArgumentHelp("Day of the tariff; today otherwise.", valueName: "YYYY-MM-DD"))
    var date: String?

    func day() throws -> CalendarDate {
        guard let date else { return CalendarDate(inLuxembourg: Date()) }
        guard let day = CalendarDate(date) else {
            throw CommandFailure(.usage, "--date takes a day as YYYY-MM-DD")
        }
        return day
    }
}

struct SearchActs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Finds acts by the beginning of a code or words of a label.",
        discussion: """
            EXAMPLES
              econnector acts search 1C1
              econnector acts search échographie abdominale --limit 5
            """)

    @Argument(help: "The beginning of a code, or words.") var text: [String]
    @Option(help: "At most so many acts.") var limit = 20
    @OptionGroup var on: DateOption
    @Flag(help: "Print the acts as JSON.") var json = false

    func run() async throws {
        guard (1...2_000).contains(limit) else {
            throw CommandFailure(.usage, "--limit takes 1 to 2000")
        }
        let words = text.joined(separator: " ")
        guard words.contains(where: { !$0.isWhitespace }) else {
            throw CommandFailure(.usage, "give the beginning of a code, or words of a label")
        }
        let day = try on.day()
        let tariffs = try Installation.tariffs()
        let found = tariffs.search(words, limit: limit)
        guard !json else {
            let acts = found.map { ActView(act: $0, tariffs).summary(on: day) }
            let value: JSONValue = [
                "acts": .array(acts), "dataAsOf": .string(tariffs.asOf.description),
            ]
            return Terminal.result(bytes: value.serialized(.pretty))
        }
        guard !found.isEmpty else {
            throw CommandFailure(
                .refused,
                "no act of the lists fits \"\(words)\": every word must stand in its label; "
                    + "try fewer or shorter words")
        }
        var table = TextTable([("code", .left), ("tariff", .right), ("label", .left)])
        for act in found {
            let tariff = tariffs.price(of: act, on: day).map { "\($0)" } ?? "-"
            table.add([act.code, tariff, act.label])
        }
        Terminal.result(table.text)
    }
}

struct ShowAct: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows an act: its tariff over time, its remarks and the rules that name it.",
        discussion: """
            EXAMPLES
              econnector acts show C1
              econnector acts show 1C24 --date 2025-06-01 --json
            """)

    @Argument(help: "The code of an act.") var code: String
    @OptionGroup var on: DateOption
    @Flag(help: "Print the act as JSON.") var json = false
    @Option(help: "Language of the rules: fr, de or en.") var language = "fr"

    func run() async throws {
        let (day, language) = (try on.day(), try Language.named(language))
        let tariffs = try Installation.tariffs()
        guard let act = tariffs.act(code: code) else {
            throw CommandFailure(
                .refused, "no tariff list has the code \(code); try `econnector acts search`")
        }
        guard !json else {
            return Terminal.result(
                bytes: ActView(act: act, tariffs).json(on: day).serialized(.pretty))
        }
        let tariff = tariffs.price(of: act, on: day).map { "\($0) €" } ?? "no tariff"
        Terminal.result("\(act.code)  \(act.label)\n  \(act.section)\n  on \(day): \(tariff)")
        if !act.marks.words.isEmpty {
            Terminal.result("  remarks: \(act.marks.words.joined(separator: " "))")
        }
        Terminal.result(Self.history(of: act))
        for rule in tariffs.rules(of: act) {
            let place = rule.article.isEmpty ? rule.source : rule.article
            Terminal.result("  \(rule.id)  \(rule.text[language])  [\(place)]")
        }
        Terminal.result("  tariff data as of \(tariffs.asOf)")
    }

    private static func history(of act: MedicalAct) -> String {
        var table = TextTable([
            ("  from", .left), ("to", .left), ("coefficient", .right), ("tariff", .right),
        ])
        for version in act.versions {
            table.add([
                "  \(version.from.map { "\($0)" } ?? "-")", version.to.map { "\($0)" } ?? "",
                version.coefficient.map { "\($0)" } ?? "-", version.tariff.map { "\($0)" } ?? "-",
            ])
        }
        return table.text
    }
}
