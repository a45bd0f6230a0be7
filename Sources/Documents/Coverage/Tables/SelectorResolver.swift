// SPDX-License-Identifier: Apache-2.0
import JSON

/// Turns code selectors into acts.
struct SelectorResolver {
    private let acts: [ActRow]
    /// Behind the acts, one place for each group: who belongs to the group belongs where it stands.
    let groupPlaces: [String: Int]
    private let groups: [String: [String]]
    private let byCode: [String: [Int]]
    private let parts: [(index: Int, parts: CodeParts)]
    private var resolvedGroups: [String: Set<Int>] = [:]

    init(acts: [ActRow], groups: [String: [String]]) throws(TariffError) {
        (self.acts, self.groups) = (acts, groups)
        byCode = Dictionary(grouping: acts.indices, by: { acts[$0].code })
        parts = acts.indices.compactMap { index in
            CodeParts(acts[index].code).map { (index, $0) }
        }
        groupPlaces = Dictionary(
            uniqueKeysWithValues: groups.keys.sorted().enumerated().map {
                ($1, acts.count + $0)
            })
        for group in ActGroup.allCases {
            guard groups[group.rawValue] != nil else {
                throw .data(file: "groups.json", "the group \(group.rawValue) is missing")
            }
        }
        for name in groups.keys.sorted() {
            resolvedGroups[name] = try resolveGroup(name, depth: 0)
        }
    }

    /// `nil` for the place of a group.
    func profession(of place: Int) -> Profession? {
        acts.indices.contains(place) ? acts[place].profession : nil
    }

    /// Indices of the acts that `selectors` name.
    func acts(_ selectors: [String], in file: String) throws(TariffError) -> Set<Int> {
        try acts(selectors, in: file, depth: 0)
    }

    /// Codes that the selectors write out and no list has.
    func unlisted(_ selectors: [String]) -> [String] {
        selectors.compactMap(CodeSelector.init).flatMap { selector -> [String] in
            switch selector {
            case .code(let code): return byCode[code] == nil ? [code] : []
            case .range(let from, let to):
                return (from.number...min(to, from.number + CoverageLimits.codesOfRange))
                    .map { "\(from.prefix)\($0)\(from.suffix)" }
                    .filter { byCode[$0] == nil }
            case .group, .section, .list: return []
            }
        }
    }

    private func resolveGroup(_ name: String, depth: Int) throws(TariffError) -> Set<Int> {
        if let known = resolvedGroups[name] { return known }
        guard let selectors = groups[name], depth < 8 else {
            throw .data(file: "groups.json", "the group \(name) is missing or names itself")
        }
        var found = try acts(selectors, in: "groups.json", depth: depth + 1)
        if let place = groupPlaces[name] { found.insert(place) }
        return found
    }

    private func acts(
        _ selectors: [String], in file: String, depth: Int
    ) throws(TariffError) -> Set<Int> {
        var found: Set<Int> = []
        for text in selectors where !text.hasPrefix("-") {
            found.formUnion(try acts(text, in: file, depth: depth))
        }
        for text in selectors where text.hasPrefix("-") {
            found.subtract(try acts(String(text.dropFirst()), in: file, depth: depth))
        }
        return found
    }

    private func acts(
        _ text: String, in file: String, depth: Int
    ) throws(TariffError) -> Set<Int> {
        guard let selector = CodeSelector(text) else {
            throw .data(file: file, "\"\(text)\" is no selector of codes")
        }
        switch selector {
        case .code(let code): return Set(byCode[code] ?? [])
        case .range(let from, let to):
            return Set(
                parts.filter { entry in
                    entry.parts.prefix == from.prefix && entry.parts.suffix == from.suffix
                        && (from.number...to).contains(entry.parts.number)
                }.map(\.index))
        case .group(let name): return try resolveGroup(name, depth: depth)
        case .section(let section):
            return Set(acts.indices.filter { acts[$0].section.hasPrefix(section) })
        case .list(let from, let to):
            guard let first = byCode[from]?.first, let last = byCode[to]?.first, first <= last
            else { throw .data(file: file, "\"\(text)\" is no part of a list") }
            return Set(first...last)
        }
    }
}

extension TableLoader {
    /// Gives each act the indices of everything that speaks of it, so that pricing never searches.
    func bind(
        _ raw: [RawRule], to acts: inout [ActUses], _ resolver: SelectorResolver,
        rates: [CoverageRate]
    ) throws(TariffError) {
        for group in ActGroup.allCases {
            for index in try resolver.acts(["@" + group.rawValue], in: "groups.json") {
                acts[index].groups.insert(GroupSet(group))
            }
        }
        for (number, row) in raw.enumerated() {
            for index in try resolver.acts(row.codes, in: "rules.json") {
                acts[index].rules.append(number)
            }
            for index in try resolver.acts(row.others, in: "rules.json") {
                acts[index].otherRules.append(number)
            }
            for index in try resolver.acts(row.notWith, in: "rules.json") {
                acts[index].liftedRules.append(number)
            }
        }
        try bindCumulation(to: &acts, resolver)
        try bindRates(rates, to: &acts, resolver)
        for (number, codes) in try selectors("bands.json", "bands", "codes").enumerated() {
            for index in try resolver.acts(codes, in: "bands.json") {
                acts[index].bands.append(number)
            }
        }
        let on = try selectors("suffixes.json", "suffixes", "on")
        let notOn = try selectors("suffixes.json", "suffixes", "notOn")
        for number in on.indices {
            let places = try resolver.acts(on[number], in: "suffixes.json")
            let without = try resolver.acts(notOn[number], in: "suffixes.json")
            for index in places.subtracting(without) { acts[index].suffixes.append(number) }
        }
    }

    /// Rules that name codes which stand in no list, by code: for acts that a request declares.
    func unlisted(
        _ raw: [RawRule], _ resolver: SelectorResolver
    ) throws(TariffError) -> [String: ActUses] {
        var uses: [String: ActUses] = [:]
        for (number, row) in raw.enumerated() {
            for code in resolver.unlisted(row.codes) {
                uses[code, default: ActUses()].rules.append(number)
            }
            for code in resolver.unlisted(row.others) {
                uses[code, default: ActUses()].otherRules.append(number)
            }
        }
        return uses
    }

    private func bindCumulation(
        to acts: inout [ActUses], _ resolver: SelectorResolver
    ) throws(TariffError) {
        let file = "cumulation.json"
        let general =
            try selectors(file, "rows", "general") + selectors(file, "exclusions", "general")
        let technical =
            try selectors(file, "rows", "technical") + selectors(file, "exclusions", "technical")
        for number in general.indices {
            for index in try resolver.acts(general[number], in: file) {
                acts[index].generalRows |= 1 << UInt32(number)
            }
            for index in try resolver.acts(technical[number], in: file) {
                acts[index].technicalRows |= 1 << UInt32(number)
            }
        }
    }

    private func bindRates(
        _ rates: [CoverageRate], to acts: inout [ActUses], _ resolver: SelectorResolver
    ) throws(TariffError) {
        let file = "rates.json"
        let codes = try selectors(file, "rates", "codes")
        let notCodes = try selectors(file, "rates", "notCodes")
        let groups = try rows(file, "rates") { row throws(JSONReadingError) in
            try row.optional("group")?.string() ?? ""
        }
        for number in rates.indices.sorted(by: { rates[$0].priority > rates[$1].priority }) {
            let without = try resolver.acts(notCodes[number], in: file)
            let profession = Profession(rawValue: groups[number])
            for index in try resolver.acts(codes[number], in: file).subtracting(without)
            where profession == nil || resolver.profession(of: index) == nil
                || resolver.profession(of: index) == profession
            {
                acts[index].rates.append(number)
            }
        }
    }

    /// Codes of the group as they are written, for they stand in no list.
    func convenienceCodes() throws(TariffError) -> Set<String> {
        let selectors = try groups()[ActGroup.convenance.rawValue] ?? []
        return selectors.compactMap(CodeSelector.init).reduce(into: []) { codes, selector in
            switch selector {
            case .code(let code): codes.insert(code)
            case .range(let from, let to):
                for number in from.number...to { codes.insert("\(from.prefix)\(number)") }
            case .group, .section, .list: break
            }
        }
    }

    private func selectors(
        _ name: String, _ member: String, _ list: String
    ) throws(TariffError) -> [[String]] {
        try rows(name, member) { row throws(JSONReadingError) in try row.strings(list) }
    }
}
