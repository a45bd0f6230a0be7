// SPDX-License-Identifier: Apache-2.0
package import Connector
package import JSON

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Transmission {
    /// The label for people (identifiers-and-codes, 8): `statutForme`.
    package var label: String {
        switch state {
        case .accepted, .rendered: "BROUILLON"
        case .signedPDF, .signedXML, .timestamped, .completeLT, .sending, .waiting: "SIGNEE"
        case .sent: "DEPOSEE"
        case .final: kind == .signing ? "SIGNEE" : "ACCEPTEE"
        case .unknown: "A_VERIFIER"
        case .cancelled: "ANNULEE"
        case .attention:
            problem?.code == ProblemCode.refusedByPlatform.rawValue ? "REJETEE" : "A_TRAITER"
        }
    }

    package func json(_ problems: ProblemCatalogue) -> [JSONMember] {
        func text(_ value: String) -> JSONValue { JSONValue(.string(value)) }
        var members: [JSONMember] = [
            .init("uuid", text(uuid)), .init("kind", text(kind.rawValue)),
            .init("state", text(shownState)),
            .init("stage", text(state.rawValue)), .init("label", text(label)),
            .init("pack", text(pack.id)), .init("packVersion", text(pack.version)),
            .init("acceptedAt", text(acceptedAt.formatted(.iso8601))),
            .init("changedAt", text(changedAt.formatted(.iso8601))),
            .init("attempts", .init(integerLiteral: attempts)),
        ]
        if let nationalUUID { members.append(.init("nationalUUID", text(nationalUUID))) }
        let related = [
            ("cancels", links.subject), ("replacement", links.replacement),
            ("after", links.predecessor),
        ].compactMap { name, uuid in uuid.map { JSONMember(name, text($0)) } }
        if !related.isEmpty { members.append(.init("links", .object(related))) }
        if let heldBy { members.append(.init("heldBy", text(heldBy.rawValue))) }
        if let problem {
            let next = state.isSettled ? nil : dueAt
            members.append(.init("problem", .object(problem.members(problems))))
            if let next {
                members.append(.init("nextAttemptAt", text(next.formatted(.iso8601))))
            }
        }
        return members
    }
}

extension TransmissionProblem {
    /// The problem with its title and what to do.
    func members(_ problems: ProblemCatalogue, nextAttemptAt: Date? = nil) -> [JSONMember] {
        var members: [JSONMember] = [
            .init("code", .string(code)), .init("detail", .string(detail)),
            .init("actor", .string(actor.rawValue)),
        ]
        if let known = ProblemCode(rawValue: code) {
            let languages = ProblemCatalogue.languages
            let titles = languages.map { problems.title(known, language: $0) }
            let advice = languages.map { problems.advice(known, language: $0) }
            for (name, sentences) in [("title", titles), ("do", advice)] {
                let texts = zip(languages, sentences).map { JSONMember($0, .string($1)) }
                members.append(.init(name, .object(texts)))
            }
        }
        if let nextAttemptAt {
            members.append(.init("nextAttemptAt", .string(nextAttemptAt.formatted(.iso8601))))
        }
        return members
    }
}
