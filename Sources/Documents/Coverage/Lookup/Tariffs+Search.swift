// SPDX-License-Identifier: Apache-2.0

extension Tariffs {
    /// Acts whose code begins with the text, then acts whose label holds all its words, in the
    /// order of the lists; accents and case do not count.
    package func search(_ text: String, limit: Int) -> [MedicalAct] {
        let code = text.uppercased()
        let words = text.split(whereSeparator: { !$0.isLetter && !$0.isNumber })
            .map { String($0).folded }
        guard !words.isEmpty else { return [] }
        var byCode: [MedicalAct] = []
        var byLabel: [MedicalAct] = []
        for act in acts {
            if act.code.hasPrefix(code) {
                byCode.append(act)
            } else {
                let label = act.label.folded
                if words.allSatisfy(label.contains) { byLabel.append(act) }
            }
        }
        return Array((byCode + byLabel).prefix(limit))
    }

    /// The act of that code in the doctors' list, else in the dentists'.
    package func act(code: String) -> MedicalAct? {
        act(code.uppercased(), for: .doctors)
    }

    /// Every rule that names the act, by either side.
    package func rules(of act: MedicalAct) -> [BillingRule] {
        Set(act.uses.rules + act.uses.otherRules).sorted().map { rules[$0] }
    }

    /// What one unit is worth on a day, if the lists say so.
    package func price(of act: MedicalAct, on date: CalendarDate) -> Amount? {
        guard let version = act.versions.first(where: { $0.isValid(on: date) }) else { return nil }
        guard let coefficient = version.coefficient, version.tariff != nil,
            let letter = keyLetter(of: act.profession, on: date)
        else { return version.tariff }
        return letter.times(coefficient)
    }

    package var actCount: Int { acts.count }
}
