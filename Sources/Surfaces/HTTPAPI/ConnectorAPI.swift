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
    private let list: FormListAPI?
    private let cancellations: CancellationAPI?
    private let mandates: MandatesAPI?
    private let signing: FormsAPI?
    private let exports: ExportsAPI?
    private let verify: VerifyAPI?
    private let pricing: PricingAPI?
    private let simulations: SimulationsAPI?
    private let packs: PacksAPI?
    private let status: StatusAPI?
    private let events: EventsAPI?
    private let webhooks: WebhooksAPI?
    private let mayBegin: @Sendable () -> Admission
    private let description: [UInt8]?
    private let makeUUID: @Sendable () -> String

    /// - Parameters:
    ///   - instance: Tells installations on one machine apart (BL-02).
    ///   - list: Lists forms. What is not given here has no address.
    ///   - cancellations: Takes forms back.
    ///   - signing: Signs forms and hands them back.
    ///   - exports: Everything about one person.
    ///   - mandates: Who may act for a provider.
    ///   - verify: Judges files.
    ///   - pricing: Prices statements and looks up acts.
    ///   - simulations: Immediate direct payment.
    ///   - packs: Tells which forms are installed.
    ///   - status: Health, metrics, diagnostic bundle.
    ///   - events: The log of events.
    ///   - webhooks: Who is told of events.
    ///   - mayBegin: Whether new work is taken on just now.
    ///   - description: `openapi.json`.
    package init(
        access: AccessRules, problems: ProblemCatalogue, instance: String, forms: FormsAPI,
        list: FormListAPI? = nil, cancellations: CancellationAPI? = nil,
        signing: FormsAPI? = nil, exports: ExportsAPI? = nil,
        mandates: MandatesAPI? = nil, verify: VerifyAPI? = nil, pricing: PricingAPI? = nil,
        simulations: SimulationsAPI? = nil, packs: PacksAPI? = nil, status: StatusAPI? = nil,
        events: EventsAPI? = nil, webhooks: WebhooksAPI? = nil,
        mayBegin: @escaping @Sendable () -> Admission = { .open }, description: [UInt8]? = nil,
        makeUUID: @escaping @Sendable () -> String
    ) {
        (self.access, self.problems, self.instance) = (access, problems, instance)
        (self.signing, self.exports) = (signing, exports)
        (self.list, self.cancellations, self.mandates) = (list, cancellations, mandates)
        (self.forms, self.verify, self.pricing) = (forms, verify, pricing)
        (self.simulations, self.packs, self.status) = (simulations, packs, status)
        (self.events, self.webhooks, self.mayBegin) = (events, webhooks, mayBegin)
        self.description = description
        self.makeUUID = makeUUID
    }

    /// Whether new work is taken on.
    package enum Admission: Sendable, Hashable {
        case open
        case shuttingDown
        case diskFull
    }

    /// The largest body that is read, in bytes: none for a request that is refused by its head.
    package func wantedBytes(of request: HTTPRequest) -> Int {
        do throws(Problem) {
            let target = try access.target(of: request)
            return try admitted(target).route.bodyLimit
        } catch {
            return 0
        }
    }

    package static func bodyLimit(for request: HTTPRequest) -> Int {
        Route.matches(request.segments).first { $0.route.method == request.method }?
            .route.bodyLimit ?? Limits.other
    }

    /// Answers one request; `body` is `nil` when it was larger than its limit.
    package func respond(_ request: HTTPRequest, _ body: [UInt8]?) async -> HTTPAnswer {
        let answer: Answer
        var route: Route?
        do throws(Problem) {
            let request = try access.target(of: request)
            let admitted = try admitted(request)
            route = admitted.route
            guard let body else { throw Problem(.tooLarge, "The body is larger than its limit.") }
            answer = try await self.answer(admitted.route, admitted.values, request, body)
        } catch {
            answer = error.answer(
                problems, language: request.preferredLanguage, traceID: makeUUID())
        }
        status?.requests.count(route, answer.response.status.code)
        return answer.forTransport
    }

    /// Where a request leads, when its head lets it in.
    private func admitted(
        _ request: HTTPRequest
    ) throws(Problem) -> (route: Route, values: [String]) {
        let matches = Route.matches(request.segments)
        let match = matches.first { $0.route.method == request.method }
        let isNeverAnswered = ["TRACE", "CONNECT"].contains(request.method.rawValue)
        if match?.route.isOpen != true, !isNeverAnswered { try access.checkCaller(request) }
        guard let match else {
            guard !matches.isEmpty || isNeverAnswered else { throw Self.unknown }
            var problem = Problem(.methodNotAllowed, "This address answers another method.")
            problem.allow = matches.map(\.route.method.rawValue).joined(separator: ", ")
            throw problem
        }
        try access.checkBody(request, types: match.route.bodyTypes)
        if match.route.beginsWork { try checkAdmission() }
        return match
    }

    private func checkAdmission() throws(Problem) {
        var problem: Problem
        switch mayBegin() {
        case .open: return
        case .shuttingDown: problem = Problem(.shuttingDown, "The connector is ending.")
        case .diskFull: problem = Problem(.diskFull, "The disk is nearly full.")
        }
        problem.retryAfter = Limits.retryInSeconds
        throw problem
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
        case .listForms:
            guard let list else { throw Self.unknown }
            return try await list.list(request)
        case .cancelForm:
            guard let cancellations else { throw Self.unknown }
            return try await cancellations.cancel(values[0].lowercased(), request, body)
        case .requestSignature, .signRequest, .signedDocument:
            guard let signing else { throw Self.unknown }
            guard let uuid = values.first?.lowercased() else {
                return try await signing.submit(request, body)
            }
            return values.count == 1
                ? try await signing.status(of: uuid)
                : try await signing.document(values[1], of: uuid)
        case .export:
            guard let exports else { throw Self.unknown }
            return try await exports.respond(request, body)
        case .mandates, .giveMandate, .withdrawMandate:
            guard let mandates else { throw Self.unknown }
            return try await mandates.respond(route, values, request, body)
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
        case .packs, .pack:
            guard let packs else { throw Self.unknown }
            return route == .packs ? packs.list : try packs.pack(values[0], request)
        case .status, .metrics, .diagnostics:
            guard let status else { throw Self.unknown }
            return try await status.respond(route, request)
        case .events:
            guard let events else { throw Self.unknown }
            return try await events.respond(request)
        case .webhooks, .addWebhook, .removeWebhook:
            guard let webhooks else { throw Self.unknown }
            return try await webhooks.respond(route, values, request, body)
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
