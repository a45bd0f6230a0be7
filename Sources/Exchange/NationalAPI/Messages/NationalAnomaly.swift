// SPDX-License-Identifier: Apache-2.0

/// What the national side says about the content of a form or message.
package struct NationalAnomaly: Sendable, Hashable {
    package enum Level: String, Sendable, Hashable, CaseIterable {
        case error, warning, information
    }

    package var level: Level
    /// `OEC-<group>-<nnn>` (pid-and-reimbursement, 7.2).
    package var code: String
    /// The French sentence, as the wire carries one language.
    package var text: String
    /// Identifiers of the rules it comes from; empty where the wire has no seat for them.
    package var rules: [String]
    /// The number of the line concerned.
    package var line: Int?

    package init(
        level: Level, code: String, text: String, rules: [String] = [], line: Int? = nil
    ) {
        (self.level, self.code, self.text) = (level, code, text)
        (self.rules, self.line) = (rules, line)
    }
}
