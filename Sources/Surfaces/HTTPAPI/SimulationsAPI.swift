// SPDX-License-Identifier: Apache-2.0
package import Connector
import Coverage
import FormPacks
import HTTPTypes
import JSON
import NationalAPI

/// Immediate direct payment: simulate, validate, contest, and the papers that go with it.
package struct SimulationsAPI: Sendable {
    private let desk: SimulationDesk
    private let problems: ProblemCatalogue

    package init(desk: SimulationDesk, problems: ProblemCatalogue) {
        (self.desk, self.problems) = (desk, problems)
    }

    func respond(
        _ route: Route, _ values: [String], _ request: HTTPRequest, _ body: [UInt8]
    ) async throws(Problem) -> Answer {
        do {
            let uuid = values.first?.lowercased() ?? ""
            switch route {
            case .simulate: return try await simulate(request, body)
            case .validateSimulation: return try await validate(uuid, request, body)
            case .contestSimulation: return try await contest(uuid, request, body)
            case .abandonSimulation: return try await shown(desk.abandon(uuid), status: .ok)
            case .paper: return .pdf(try await desk.paper(of: uuid))
            case .notice: return .pdf(try await desk.notice(of: uuid))
            case .feeStatement: return try await feeStatement(uuid, request)
            default: return try await shown(desk.simulation(uuid), status: .ok)
            }
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Self.problem(for: error)
        }
    }

    private func simulate(_ request: HTTPRequest, _ body: [UInt8]) async throws -> Answer {
        let input = try request.formInput(body)
        let limit = try request.waitLimit
        switch try await desk.submit(ReceivedForm(input), within: limit) {
        case .accepted(let simulation, let warnings): return try await shown(simulation, warnings)
        case .replayed(let simulation): return try await shown(simulation).replayed
        case .uuidReused:
            throw Problem(.uuidReused, "Another simulation was accepted under this UUID.")
        case .refused(let anomalies):
            let count = anomalies.count { $0.severity == .error }
            throw Problem(
                .formRefused, "The simulation has \(count) \(count == 1 ? "error" : "errors").",
                anomalies: anomalies)
        }
    }

    private func validate(
        _ uuid: String, _ request: HTTPRequest, _ body: [UInt8]
    ) async throws -> Answer {
        if !body.isEmpty { try request.json(body).allowOnly([]) }
        let (simulation, isReplay) = try await desk.validate(uuid, within: request.waitLimit)
        let answer = try await shown(simulation)
        return isReplay ? answer.replayed : answer
    }

    private func contest(
        _ uuid: String, _ request: HTTPRequest, _ body: [UInt8]
    ) async throws -> Answer {
        let contestation = try Contestation(reading: request.json(body))
        let (simulation, isReplay) = try await desk.contest(
            uuid, contestation, within: request.waitLimit)
        let answer = try await shown(simulation)
        return isReplay ? answer.replayed : answer
    }

    /// XML to deposit, or the page to print for who accepts PDF.
    private func feeStatement(_ uuid: String, _ request: HTTPRequest) async throws -> Answer {
        if request.headerFields[.accept]?.lowercased().contains("application/pdf") == true {
            return .pdf(try await desk.printedFeeStatement(of: uuid))
        }
        switch try await desk.feeStatement(of: uuid) {
        case .ready(let xml): return Answer(.ok, contentType: "application/xml", body: xml)
        case .incomplete(let form, let anomalies):
            return .json(
                .ok,
                [
                    .init("ready", false), .init("form", form),
                    .init("anomalies", .array(anomalies.map(\.json))),
                ])
        }
    }

    /// Where a simulation stands.
    ///
    /// - Parameter status: Otherwise 200 when the insurer has spoken, 202 while nobody knows.
    private func shown(
        _ simulation: Simulation, _ warnings: [Coverage.Anomaly] = [],
        status: HTTPResponse.Status? = nil
    ) async throws -> Answer {
        let answer = try await desk.answer(of: simulation)
        let confirmation = try await desk.confirmation(of: simulation)
        let view = SimulationView(
            simulation: simulation, answer: answer, confirmation: confirmation,
            problems: problems)
        var members = view.members
        if !warnings.isEmpty {
            members.append(.init("warnings", .array(warnings.map(\.json))))
        }
        return .json(status ?? (view.isOpen ? .accepted : .ok), members)
    }

    private static func problem(for error: any Error) -> Problem {
        switch error {
        case SimulationRefusal.unknown:
            return Problem(.unknownSimulation, "No simulation was accepted under this UUID.")
        case SimulationRefusal.notNow(let state, let reason):
            return Problem(.notInThisState, "The simulation stands at \(state.rawValue). \(reason)")
        case SimulationRefusal.reason(let text): return Problem(.badRequest, text)
        case let error as BillingError: return Problem(.cannotPrice, "\(error)")
        case let error as JSONReadingError: return Problem(.badRequest, "\(error)")
        case let failure as StageFailure: return Problem(failure.code, failure.detail)
        default: return FormsAPI.problem(for: error)
        }
    }
}

extension HTTPRequest {
    /// `?wait=SECONDS`, 0 to 50: how long the caller waits for the insurer's answer.
    fileprivate var waitLimit: Duration {
        get throws(Problem) {
            let query = try Query(self, taking: ["wait"])
            guard let text = query["wait"] else { return Limits.usualWait }
            guard let seconds = Int(text), Limits.waitInSeconds.contains(seconds) else {
                throw Problem(
                    .badRequest, "wait takes seconds, 0 to \(Limits.waitInSeconds.upperBound).")
            }
            return .seconds(seconds)
        }
    }

    /// The JSON object in the body, by its declared type (BL-14).
    func json(_ body: [UInt8]) throws(Problem) -> JSONReader {
        guard plainContentType == "application/json" else {
            throw Problem(.unsupportedMediaType, "This address takes application/json.")
        }
        do {
            return JSONReader(try JSONValue(parsing: body))
        } catch {
            throw Problem(.unreadable, "The body is not JSON: \(error)")
        }
    }
}

extension Answer {
    static func pdf(_ bytes: [UInt8]) -> Answer {
        Answer(.ok, contentType: "application/pdf", body: bytes)
    }
}
