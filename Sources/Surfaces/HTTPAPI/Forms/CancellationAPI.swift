// SPDX-License-Identifier: Apache-2.0
package import Connector
import FormPacks
import HTTPTypes
import JSON

/// Takes forms back, alone or with another in their place.
package struct CancellationAPI: Sendable {
    private let desk: FormDesk
    private let problems: ProblemCatalogue
    private let onAccepted: @Sendable () -> Void

    /// - Parameter onAccepted: Called when a cancellation is durable.
    package init(
        desk: FormDesk, problems: ProblemCatalogue, onAccepted: @escaping @Sendable () -> Void
    ) {
        (self.desk, self.problems, self.onAccepted) = (desk, problems, onAccepted)
    }

    func cancel(
        _ uuid: String, _ request: HTTPRequest, _ body: [UInt8]
    ) async throws(Problem) -> Answer {
        let reply: CancellationReply
        do {
            let wish = try request.json(body)
            try wish.allowOnly(["reason", "replacement"])
            reply = try await desk.cancel(
                uuid, reason: try wish.member("reason").string(),
                replacement: try wish.optional("replacement").map(Self.form))
        } catch let problem as Problem {
            throw problem
        } catch let error as JSONReadingError {
            throw Problem(.badRequest, "\(error)")
        } catch {
            throw FormsAPI.problem(for: error)
        }
        switch reply {
        case .accepted(let cancellation, let replacement):
            onAccepted()
            return answer(cancellation, replacement)
        case .replayed(let cancellation): return answer(cancellation, nil).replayed
        case .unknownForm:
            throw Problem(.unknownForm, "No form was accepted under this UUID.")
        case .impossible(let reason): throw Problem(.cannotCancel, reason)
        case .replacementRefused(let answer):
            throw FormsAPI.refusal(answer)
                ?? Problem(.uuidReused, "Another form was accepted under this UUID.")
        }
    }

    /// A form as JSON stands there as it is; one in XML stands there as text.
    private static func form(_ value: JSONReader) throws(JSONReadingError) -> ReceivedForm {
        if let text = value.value.string { return ReceivedForm(.xml(Array(text.utf8))) }
        guard value.value.object != nil else {
            throw value.unexpected("a form as an object, or its XML as a string")
        }
        return ReceivedForm(.json(value.value.serialized()))
    }

    private func answer(_ cancellation: Transmission, _ replacement: Transmission?) -> Answer {
        var members = [JSONMember("cancellation", .object(cancellation.json(problems)))]
        if let replacement {
            members.append(.init("replacement", .object(replacement.json(problems))))
        }
        return .json(.accepted, members)
    }
}
