// SPDX-License-Identifier: Apache-2.0

/// The languages in which an anomaly speaks; French is the official one.
package enum Language: String, Sendable, Hashable, CaseIterable {
    case fr, de, en
}

/// One sentence or name in every language.
package struct LocalizedText: Sendable, Hashable {
    package var fr, de, en: String

    package init(fr: String, de: String, en: String) {
        (self.fr, self.de, self.en) = (fr, de, en)
    }

    package subscript(language: Language) -> String {
        switch language {
        case .fr: fr
        case .de: de
        case .en: en
        }
    }
}

/// Code anomalie: something that is said about the content of a form.
///
/// The sentence says what is wrong and what to do; it quotes neither names nor matricules. The
/// pointer leads into the caller's own document: RFC 6901 for JSON, positional XPath for XML.
package struct Anomaly: Sendable, Hashable {
    package enum Severity: String, Sendable, Hashable, CaseIterable, Comparable {
        /// To be known.
        case information
        /// To be confirmed.
        case warning
        /// Blocks sending.
        case error

        package static func < (left: Severity, right: Severity) -> Bool {
            left.rank < right.rank
        }

        private var rank: Int {
            switch self {
            case .information: 0
            case .warning: 1
            case .error: 2
            }
        }
    }

    /// Stable, for example `OEC-XML-001`; a number is never reused.
    package var code: String
    /// What kind of thing within the code, for example `missing`; part of the contract like the code.
    package var detail: String?
    package var severity: Severity
    package var pointer: String
    package var text: LocalizedText
    /// Where the rule comes from: a law, a clause, a page of the requirements.
    package var source: String?

    package init(
        code: String, detail: String? = nil, severity: Severity = .error, pointer: String,
        text: LocalizedText, source: String? = nil
    ) {
        (self.code, self.detail, self.severity) = (code, detail, severity)
        (self.pointer, self.text, self.source) = (pointer, text, source)
    }
}
