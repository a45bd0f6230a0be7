// SPDX-License-Identifier: Apache-2.0
import Connector
package import Coverage
package import FormPacks
import HTTPTypes
import JSON

/// Prices statements and looks up acts, without any network: the same rules as the sandbox's
/// insurer, as old as the tariff data of this installation (`dataAsOf`).
package struct PricingAPI: Sendable {
    private let tariffs: Tariffs
    private let packs: PackLibrary
    private let today: @Sendable () -> CalendarDate

    package init(
        tariffs: Tariffs, packs: PackLibrary, today: @escaping @Sendable () -> CalendarDate
    ) {
        (self.tariffs, self.packs, self.today) = (tariffs, packs, today)
    }

    func respond(
        _ route: Route, _ values: [String], _ request: HTTPRequest, _ body: [UInt8]
    ) throws(Problem) -> Answer {
        switch route {
        case .price: try price(request, body)
        case .searchActs: try search(request)
        default: try act(values[0], request)
        }
    }

    // MARK: Prices

    private func price(_ request: HTTPRequest, _ body: [UInt8]) throws(Problem) -> Answer {
        let query = try Query(request, taking: ["language", "speciality", "device", "reduced"])
        let input = try request.formInput(body)
        let language = try language(query["language"], request)
        do {
            let asked = try PriceInput(packs: packs, today: today()).request(
                input, speciality: query["speciality"],
                devices: query.all("device").map { DeclaredDevice(code: $0) }
                    + query.all("reduced").map { DeclaredDevice(code: $0, reduced: true) })
            let priced = try tariffs.price(asked)
            return Answer(
                .ok, contentType: "application/json",
                body: priced.json(language, parameters: asked.parameters).serialized())
        } catch {
            throw Self.problem(for: error)
        }
    }

    private static func problem(for error: any Error) -> Problem {
        switch error {
        case let error as PricingError: Problem(.cannotPrice, "\(error)")
        case let error as BillingError: Problem(.cannotPrice, "\(error)")
        case PriceInputError.refused(let anomalies):
            Problem(.formRefused, "The statement has errors.", anomalies: anomalies)
        case let error as PriceInputError: Problem(.cannotPrice, "\(error)")
        case let error as JSONReadingError: Problem(.badRequest, "\(error)")
        case let error as JSONError: Problem(.unreadable, "The body is not JSON: \(error)")
        default: FormsAPI.problem(for: error)
        }
    }

    private func language(
        _ wanted: String?, _ request: HTTPRequest
    ) throws(Problem) -> Language {
        guard let language = Language(rawValue: wanted ?? request.preferredLanguage) else {
            throw Problem(.badRequest, "language is fr, de or en.")
        }
        return language
    }

    // MARK: Acts

    private func search(_ request: HTTPRequest) throws(Problem) -> Answer {
        let query = try Query(request, taking: ["q", "limit", "date"])
        guard let text = query["q"]?.replacing("+", with: " "), text.contains(where: { $0 != " " })
        else {
            throw Problem(.badRequest, "q takes the beginning of a code or words of a label.")
        }
        guard let limit = Int(query["limit"] ?? "20"), Limits.foundActs.contains(limit) else {
            throw Problem(
                .badRequest, "limit takes a number up to \(Limits.foundActs.upperBound).")
        }
        let date = try date(query)
        let found = tariffs.search(text, limit: limit)
        return .json(
            .ok,
            [
                .init("acts", .array(found.map { ActView(act: $0, tariffs).summary(on: date) })),
                .init("dataAsOf", .string(tariffs.asOf.description)),
            ])
    }

    private func act(_ code: String, _ request: HTTPRequest) throws(Problem) -> Answer {
        let date = try date(Query(request, taking: ["date"]))
        guard let code = Query.decoded(code), let act = tariffs.act(code: code) else {
            throw Problem(.unknownAct, "No tariff list has this code.")
        }
        return Answer(
            .ok, contentType: "application/json",
            body: ActView(act: act, tariffs).json(on: date).serialized())
    }

    private func date(_ query: Query) throws(Problem) -> CalendarDate {
        guard let text = query["date"] else { return today() }
        guard let date = CalendarDate(text) else {
            throw Problem(.badRequest, "date takes a day as YYYY-MM-DD.")
        }
        return date
    }
}
