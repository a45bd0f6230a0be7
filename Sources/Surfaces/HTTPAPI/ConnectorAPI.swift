// SPDX-License-Identifier: Apache-2.0
import Connector
package import HTTPTypes
import JSON
package import Transport

/// The connector's HTTP interface for programs on the same machine (docs/design.md, section 7):
/// who may ask, what each address leads to, and how problems are told.
package struct ConnectorAPI: Sendable {
    private let access: AccessRules
    private let problems: ProblemCatalogue
    private let instance: String
    private let forms: FormsAPI
    private let verify: VerifyAPI?
    private let pricing: PricingAPI?
    private let simulations: SimulationsAPI?
    private let description: [UInt8]?
    private let makeUUID: @Sendable () -> String

    /// - Parameters:
    ///   - instance: Tells installations on one machine apart (BL-02).
    ///   - verify: Judges files. What is not given here has no address.
    ///   - pricing: Prices statements and looks up acts.
    ///   - simulations: Immediate direct payment.
    ///   - description: `openapi.json`.
    package init(
        access: AccessRules, problems: ProblemCatalogue, instance: String, forms: FormsAPI,
        verify: VerifyAPI? = nil, pricing: PricingAPI? = nil,
        simulations: SimulationsAPI? = nil, description: [UInt8]? = nil,
        makeUUID: @escaping @Sendable () -> String
    ) {
        (self.access, self.problems, self.instance) = (access, problems, instance)
        (self.forms, self.verify, self.pricing) = (forms, verify, pricing)
        (self.simulations, self.description) = (simulations, description)
        self.makeUUID = makeUUID
    }

    package static func bodyLimit(for request: HTTPRequest) -> Int {
        Route.matches(request.segments).first { $0.route.method == request.method }?
            .route.bodyLimit ?? Limits.other
    }

    /// Answers one request; `body` is `nil` when it was larger than its limit.
    package func respond(_ request: HTTPRequest, _ body: [UInt8]?) async -> HTTPAnswer {
        let answer: Answer
        do throws(Problem) {
            answer = try await route(request, body)
        } catch {
            answer = error.answer(
                problems, language: request.preferredLanguage, traceID: makeUUID())
        }
        return .whole(answer.response, answer.body)
    }

    private func route(
        _ request: HTTPRequest, _ body: [UInt8]?
    ) async throws(Problem) -> Answer {
        try access.checkHost(request)
        let matches = Route.matches(request.segments)
        let match = matches.first { $0.route.method == request.method }
        if match?.route.isOpen != true { try access.checkCaller(request) }
        guard let (route, values) = match else {
            guard !matches.isEmpty else { throw Self.unknown }
            var problem = Problem(.methodNotAllowed, "This address answers another method.")
            problem.allow = matches.map(\.route.method.rawValue).joined(separator: ", ")
            throw problem
        }
        guard let body else { throw Problem(.tooLarge, "The body is larger than its limit.") }
        return try await answer(route, values, request, body)
    }

    private static var unknown: Problem {
        Problem(.unknownRoute, "There is nothing at this address.")
    }

    private func answer(
        _ route: Route, _ values: [String], _ request: HTTPRequest, _ body: [UInt8]
    ) async throws(Problem) -> Answer {
        switch route {
        case .info: return info
        case .openAPI:
            guard let description else { throw Self.unknown }
            return Answer(.ok, contentType: "application/json", body: description)
        case .makeUUID: return .json(.ok, [.init("uuid", .string(makeUUID()))])
        case .submitForm: return try await forms.submit(request, body)
        case .form: return try await forms.status(of: values[0].lowercased())
        case .formDocument:
            return try await forms.document(values[1], of: values[0].lowercased())
        case .verify:
            guard let verify else { throw Self.unknown }
            return try await verify.respond(request, body)
        case .price, .searchActs, .act:
            guard let pricing else { throw Self.unknown }
            return try pricing.respond(route, values, request, body)
        case .simulate, .simulation, .validateSimulation, .contestSimulation, .abandonSimulation,
            .paper, .notice, .feeStatement:
            guard let simulations else { throw Self.unknown }
            return try await simulations.respond(route, values, request, body)
        }
    }

    private var info: Answer {
        .json(
            .ok,
            [
                .init("product", "connector"), .init("api", "1"), .init("pairing", "locked"),
                .init("instance_id", .string(instance)),
            ])
    }
}

extension HTTPRequest {
    /// The parts of the address, still encoded; an empty part stays empty.
    fileprivate var segments: [String] {
        (path ?? "").prefix { $0 != "?" }.split(separator: "/", omittingEmptySubsequences: false)
            .dropFirst().map(String.init)
    }
}
