// SPDX-License-Identifier: Apache-2.0
internal import Coverage

extension ShapeProblem.Kind {
    /// What is wrong and what to do. Only names of the schema appear, never anything of the caller's.
    var sentence: LocalizedText {
        switch self {
        case .missing(let name):
            LocalizedText(
                fr: "L'élément « \(name) » manque ; ajoutez-le.",
                de: "Das Element „\(name)“ fehlt; ergänzen Sie es.",
                en: "The element “\(name)” is missing; add it.")
        case .missingOneOf(let names):
            LocalizedText(
                fr: "L'un des éléments \(names.quoted(.fr)) manque ; ajoutez-en un.",
                de: "Eines der Elemente \(names.quoted(.de)) fehlt; ergänzen Sie eines.",
                en: "One of the elements \(names.quoted(.en)) is missing; add one.")
        case .unknown:
            LocalizedText(
                fr:
                    "Cet élément n'existe pas à cet endroit de la formule ; retirez-le ou corrigez son nom.",
                de:
                    "Dieses Element gibt es an dieser Stelle des Formulars nicht; entfernen Sie es oder berichtigen Sie seinen Namen.",
                en:
                    "There is no such element at this place of the form; remove it or correct its name."
            )
        case .misplaced(let name):
            LocalizedText(
                fr: "L'élément « \(name) » n'est pas à sa place ; suivez l'ordre du schéma.",
                de:
                    "Das Element „\(name)“ steht nicht an seinem Platz; folgen Sie der Reihenfolge des Schemas.",
                en: "The element “\(name)” is not in its place; follow the order of the schema.")
        case .repeated(let name, let maximum):
            LocalizedText(
                fr: "L'élément « \(name) » est donné plus de \(maximum) fois ; retirez le surplus.",
                de:
                    "Das Element „\(name)“ kommt öfter als \(maximum)-mal vor; entfernen Sie die überzähligen.",
                en:
                    "The element “\(name)” is given more than \(maximum) time(s); remove the surplus."
            )
        case .onlyOneOf(let names):
            LocalizedText(
                fr: "Un seul des éléments \(names.quoted(.fr)) est permis ; gardez-en un.",
                de: "Nur eines der Elemente \(names.quoted(.de)) ist erlaubt; behalten Sie eines.",
                en: "Only one of the elements \(names.quoted(.en)) is allowed; keep one.")
        case .value(let name, let problem, let hint): problem.sentence(for: name, hint: hint)
        default: structuralSentence
        }
    }

    private var structuralSentence: LocalizedText {
        switch self {
        case .notAnObject(let name):
            LocalizedText(
                fr:
                    "« \(name) » doit contenir des éléments et non une valeur ; donnez ses éléments.",
                de: "„\(name)“ muss Elemente enthalten, keinen Wert; geben Sie seine Elemente an.",
                en: "“\(name)” must hold elements, not a value; give its elements.")
        case .notAValue(let name):
            LocalizedText(
                fr:
                    "« \(name) » doit être une simple valeur ; retirez les éléments qu'il contient.",
                de:
                    "„\(name)“ muss ein einfacher Wert sein; entfernen Sie die enthaltenen Elemente.",
                en: "“\(name)” must be a plain value; remove the elements inside it.")
        case .null(let name):
            LocalizedText(
                fr: "« \(name) » est null ; donnez une valeur ou omettez l'élément.",
                de: "„\(name)“ ist null; geben Sie einen Wert an oder lassen Sie das Element weg.",
                en: "“\(name)” is null; give a value or leave the element out.")
        case .notAList(let name):
            LocalizedText(
                fr: "« \(name) » ne se répète pas ; donnez-le sans liste.",
                de: "„\(name)“ wiederholt sich nicht; geben Sie es ohne Liste an.",
                en: "“\(name)” does not repeat; give it without a list.")
        case .wrongNamespace(let name):
            LocalizedText(
                fr:
                    "L'élément « \(name) » est dans un autre espace de noms que celui du schéma ; corrigez-le.",
                de:
                    "Das Element „\(name)“ steht in einem anderen Namensraum als im Schema; berichtigen Sie ihn.",
                en: "The element “\(name)” is in another namespace than the schema's; correct it.")
        case .unknownAttribute:
            LocalizedText(
                fr: "Cet élément porte un attribut que la formule ne connaît pas ; retirez-le.",
                de:
                    "Dieses Element trägt ein Attribut, das das Formular nicht kennt; entfernen Sie es.",
                en: "This element bears an attribute that the form does not know; remove it.")
        case .missingAttribute(let name):
            LocalizedText(
                fr: "L'attribut « \(name) » manque ; ajoutez-le.",
                de: "Das Attribut „\(name)“ fehlt; ergänzen Sie es.",
                en: "The attribute “\(name)” is missing; add it.")
        case .strayText(let name):
            LocalizedText(
                fr: "« \(name) » contient du texte entre ses éléments ; retirez-le.",
                de: "„\(name)“ enthält Text zwischen seinen Elementen; entfernen Sie ihn.",
                en: "“\(name)” holds text between its elements; remove it.")
        default:
            LocalizedText(
                fr: "Ce nom figure deux fois dans le même objet JSON ; n'en gardez qu'un.",
                de: "Dieser Name steht zweimal im selben JSON-Objekt; behalten Sie nur einen.",
                en: "This name stands twice in the same JSON object; keep one.")
        }
    }
}

extension [String] {
    fileprivate func quoted(_ language: Language) -> String {
        map { name in
            switch language {
            case .fr: "« \(name) »"
            case .de: "„\(name)“"
            case .en: "“\(name)”"
            }
        }.joined(separator: ", ")
    }
}
