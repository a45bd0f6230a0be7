// SPDX-License-Identifier: Apache-2.0
package import Connector
import HTTPTypes
import JSON

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Lists forms, newest first, page by page.
package struct FormListAPI: Sendable {
    private let store: any TransmissionStore
    private let lookup: @Sendable (String) -> [UInt8]?
    private let problems: ProblemCatalogue

    /// - Parameter lookup: The keyed digest under which a value, for example a matricule, is found;
    ///   `nil` when nothing can be found by it.
    package init(
        store: any TransmissionStore, problems: ProblemCatalogue,
        lookup: @escaping @Sendable (String) -> [UInt8]? = { _ in nil }
    ) {
        (self.store, self.problems, self.lookup) = (store, problems, lookup)
    }

    func list(_ request: HTTPRequest) async throws(Problem) -> Answer {
        let query = try Query(request, taking: ["state", "kind", "after", "limit", "q"])
        let shown = try Set(Self.values(query.all("state"), of: TransmissionState.self, "state"))
        var wanted = TransmissionQuery(
            states: Self.stored(shown),
            kinds: try Self.values(query.all("kind"), of: Transmission.Kind.self, "kind"),
            after: try query["after"].map(Self.position),
            limit: try query.number("limit", in: Limits.listedForms) ?? Limits.usualListedForms)
        do {
            if let text = query["q"], !text.isEmpty {
                let uuid = text.lowercased()
                if let form = try await store.transmission(uuid) { return page([form], of: wanted) }
                guard let digest = lookup(text) else { return page([], of: wanted) }
                wanted.lookup = digest
            }
            let found = try await store.transmissions(wanted)
            return page(found, of: wanted) {
                shown.isEmpty || shown.contains($0.state) && $0.shownState == $0.state.rawValue
                    || shown.contains(.waiting) && $0.isShownWaiting
            }
        } catch {
            throw Problem(.storeUnusable, "The forms cannot be listed.")
        }
    }

    /// `waiting` is shown and not stored: whatever is not settled may be waiting.
    private static func stored(_ shown: Set<TransmissionState>) -> [TransmissionState] {
        guard shown.contains(.waiting) else { return Array(shown) }
        return TransmissionState.allCases.filter { shown.contains($0) || !$0.isSettled }
    }

    private func page(
        _ found: [Transmission], of query: TransmissionQuery,
        showing isShown: (Transmission) -> Bool = { _ in true }
    ) -> Answer {
        let forms = found.filter(isShown).map { JSONValue.object($0.json(problems)) }
        var members = [JSONMember("forms", .array(forms))]
        if found.count == query.limit, let last = found.last {
            members.append(.init("next", .string(Self.cursor(last))))
        }
        return .json(.ok, members)
    }

    // MARK: Places in the list

    private static func cursor(_ form: Transmission) -> String {
        "\(String(form.acceptedAt.timeIntervalSinceReferenceDate.bitPattern, radix: 36))_\(form.uuid)"
    }

    private static func position(
        _ cursor: String
    ) throws(Problem) -> TransmissionQuery.Position {
        let parts = cursor.split(separator: "_", maxSplits: 1)
        guard parts.count == 2, let bits = UInt64(parts[0], radix: 36),
            case let seconds = Double(bitPattern: bits), seconds.isFinite
        else { throw Problem(.badRequest, "after takes the `next` of the page before.") }
        return .init(
            acceptedAt: Date(timeIntervalSinceReferenceDate: seconds), uuid: String(parts[1]))
    }

    private static func values<Value: RawRepresentable & CaseIterable>(
        _ texts: [String], of type: Value.Type, _ name: String
    ) throws(Problem) -> [Value] where Value.RawValue == String {
        var values: [Value] = []
        for text in texts {
            guard let value = Value(rawValue: text) else {
                let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
                throw Problem(.badRequest, "\(name) is one of \(known).")
            }
            values.append(value)
        }
        return values
    }
}

extension Transmission {
    fileprivate var isShownWaiting: Bool { shownState == TransmissionState.waiting.rawValue }
}
