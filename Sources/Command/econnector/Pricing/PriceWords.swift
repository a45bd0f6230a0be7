// SPDX-License-Identifier: Apache-2.0
import Coverage

/// The words of a price for people, in their language.
struct PriceWords {
    let language: Language

    private func choose(_ fr: String, _ de: String, _ en: String) -> String {
        LocalizedText(fr: fr, de: de, en: en)[language]
    }

    var line: String { choose("ligne", "Zeile", "line") }
    var code: String { choose("acte", "Akt", "act") }
    var quantity: String { choose("nbre", "Anz.", "qty") }
    var tariff: String { choose("tarif", "Tarif", "tariff") }
    var opposable: String { choose("opposable", "opposable", "opposable") }
    var nonOpposable: String { choose("non opposable", "nicht opposable", "non-opposable") }
    var rate: String { choose("taux", "Satz", "rate") }
    var statutory: String { choose("part statutaire", "Kasse", "insurer") }
    var patient: String { choose("patient", "Patient", "patient") }
    var total: String { choose("total", "Summe", "total") }
    var added: String { choose("+ligne", "+Zeile", "+line") }

    func ofWhich(participation: Amount, nonOpposable: Amount, convenience: Amount) -> String {
        choose(
            "patient : participation \(participation), non opposable \(nonOpposable), dont convenances \(convenience)",
            "Patient: Eigenanteil \(participation), nicht opposable \(nonOpposable), davon Convenances \(convenience)",
            "patient: participation \(participation), non-opposable \(nonOpposable), of which convenience \(convenience)"
        )
    }

    func age(_ day: CalendarDate) -> String {
        choose(
            "Tarifs et règles au \(day) ; aperçu sans engagement, le moteur de la CNS décide.",
            "Tarife und Regeln vom \(day); unverbindliche Vorschau, die CNS entscheidet.",
            "Tariffs and rules as of \(day); a preview without obligation, the CNS decides.")
    }

    func severity(_ severity: Anomaly.Severity) -> String {
        switch severity {
        case .error: choose("erreur", "Fehler", "error")
        case .warning: choose("avertissement", "Warnung", "warning")
        case .information: choose("information", "Hinweis", "information")
        }
    }

    func figure(_ figure: TraceStep.Figure) -> String {
        switch figure {
        case .tariff: tariff
        case .opposable: opposable
        case .participation: choose("participation", "Eigenanteil", "participation")
        }
    }

    /// One step of the computation, so that a person can follow it.
    func step(_ operation: TraceStep.Operation) -> String {
        switch operation {
        case .listed: choose("montant de la liste", "Betrag der Liste", "amount of the list")
        case .coefficient(let coefficient, let value): "\(coefficient) × \(value)"
        case .factors(let factors): factors.map { "× \($0) %" }.joined(separator: " ")
        case .raised(let amount):
            choose("relevé de \(amount)", "um \(amount) angehoben", "raised by \(amount)")
        case .units(let count): "× \(count)"
        case .ranked(let full, let half, let fullUnit, let halfUnit):
            ranked([(full, fullUnit), (half, halfUnit)])
        case .carried: tariff
        case .limitedUnits(let count, let unit):
            choose("au plus", "höchstens", "at most") + " \(count) × \(unit)"
        case .limited(let amount):
            choose("facturé", "berechnet", "billed") + " \(amount)"
        case .refused: choose("refusé", "abgelehnt", "refused")
        case .share(let percent, let base, let rounding, let ceiling):
            "\(percent) % × \(base), \(words(of: rounding)), "
                + choose("au plus", "höchstens", "at most") + " \(ceiling)"
        case .rule(let code, let severity): "\(self.severity(severity)) \(code)"
        case .free: choose("sans participation", "ohne Eigenanteil", "no participation")
        }
    }

    /// Units in full and at half; what is not there is not written.
    private func ranked(_ parts: [(count: Int, unit: Amount)]) -> String {
        let written = parts.filter { $0.count > 0 }.map { "\($0.count) × \($0.unit)" }
        return written.isEmpty
            ? choose("rien", "nichts", "nothing") : written.joined(separator: " + ")
    }

    private func words(of rounding: ParticipationRounding) -> String {
        switch rounding {
        case .truncate: choose("tronqué au cent", "auf Cent abgeschnitten", "cut to the cent")
        case .halfUp: choose("arrondi au cent", "auf Cent gerundet", "rounded to the cent")
        case .roundUp:
            choose("arrondi au cent supérieur", "auf Cent aufgerundet", "rounded up to the cent")
        }
    }
}
