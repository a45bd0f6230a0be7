// SPDX-License-Identifier: Apache-2.0
internal import Coverage
internal import JSON
internal import XML

extension Anomaly {
    static func formUnknown(at pointer: String) -> Anomaly {
        Anomaly(
            code: unknownForm, detail: "form", pointer: pointer,
            text: LocalizedText(
                fr:
                    "Cette formule n'est pas connue ; vérifiez le nom et l'espace de noms de l'élément racine, ou installez le modèle de cette formule.",
                de:
                    "Dieses Formular ist nicht bekannt; prüfen Sie Namen und Namensraum des Wurzelelements oder installieren Sie das Modell dieses Formulars.",
                en:
                    "This form is not known; check the name and namespace of the root element, or install the pack of this form."
            ))
    }

    static func versionUnknown(at pointer: String) -> Anomaly {
        Anomaly(
            code: unknownForm, detail: "version", pointer: pointer,
            text: LocalizedText(
                fr:
                    "Aucune version de cette formule n'est valable à sa date ; corrigez la date ou installez la version qui convient.",
                de:
                    "Keine Version dieses Formulars gilt an seinem Datum; berichtigen Sie das Datum oder installieren Sie die passende Version.",
                en:
                    "No version of this form is valid on its date; correct the date or install the version that is."
            ))
    }

    static func untold(
        _ count: Int, severity: Severity = .error, at pointer: String
    ) -> Anomaly {
        Anomaly(
            code: notValid, detail: "more", severity: severity, pointer: pointer,
            text: LocalizedText(
                fr: "\(count) autres anomalies ne sont pas listées ; corrigez d'abord celles-ci.",
                de: "\(count) weitere Anomalien sind nicht aufgeführt; beheben Sie zuerst diese.",
                en: "\(count) more anomalies are not listed; correct these first."))
    }
}

extension FormLimits {
    /// What a document that we composed ourselves may cost: a form that came in as JSON may have
    /// more elements than one that comes in as XML, never more bytes than the PDF's seat allows.
    var composed: XMLLimits {
        var limits = xml
        limits.sizeInBytes = max(limits.sizeInBytes, 2 * json.sizeInBytes)
        return limits
    }
}
