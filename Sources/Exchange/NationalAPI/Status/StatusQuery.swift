// SPDX-License-Identifier: Apache-2.0
package import XML

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Asks what became of a document or message, by its UUID (`statut`).
///
/// Whether the platform offers such a query is not known; the profile says whether it exists.
package struct StatusRequest: Sendable, Hashable {
    package var uuid: String

    package init(uuid: String) { self.uuid = uuid }

    package func bytes(_ query: NationalProfile.StatusQuery) -> [UInt8] {
        let status = query.vocabulary
        return Writer.bytes(
            of: status.element(query.operation.request, [status.element("uuid", text: uuid)]))
    }

    package init(
        parsing bytes: [UInt8], _ query: NationalProfile.StatusQuery
    ) throws(MessageError) {
        let message = try MessageReader(
            parsing: bytes, root: query.operation.request, query.vocabulary)
        uuid = try message.text("uuid").lowercased()
    }
}

/// Whether the platform knows a UUID, and what it answered then.
package struct StatusAnswer: Sendable, Hashable {
    package enum Knowledge: Sendable, Hashable {
        /// It never arrived: sending it is safe.
        case unknown
        /// It arrived; `answer` is the business element that was answered, as bytes of a document.
        case known(receivedAt: Date, answer: [UInt8])
    }

    package var uuid: String
    package var knowledge: Knowledge

    package init(uuid: String, knowledge: Knowledge) {
        (self.uuid, self.knowledge) = (uuid, knowledge)
    }

    /// - Throws: The kept answer is no XML.
    package func element(_ query: NationalProfile.StatusQuery) throws(MessageError) -> Element {
        let status = query.vocabulary
        let uuid = status.element("uuid", text: uuid)
        switch knowledge {
        case .unknown:
            return status.element(
                query.operation.response, [uuid, status.element("connu", text: "false")])
        case .known(let receivedAt, let answer):
            let kept: Element
            do {
                kept = try XMLDocument(parsing: answer).root.value()
            } catch {
                throw .cannotBeBuilt(reason: error.description)
            }
            return status.element(
                query.operation.response,
                [
                    uuid, status.element("connu", text: "true"),
                    status.element("recuLe", text: MessageText.moment(receivedAt)),
                    status.element("reponse", [kept]),
                ])
        }
    }

    /// Reads a verified answer to the query about `uuid`.
    package init(
        _ message: VerifiedMessage, to uuid: String, profile: NationalProfile,
        query: NationalProfile.StatusQuery
    ) throws(MessageError) {
        let node = try ExchangeAnswer.business(
            of: message, named: query.operation.response, in: query.vocabulary.namespace,
            profile: profile)
        let answer = MessageReader(node, query.vocabulary)
        self.uuid = try answer.text("uuid").lowercased()
        guard self.uuid == uuid else { throw .foreignAnswer }
        switch try answer.text("connu") {
        case "false": knowledge = .unknown
        case "true":
            knowledge = .known(
                receivedAt: try answer.moment("recuLe"),
                answer: try Self.document(in: answer.required("reponse")))
        default: throw .structure(what: "connu")
        }
    }

    private static func document(in seat: MessageReader) throws(MessageError) -> [UInt8] {
        guard let kept = seat.node.firstChild, kept.nextSibling == nil else {
            throw .structure(what: "single element in reponse")
        }
        do {
            return try XMLDocument(copying: kept).serialized()
        } catch {
            throw .notXML(reason: error.description)
        }
    }
}
