// SPDX-License-Identifier: Apache-2.0

/// Rules whose computation is the engine's own, by their ids in the tables: the articles that rank,
/// weigh and share. Their sentences and sources stand in the data like all others.
enum OwnRule: String, CaseIterable, Sendable {
    case speciality = "G2"
    case ranks = "ART9"
    case ranksAtPolytrauma = "ART9-POLY"
    case ranksAtDelivery = "ART9-DELIVERY"
    case bilateral = "ART9-B"
    case generalAndTechnical = "ART10"
    case jointDay = "JOINT-DAY"
    case deviceCost = "ART15-X"
    case materialCost = "ART15-M"
    case materialPercent = "ART15-M8"
    case lumpSum = "ART15-FFUA"
    case imagingMethods = "ART17-ORGAN"
    case priorAgreement = "APCM"
    case agreement = "ACM"
    case delivery = "ART19"
    case manyConsultations = "MED-12-6M"
    case convenience = "CP"
    case excessOnQuotation = "DENT-DSD"
    case visitWindow = "MED-VISIT-28D"
    case stationary = "MED-STAT"

    var id: String { rawValue }
}

extension Tariffs {
    func text(_ rule: OwnRule) -> LocalizedText? { ownTexts[rule] }

    /// An anomaly with the sentence of one of the engine's own rules.
    func anomaly(
        _ code: String, _ rule: OwnRule, severity: Anomaly.Severity? = nil
    ) -> PricingAnomaly {
        anomaly(code, source: rule.id, severity: severity, text: text(rule))
    }

    static func ownTexts(
        _ rules: [BillingRule], _ rates: [CoverageRate]
    ) throws(TariffError) -> [OwnRule: LocalizedText] {
        var texts: [OwnRule: LocalizedText] = [:]
        for own in OwnRule.allCases {
            guard
                let text = rules.first(where: { $0.id == own.id })?.text
                    ?? rates.first(where: { $0.id == own.id })?.text
            else { throw .data(file: "rules.json", "the rule \(own.id) is missing") }
            texts[own] = text
        }
        return texts
    }
}
