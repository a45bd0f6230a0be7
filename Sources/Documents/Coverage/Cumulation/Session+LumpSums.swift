// SPDX-License-Identifier: Apache-2.0

/// Lump sums for the use of declared devices (FFUA, art. 15bis to 15quinquies).
extension Session {
    /// A lump sum that is sent as a line needs a declared device of its kind (art. 15bis).
    mutating func checkDevices(_ pricing: Pricing) {
        var paid: [String: Int] = [:]
        for index in items.indices where items[index].isLine && !items[index].isRefused {
            guard let act = items[index].act, act.groups.overlaps(.ffua) else {
                continue
            }
            let family = items[index].code.dropLast()
            limitLumpSums(index, String(family), &paid, pricing)
            guard
                let device = pricing.request.devices.first(where: {
                    $0.code.uppercased().dropLast() == family
                })
            else {
                items[index].refuse(
                    pricing.tariffs.anomaly("OEC-ACT-013", .lumpSum))
                continue
            }
            if items[index].code.hasSuffix("1"),
                let reduction = pricing.reduction(device, act, on: date)
            {
                reduce(index, reduction, pricing)
            }
        }
    }

    /// One lump sum for each device and session, unless the parameter says otherwise.
    private func limitLumpSums(
        _ index: Int, _ family: String, _ paid: inout [String: Int], _ pricing: Pricing
    ) {
        let name = "ffuaPerDeviceAndSession"
        let left = pricing.questions.ffuaPerDevice - paid[family, default: 0]
        let anomaly = pricing.tariffs.anomaly(
            "OEC-ACT-013", source: name, text: pricing.tariffs.parameterText(name))
        if left <= 0 {
            items[index].refuse(anomaly)
        } else if items[index].units > left {
            items[index].units = left
            items[index].note(anomaly)
        }
        paid[family, default: 0] += items[index].isRefused ? 0 : items[index].units
    }

    /// The full amount was sent, the reduced one applies.
    private mutating func reduce(
        _ index: Int, _ reduction: PricingAnomaly, _ pricing: Pricing
    ) {
        let sent = items[index]
        guard let code = Pricing.ffuaCode(sent.code, reduced: true),
            let act = pricing.act(code)
        else { return }
        let item = Item(
            origin: sent.origin, number: sent.number, act: act, code: code, date: sent.date,
            time: sent.time, place: sent.place, requestedUnits: sent.requestedUnits,
            line: sent.line)
        item.units = sent.units
        pricing.setValue(item)
        item.note(reduction)
        items[index] = item
    }

    mutating func addLumpSums(_ pricing: Pricing) {
        var candidates: [Item] = []
        for index in pricing.request.devices.indices {
            guard let item = pricing.item(device: index, on: date), !item.place.isHospital,
                !items.contains(where: { $0.code.dropLast() == item.code.dropLast() })
            else { continue }
            candidates.append(item)
        }
        // Nobody says which of several devices of one kind was used: the least comes.
        candidates.sort { ($0.fullUnit, $0.code) < ($1.fullUnit, $1.code) }
        var kinds: Set<[Int]> = []
        for item in candidates {
            let kind = item.act?.uses.rules.filter { pricing.tariffs.isCompanionRule[$0] } ?? []
            let isOnly = kinds.insert(kind).inserted
            if isOnly, !hasLine(of: kind, pricing) {
                items.append(item)
            } else {
                openDevices.append(item.code)
            }
        }
    }

    /// Device and material costs and lump sums are due once for each act that they belong to.
    func limitCosts(_ pricing: Pricing) {
        var paid: [CostKey: Int] = [:]
        // What was paid before on the same day comes first.
        for item in items.filter(\.isPast) + items.filter(\.isLine) where !item.isRefused {
            guard let act = item.act,
                item.isMaterialPercent || act.groups.overlaps(.costs),
                let key = costKey(item, act, pricing)
            else { continue }
            let acts = items.reduce(0) { sum, other in
                other !== item && !other.isRefused && belongs(other, to: key)
                    ? sum + other.units : sum
            }
            if item.isPast {
                paid[key, default: 0] += item.units
                continue
            }
            // Without any act the line has no companion, which is said later.
            guard acts > 0 else { continue }
            let left = acts - paid[key, default: 0]
            if left <= 0 {
                item.refuse(Companions.anomaly(item, pricing))
            } else if item.units > left {
                item.units = left
                item.note(Companions.anomaly(item, pricing))
            }
            paid[key, default: 0] += item.isRefused ? 0 : item.units
        }
    }

    /// What a cost belongs to: an act, or the acts that a remark links.
    private enum CostKey: Hashable {
        case act(ObjectIdentifier, isMaterialPercent: Bool)
        case rule(Int)
    }

    private func costKey(_ item: Item, _ act: MedicalAct, _ pricing: Pricing) -> CostKey? {
        if item.isMaterialPercent { return .act(ObjectIdentifier(act), isMaterialPercent: true) }
        if act.groups.overlaps(.ffua) {
            return act.uses.rules.first { pricing.tariffs.isCompanionRule[$0] }.map { .rule($0) }
        }
        return pricing.act(String(act.code.dropLast())).map {
            .act(ObjectIdentifier($0), isMaterialPercent: false)
        }
    }

    private func belongs(_ item: Item, to key: CostKey) -> Bool {
        guard let act = item.act, !item.isMaterialPercent else { return false }
        switch key {
        case .act(let parent, _): return ObjectIdentifier(act) == parent
        case .rule(let number): return act.uses.otherRules.contains(number)
        }
    }

    /// A lump sum of the same kind is billed as a line.
    private func hasLine(of kind: [Int], _ pricing: Pricing) -> Bool {
        items.contains { item in
            item.isLine && !item.isRefused && item.act?.groups.overlaps(.ffua) ?? false
                && item.act?.uses.rules.filter { pricing.tariffs.isCompanionRule[$0] } == kind
        }
    }

    /// What no act brought is dropped; that several devices of one kind were declared is said.
    mutating func closeLumpSums(_ pricing: inout Pricing) {
        for index in items.indices where items[index].isDevice && !outcome.isKept[index] {
            items[index].isRefused = true
        }
        if !openDevices.isEmpty, items.contains(where: { $0.isDevice && !$0.isRefused }) {
            pricing.statementAnomalies.append(
                pricing.tariffs.anomaly(
                    "OEC-ACT-013", source: "ffuaPerDeviceAndSession", severity: .warning,
                    text: pricing.tariffs.parameterText("ffuaPerDeviceAndSession")))
        }
    }
}
