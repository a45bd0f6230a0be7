// SPDX-License-Identifier: Apache-2.0
package import HTTPTypes

/// Every address of the interface, by method and template; `/openapi.json` describes the same ones.
package enum Route: String, Sendable, CaseIterable {
    case info = "GET /v1/info"
    case openAPI = "GET /openapi.json"
    case makeUUID = "POST /v1/uuid"
    case submitForm = "POST /v1/forms"
    case listForms = "GET /v1/forms"
    case form = "GET /v1/forms/{uuid}"
    case cancelForm = "POST /v1/forms/{uuid}/cancel"
    case formDocument = "GET /v1/forms/{uuid}/{document}"
    case packs = "GET /v1/packs"
    case pack = "GET /v1/packs/{id}"
    case verify = "POST /v1/verify"
    case price = "POST /v1/price"
    case searchActs = "GET /v1/acts"
    case act = "GET /v1/acts/{code}"
    case simulate = "POST /v1/pid/simulations"
    case simulation = "GET /v1/pid/simulations/{id}"
    case validateSimulation = "POST /v1/pid/simulations/{id}/validation"
    case contestSimulation = "POST /v1/pid/simulations/{id}/contestation"
    case abandonSimulation = "POST /v1/pid/simulations/{id}/abandonment"
    case paper = "GET /v1/pid/simulations/{id}/paper"
    case notice = "GET /v1/pid/simulations/{id}/notice"
    case feeStatement = "GET /v1/pid/simulations/{id}/fee-statement"
    case requestSignature = "POST /v1/sign-requests"
    case signRequest = "GET /v1/sign-requests/{uuid}"
    case signedDocument = "GET /v1/sign-requests/{uuid}/{document}"
    case export = "POST /v1/exports"
    case mandates = "GET /v1/mandates"
    case giveMandate = "POST /v1/mandates"
    case withdrawMandate = "DELETE /v1/mandates/{id}"
    case status = "GET /v1/status"
    case metrics = "GET /metrics"
    case diagnostics = "POST /v1/diagnostics"
    case events = "GET /v1/events"
    case webhooks = "GET /v1/webhooks"
    case addWebhook = "POST /v1/webhooks"
    case removeWebhook = "DELETE /v1/webhooks/{id}"

    package var method: HTTPRequest.Method {
        HTTPRequest.Method(String(rawValue.prefix { $0 != " " })) ?? .get
    }

    /// The address with its variables in braces.
    package var template: String { String(rawValue.drop { $0 != "/" }) }

    /// The statuses of answers that are no problem.
    package var successes: [Int] {
        switch self {
        case .submitForm: [202]
        case .simulate, .validateSimulation, .contestSimulation: [200, 202]
        case .cancelForm, .requestSignature: [202]
        case .addWebhook, .giveMandate: [201]
        case .removeWebhook, .withdrawMandate: [204]
        default: [200]
        }
    }

    /// The largest body in bytes (security-requirements, 1.5).
    var bodyLimit: Int {
        switch self {
        case .submitForm: Limits.form
        case .cancelForm: Limits.cancellation
        case .requestSignature: Limits.signing
        case .verify: Limits.file
        case .price, .simulate, .validateSimulation, .contestSimulation: Limits.pricing
        default: Limits.other
        }
    }

    /// Whether it begins work that goes on after the answer: refused when the program is ending.
    var beginsWork: Bool {
        switch self {
        case .submitForm, .cancelForm, .requestSignature, .simulate: true
        default: false
        }
    }

    /// What a body may be; anything that a web page can send unasked is in none of them (BL-14).
    var bodyTypes: Set<String> {
        switch self {
        case .submitForm, .requestSignature, .price, .simulate:
            ["application/json", "application/xml"]
        case .verify:
            ["application/json", "application/xml", "application/pdf", "application/octet-stream"]
        default: ["application/json"]
        }
    }

    /// Whether it answers callers that do not know the client secret (BL-12).
    var isOpen: Bool { self == .info }

    private static let segments: [(route: Route, segments: [Substring])] = allCases.map {
        ($0, $0.template.split(separator: "/"))
    }

    /// What an address leads to, whatever the method, with the values of its variables.
    ///
    /// A route whose words fit comes before one whose variables do.
    static func matches(_ path: [String]) -> [(route: Route, values: [String])] {
        segments.compactMap { route, segments in
            guard segments.count == path.count else { return nil }
            var values: [String] = []
            for (segment, part) in zip(segments, path) {
                if segment.first == "{" {
                    guard !part.isEmpty else { return nil }
                    values.append(part)
                } else if segment != part {
                    return nil
                }
            }
            return (route, values)
        }
        .sorted { $0.values.count < $1.values.count }
    }
}
