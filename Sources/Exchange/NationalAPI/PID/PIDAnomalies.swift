// SPDX-License-Identifier: Apache-2.0
import XML

extension NationalAnomaly.Level {
    /// The word of PID messages.
    private var word: String {
        switch self {
        case .error: "BLOQUANTE"
        case .warning: "AVERTISSEMENT"
        case .information: "INFORMATION"
        }
    }

    /// A word that nobody here knows counts as an error: it is never ignored.
    fileprivate init(word: String) { self = Self.allCases.first { $0.word == word } ?? .error }

    fileprivate static func word(of level: Self) -> String { level.word }
}

extension NationalAnomaly {
    func element(_ pid: Vocabulary) -> Element {
        pid.element(
            "anomalie",
            [
                pid.element("code", text: code),
                pid.element("niveau", text: Level.word(of: level)),
                pid.element("texteExplicatif", text: text),
                pid.element("regles", optional: rules.isEmpty ? nil : rules.joined(separator: " ")),
                pid.element("numeroLigne", optional: line.map(String.init)),
            ])
    }

    init(_ anomaly: MessageReader) throws(MessageError) {
        self.init(
            level: Level(word: try anomaly.text("niveau")), code: try anomaly.text("code"),
            text: try anomaly.optionalText("texteExplicatif") ?? "",
            rules: try anomaly.optionalText("regles")?.split(separator: " ").map(String.init) ?? [],
            line: try anomaly.optionalInt("numeroLigne", in: Limits.lineNumbers))
    }
}

extension MessageReader {
    /// The anomalies directly in this element.
    func anomalies() throws(MessageError) -> [NationalAnomaly] {
        var anomalies: [NationalAnomaly] = []
        for reader in try children("anomalie", atMost: Limits.anomalies) {
            anomalies.append(try NationalAnomaly(reader))
        }
        return anomalies
    }
}
