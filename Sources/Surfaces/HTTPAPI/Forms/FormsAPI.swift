// SPDX-License-Identifier: Apache-2.0
import Coverage
package import Connector
import FormPacks
import HTTPTypes
import JSON
import Synchronization
import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Takes in forms, tells where they stand and hands out their documents.
package struct FormsAPI: Sendable {
    private let intake: Intake
    private let store: any TransmissionStore
    private let problems: ProblemCatalogue
    private let onAccepted: @Sendable () -> Void
    private let kind: Transmission.Kind
    private let inWork = InWork()

    /// - Parameters:
    ///   - kind: Whether forms are deposited, or signed and handed back.
    ///   - onAccepted: Called when a new form is durable.
    package init(
        intake: Intake, store: any TransmissionStore, problems: ProblemCatalogue,
        kind: Transmission.Kind = .form, onAccepted: @escaping @Sendable () -> Void
    ) {
        (self.intake, self.store, self.problems) = (intake, store, problems)
        (self.kind, self.onAccepted) = (kind, onAccepted)
    }

    func submit(
        _ request: HTTPRequest, _ body: [UInt8]
    ) async throws(Problem) -> Answer {
        let input = try request.formInput(body)
        let form = ReceivedForm(input)
        guard inWork.begin(form.digest) else {
            var problem = Problem(.inProgress, "The same form is being taken in just now.")
            problem.retryAfter = 1
            throw problem
        }
        defer { inWork.end(form.digest) }
        let outcome: IntakeAnswer
        do {
            outcome = try await intake.submit(form, as: kind)
        } catch {
            throw Self.problem(for: error)
        }
        switch outcome {
        case .accepted(let transmission, let warnings):
            onAccepted()
            return status(transmission, .accepted, warnings: warnings)
        case .replayed(let transmission):
            return status(transmission, .accepted).replayed
        case .refused, .undrawable, .uuidReused, .notMandated:
            throw Self.refusal(outcome)
                ?? Problem(.internalFault, "The connector has a fault.")
        }
    }

    /// Why a form was not accepted; `nil` when it was.
    static func refusal(_ answer: IntakeAnswer) -> Problem? {
        switch answer {
        case .accepted, .replayed: return nil
        case .refused(let anomalies):
            let count = anomalies.count { $0.severity == .error }
            return Problem(
                .formRefused, "The form has \(count) \(count == 1 ? "error" : "errors").",
                anomalies: anomalies)
        case .undrawable(let reason): return Problem(.cannotRender, reason)
        case .uuidReused:
            return Problem(.uuidReused, "Another form was accepted under this UUID.")
        case .notMandated:
            return Problem(
                .noMandate, "The key belongs to somebody without a mandate of this provider.")
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

    static func problem(for error: any Error) -> Problem {
        let code = code(for: error)
        // What is our own fault may quote anything: it is not repeated.
        let detail = code == .internalFault ? "The connector has a fault." : "\(error)"
        return Problem(code, code == .unreadable ? detail : "The form was not accepted: \(detail)")
    }

    func status(of uuid: String) async throws(Problem) -> Answer {
        status(try await transmission(uuid), .ok)
    }

    func document(_ name: String, of uuid: String) async throws(Problem) -> Answer {
        let transmission = try await transmission(uuid)
        guard let document = FormDocument(rawValue: name) else {
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

    private func transmission(_ uuid: String) async throws(Problem) -> Transmission {
        let found: Transmission?
        do {
            found = try await store.transmission(uuid)
        } catch {
            throw Problem(.storeUnusable, "The state cannot be read.")
        }
        // What is handed in to be signed has addresses of its own; every piece of work is a form's.
        guard let found, kind == .form || found.kind == kind else {
            throw Problem(.unknownForm, "No form was accepted under this UUID.")
        }
        return found
    }

    private func status(
        _ transmission: Transmission, _ status: HTTPResponse.Status,
        warnings: [Coverage.Anomaly] = []
    ) -> Answer {
        var members = transmission.json(problems)
        if !warnings.isEmpty {
            members.append(.init("anomalies", .init(.array(warnings.map(\.json)))))
        }
        return .json(status, members)
    }
}

/// The forms that are being taken in, by their bytes: the same one twice at a time is told to wait
/// for its answer (RE-01).
private final class InWork: Sendable {
    private let digests = Mutex<Set<Digest>>([])

    /// - Returns: False when it is in work already.
    func begin(_ digest: Digest) -> Bool { digests.withLock { $0.insert(digest).inserted } }

    func end(_ digest: Digest) { digests.withLock { _ = $0.remove(digest) } }
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
