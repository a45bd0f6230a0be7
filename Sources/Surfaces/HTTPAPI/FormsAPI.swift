// SPDX-License-Identifier: Apache-2.0
package import Connector
import FormPacks
package import HTTPTypes
import JSON

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The connector's HTTP interface for programs on the same machine (docs/design.md, section 7).
package struct FormsAPI: Sendable {
    private let intake: Intake
    private let store: any TransmissionStore
    private let problems: ProblemCatalogue
    private let access: AccessRules
    private let instance: String
    private let verify: VerifyAPI?
    private let onAccepted: @Sendable () -> Void
    private let makeUUID: @Sendable () -> String

    /// - Parameters:
    ///   - instance: Tells installations on one machine apart (BL-02).
    ///   - verify: Judges files; without it the route does not exist.
    ///   - onAccepted: Called when a new form is durable.
    package init(
        intake: Intake, store: any TransmissionStore, problems: ProblemCatalogue,
        access: AccessRules, instance: String, verify: VerifyAPI? = nil,
        onAccepted: @escaping @Sendable () -> Void, makeUUID: @escaping @Sendable () -> String
    ) {
        (self.intake, self.store, self.problems) = (intake, store, problems)
        (self.access, self.instance, self.onAccepted) = (access, instance, onAccepted)
        (self.verify, self.makeUUID) = (verify, makeUUID)
    }

    package static func bodyLimit(for request: HTTPRequest) -> Int {
        switch (request.path ?? "").prefix(while: { $0 != "?" }) {
        case "/v1/forms": Limits.form
        case "/v1/verify": Limits.file
        default: Limits.other
        }
    }

    /// Answers one request; `body` is `nil` when it was larger than its limit.
    package func respond(_ request: HTTPRequest, _ body: [UInt8]?) async -> (HTTPResponse, [UInt8])
    {
        let answer: Answer
        do throws(Problem) {
            answer = try await route(request, body)
        } catch {
            answer = error.answer(
                problems, language: request.preferredLanguage, traceID: makeUUID())
        }
        return (answer.response, answer.body)
    }

    private func route(
        _ request: HTTPRequest, _ body: [UInt8]?
    ) async throws(Problem) -> Answer {
        let path = (request.path ?? "").prefix { $0 != "?" }.split(
            separator: "/", omittingEmptySubsequences: false
        ).dropFirst().map(String.init)
        try access.checkHost(request)
        if path == ["v1", "info"] {
            try request.require(.get)
            return info
        }
        try access.checkCaller(request)
        guard let body else { throw Problem(.tooLarge, "The body is larger than its limit.") }
        switch path {
        case ["v1", "forms"]:
            try request.require(.post)
            return try await submit(request, body)
        case ["v1", "verify"]:
            guard let verify else { throw Problem(.unknownRoute, "There is no judge here.") }
            try request.require(.post)
            return try await verify.respond(request, body)
        case ["v1", "uuid"]:
            try request.require(.post)
            return .json(.ok, [.init("uuid", .init(.string(makeUUID())))])
        case let path where path.starts(with: ["v1", "forms"]) && path.count <= 4:
            try request.require(.get)
            return try await form(path[2].lowercased(), part: path.count == 4 ? path[3] : nil)
        default:
            throw Problem(.unknownRoute, "There is nothing at this address.")
        }
    }

    private var info: Answer {
        .json(
            .ok,
            [
                .init("product", "connector"), .init("api", "1"), .init("pairing", "locked"),
                .init("instance_id", .init(.string(instance))),
            ])
    }

    private func submit(
        _ request: HTTPRequest, _ body: [UInt8]
    ) async throws(Problem) -> Answer {
        let input = try request.formInput(body)
        let outcome: IntakeAnswer
        do {
            outcome = try await intake.submit(ReceivedForm(input))
        } catch {
            throw Self.problem(for: error)
        }
        switch outcome {
        case .accepted(let transmission, let warnings):
            onAccepted()
            return status(transmission, .accepted, warnings: warnings)
        case .replayed(let transmission):
            var answer = status(transmission, .accepted)
            if let name = HTTPField.Name("Idempotency-Replayed") {
                answer.response.headerFields[name] = "true"
            }
            return answer
        case .refused(let anomalies):
            let count = anomalies.count { $0.severity == .error }
            throw Problem(
                .formRefused, "The form has \(count) \(count == 1 ? "error" : "errors").",
                anomalies: anomalies)
        case .undrawable(let reason):
            throw Problem(.cannotRender, reason)
        case .uuidReused:
            throw Problem(.uuidReused, "Another form was accepted under this UUID.")
        }
    }

    /// What a failed intake means to the caller.
    package static func code(for error: any Error) -> ProblemCode {
        switch error {
        case FormCheckError.unreadableJSON, FormCheckError.unreadableXML: .unreadable
        case let error as any StoreFailure: error.code
        default: .internalFault
        }
    }

    private static func problem(for error: any Error) -> Problem {
        let code = code(for: error)
        // What is our own fault may quote anything: it is not repeated.
        let detail = code == .internalFault ? "The connector has a fault." : "\(error)"
        return Problem(code, code == .unreadable ? detail : "The form was not accepted: \(detail)")
    }

    private func form(_ uuid: String, part: String?) async throws(Problem) -> Answer {
        let found: Transmission?
        do {
            found = try await store.transmission(uuid)
        } catch {
            throw Problem(.storeUnusable, "The state cannot be read.")
        }
        guard let transmission = found else {
            throw Problem(.unknownForm, "No form was accepted under this UUID.")
        }
        guard let part else { return status(transmission, .ok) }
        guard let document = FormDocument(rawValue: part) else {
            throw Problem(.unknownRoute, "A form has pdf, embedded-pdf, xml, receipt and report.")
        }
        let bytes: [UInt8]?
        do {
            bytes = try await store.output(document.output, of: uuid)
        } catch {
            throw Problem(.storeUnusable, "The document cannot be read.")
        }
        guard let bytes else {
            var problem = Problem(
                .notYetAvailable, "The form stands at \(transmission.shownState).")
            problem.retryAfter = 1
            throw problem
        }
        return Answer(.ok, contentType: document.contentType, body: bytes)
    }

    private func status(
        _ transmission: Transmission, _ status: HTTPResponse.Status,
        warnings: [FormPacks.Anomaly] = []
    ) -> Answer {
        var members = transmission.json(problems)
        if !warnings.isEmpty {
            members.append(.init("anomalies", .init(.array(warnings.map(\.json)))))
        }
        return .json(status, members)
    }
}

/// The documents of a form that can be fetched.
enum FormDocument: String {
    case pdf, xml, receipt, report
    /// The PDF as it stands inside the XML.
    case embeddedPDF = "embedded-pdf"

    var output: OutputKind {
        switch self {
        case .pdf: .standalonePDF
        case .embeddedPDF: .embeddedPDF
        case .xml: .completeXML
        case .receipt: .receipt
        case .report: .report
        }
    }

    var contentType: String {
        switch self {
        case .pdf, .embeddedPDF: "application/pdf"
        case .xml, .report: "application/xml"
        case .receipt: "application/json"
        }
    }
}
