// SPDX-License-Identifier: Apache-2.0
package import Connector
import Coverage
import HTTPTypes
import JSON

/// Gives, shows and withdraws mandates; only for who knows the client secret.
package struct MandatesAPI: Sendable {
    private let book: MandateBook

    package init(_ book: MandateBook) { self.book = book }

    func respond(
        _ route: Route, _ values: [String], _ request: HTTPRequest, _ body: [UInt8]
    ) async throws(Problem) -> Answer {
        do {
            switch route {
            case .giveMandate: return try await give(request.json(body))
            case .withdrawMandate:
                guard try await book.withdraw(values[0]) else {
                    throw Problem(.unknownMandate, "There is no mandate of this identifier.")
                }
                return Answer(.noContent, contentType: "application/json", body: [])
            default:
                return .json(
                    .ok, [.init("mandates", .array(try await book.all().map(\.json)))])
            }
        } catch let problem as Problem {
            throw problem
        } catch let error as JSONReadingError {
            throw Problem(.badRequest, "\(error)")
        } catch {
            throw FormsAPI.problem(for: error)
        }
    }

    private func give(_ body: JSONReader) async throws -> Answer {
        try body.allowOnly(["grantor", "delegate", "delegateName", "packs", "from", "until"])
        // The identifier is ours to give.
        var members = body.value.object ?? []
        members.append(.init("id", ""))
        let mandate = try Mandate(JSONReader(.object(members)))
        if let until = mandate.until, until < mandate.from {
            throw Problem(.badRequest, "/until: must not come before /from.")
        }
        let given = try await book.give(mandate)
        return Answer(.created, contentType: "application/json", body: given.json.serialized())
    }
}
