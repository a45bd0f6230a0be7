// SPDX-License-Identifier: Apache-2.0

/// A code as sent, taken apart: the longest code of the lists wins, the rest are letters
/// (identifiers-and-codes, section 7).
struct CodeReading {
    let act: MedicalAct
    let letters: [Character]
    /// `M` behind a code of the 8 % list that has no row of its own.
    let isMaterialPercent: Bool

    init?(_ text: String, suffixes: [String], _ pricing: Pricing) {
        let code = text.uppercased()
        let material = pricing.tariffs.material.letter
        var end = code.endIndex
        while end > code.startIndex {
            let tail = code[end...]
            if let act = pricing.act(String(code[..<end])) {
                let all = Array(tail) + suffixes.flatMap { Array($0.uppercased()) }
                let takesMaterial =
                    act.groups.contains(.materialEightPercent) && all.contains(material)
                isMaterialPercent = takesMaterial
                letters = takesMaterial ? all.filter { $0 != material } : all
                self.act = act
                return
            }
            let last = code.index(before: end)
            guard code[last].isLetter else { return nil }
            end = last
        }
        return nil
    }
}
