// SPDX-License-Identifier: Apache-2.0
internal import Coverage

extension ValueProblem {
    /// What is wrong with a value and how it is written; the value itself is not quoted.
    func sentence(for name: String, hint: LocalizedText?) -> LocalizedText {
        let rule = hint ?? expectation
        return LocalizedText(
            fr: "La valeur de « \(name) » n'est pas admise ; écrivez \(rule.fr).",
            de: "Der Wert von „\(name)“ ist nicht zulässig; schreiben Sie \(rule.de).",
            en: "The value of “\(name)” is not allowed; write \(rule.en).")
    }

    private var expectation: LocalizedText {
        switch self {
        case .notBoolean: .same("true / false")
        case .notInteger:
            LocalizedText(
                fr: "un nombre entier en chiffres", de: "eine ganze Zahl in Ziffern",
                en: "a whole number in digits")
        case .notDecimal:
            LocalizedText(
                fr: "un nombre en chiffres avec un point décimal, sans espace ni devise",
                de: "eine Zahl in Ziffern mit Dezimalpunkt, ohne Leerzeichen und Währung",
                en: "a number in digits with a decimal point, without blank or currency")
        case .notDate:
            LocalizedText(
                fr: "une date existante sous la forme AAAA-MM-JJ",
                de: "ein bestehendes Datum in der Form JJJJ-MM-TT",
                en: "an existing date in the form YYYY-MM-DD")
        case .notTime:
            LocalizedText(
                fr: "une heure sous la forme HH:MM:SS", de: "eine Uhrzeit in der Form HH:MM:SS",
                en: "a time in the form HH:MM:SS")
        case .notDateTime: .same("YYYY-MM-DDTHH:MM:SSZ")
        case .notBase64: .same("base64 (RFC 4648)")
        default: facetExpectation
        }
    }

    private var facetExpectation: LocalizedText {
        switch self {
        case .wrongLength(let minimum, let maximum): Self.length(minimum, maximum)
        case .notInList(let values): .same(values.joined(separator: " / "))
        case .wrongShape(let pattern):
            LocalizedText(
                fr: "une valeur de la forme \(pattern)", de: "einen Wert der Form \(pattern)",
                en: "a value of the form \(pattern)")
        case .outOfRange(let minimum, let maximum): Self.range(minimum, maximum)
        case .tooManyFractionDigits(let count):
            LocalizedText(
                fr: "au plus \(count) décimales ; rien n'est arrondi ici",
                de: "höchstens \(count) Dezimalstellen; hier wird nicht gerundet",
                en: "at most \(count) decimals; nothing is rounded here")
        case .tooManyDigits(let count):
            LocalizedText(
                fr: "au plus \(count) chiffres", de: "höchstens \(count) Ziffern",
                en: "at most \(count) digits")
        case .illegalCharacter:
            LocalizedText(
                fr: "un texte sans caractères de contrôle, que XML ne peut pas transporter",
                de: "einen Text ohne Steuerzeichen, die XML nicht übertragen kann",
                en: "a text without control characters, which XML cannot carry")
        case .notText:
            LocalizedText(
                fr: "un texte entre guillemets", de: "einen Text in Anführungszeichen",
                en: "a text in quotation marks")
        default:
            LocalizedText(
                fr: "une valeur du type de l'élément", de: "einen Wert vom Typ des Elements",
                en: "a value of the element's type")
        }
    }

    private static func length(_ minimum: Int?, _ maximum: Int?) -> LocalizedText {
        let (low, high) = (minimum ?? 0, maximum.map(String.init) ?? "…")
        if minimum == maximum {
            return LocalizedText(
                fr: "exactement \(low) caractères", de: "genau \(low) Zeichen",
                en: "exactly \(low) characters")
        }
        return LocalizedText(
            fr: "\(low) à \(high) caractères", de: "\(low) bis \(high) Zeichen",
            en: "\(low) to \(high) characters")
    }

    private static func range(_ minimum: String?, _ maximum: String?) -> LocalizedText {
        let (low, high) = (minimum ?? "…", maximum ?? "…")
        return LocalizedText(
            fr: "un nombre de \(low) à \(high)", de: "eine Zahl von \(low) bis \(high)",
            en: "a number from \(low) to \(high)")
    }
}

extension LocalizedText {
    fileprivate static func same(_ text: String) -> LocalizedText {
        LocalizedText(fr: text, de: text, en: text)
    }
}
