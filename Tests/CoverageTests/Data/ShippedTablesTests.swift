// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON
import Testing

@testable import Coverage

@Suite("The shipped tables")
struct ShippedTablesTests {
    @Test("load, with every row of the lists")
    func load() throws {
        let tariffs = try ShippedTables.tariffs.get()
        #expect(tariffs.asOf == CalendarDate("2026-09-01"))
        let rows = tariffs.acts.reduce(0) { $0 + $1.versions.count }
        #expect(rows == 1610 + 156)
        #expect(tariffs.specialities.all.count == 44)
        #expect(tariffs.holidays.count == 120)
    }

    @Test("every remark R001 to R146 is there")
    func remarks() throws {
        let ids = try ShippedTables.ids("rules.json", "rules")
        #expect(Set(ids).count == ids.count)
        for number in 1...146 {
            let id = "R" + CalendarDate.padded(number, to: 3)
            #expect(ids.contains { $0 == id || ($0.hasPrefix(id) && $0.count == 5) }, "\(id)")
        }
    }

    /// Tables in which a list of selectors that names no act is a mistake.
    private static let lists = [
        ("rules.json", "rules", ["codes"]), ("bands.json", "bands", ["codes"]),
        ("suffixes.json", "suffixes", ["on"]),
        ("cumulation.json", "rows", ["general", "technical"]),
        ("cumulation.json", "exclusions", ["general", "technical"]),
        ("rates.json", "rates", ["codes"]),
    ]
    /// Groups that serve declared acts only.
    private static let empty: Set<String> = [
        "@scaling", "@totalProsthesis", "@maxilloFacialProsthesis", "@dentalProsthesis",
        "@convenance",
    ]
    private static let withoutActs: Set<String> = ["ART16", "ACM", "DENT-DSD", "ORTHO-ONCE"]

    @Test("every row names at least one act")
    func selectors() throws {
        let loader = TableLoader(files: try ShippedTables.files.get())
        let resolver = try SelectorResolver(acts: loader.acts(), groups: loader.groups())
        for (name, member, columns) in Self.lists {
            for row in try ShippedTables.table(name).member(member).elements() {
                let id = try row.member("id").string()
                guard !Self.withoutActs.contains(id) else { continue }
                for column in columns {
                    let codes = try row.strings(column)
                    guard !codes.allSatisfy(Self.empty.contains) else { continue }
                    #expect(try !resolver.acts(codes, in: name).isEmpty, "\(name) \(id) \(column)")
                }
            }
        }
    }

    @Test("every group names an act, or says why it names none")
    func groups() throws {
        let loader = TableLoader(files: try ShippedTables.files.get())
        let resolver = try SelectorResolver(acts: loader.acts(), groups: loader.groups())
        for (name, group) in try ShippedTables.table("groups.json").member("groups").members() {
            let acts = try resolver.acts(["@" + name], in: "groups.json")
            #expect(!acts.isEmpty || group.has("note"), "\(name)")
        }
    }

    @Test("every rule's anomaly and facts are known")
    func references() throws {
        let tariffs = try ShippedTables.tariffs.get()
        for rule in tariffs.rules where !rule.anomaly.isEmpty {
            #expect(tariffs.anomalies[rule.anomaly] != nil, "\(rule.id)")
        }
        for rule in tariffs.rules {
            for fact in rule.facts + rule.unless {
                #expect(tariffs.facts[fact] != nil, "\(rule.id) \(fact)")
            }
        }
    }

    @Test("every text speaks three languages")
    func texts() throws {
        for name in try ShippedTables.files.get().keys.sorted() where name.hasSuffix(".json") {
            try checkTexts(try ShippedTables.table(name), in: name)
        }
    }

    private func checkTexts(_ value: JSONReader, in file: String) throws {
        if value.value.array != nil {
            for element in try value.elements() { try checkTexts(element, in: file) }
        } else if value.value.object != nil {
            if value.has("fr"), value.has("de"), value.has("en") {
                let texts = try ["fr", "de", "en"].map { try value.member($0).string() }
                #expect(!texts.contains(""), "\(file) \(value.pointer)")
                #expect(file == "specialities.json" || Set(texts).count == 3, "\(texts)")
                return
            }
            for (_, member) in try value.members() { try checkTexts(member, in: file) }
        }
    }

    @Test(
        "a speciality is found by its usual names",
        arguments: [
            ("ENT specialist", "oto-rhino-laryngologie"), ("ORL", "oto-rhino-laryngologie"),
            ("GP", "medecine-generale"), ("Hausarzt", "medecine-generale"),
            ("gynaecologist", "gynecologie-obstetrique"), ("Frauenarzt", "gynecologie-obstetrique"),
            ("dentist", "medecin-dentiste"), ("médecin-dentiste", "medecin-dentiste"),
            ("Pédiatrie", "pediatrie"), ("C34", "rhumatologie"),
            ("anaesthetist", "anesthesie-reanimation"),
        ])
    func speciality(_ name: String, _ id: String) throws {
        #expect(try ShippedTables.tariffs.get().specialities.speciality(name)?.id == id)
    }

    @Test("the table for people names every rule, rate, band, letter and parameter")
    func explained() throws {
        let page = try String(
            contentsOf: ShippedTables.root.appending(path: "docs/coverage.md"), encoding: .utf8)
        let words = Set(page.split { !$0.isLetter && !$0.isNumber && $0 != "-" }.map(String.init))
        var ids = try ShippedTables.table("parameters.json").member("parameters").elements()
            .map { try $0.member("name").string() }
        for (file, member) in [
            ("rules.json", "rules"), ("rates.json", "rates"), ("bands.json", "bands"),
            ("suffixes.json", "suffixes"), ("cumulation.json", "rows"),
            ("cumulation.json", "exclusions"),
        ] {
            ids += try ShippedTables.ids(file, member)
        }
        let missing = ids.filter { !words.contains($0) }
        #expect(missing == [])
    }
}
