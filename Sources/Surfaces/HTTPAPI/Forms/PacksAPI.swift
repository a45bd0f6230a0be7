// SPDX-License-Identifier: Apache-2.0
import Connector
import Coverage
package import FormPacks
import HTTPTypes
import JSON

/// Tells which forms this installation knows.
package struct PacksAPI: Sendable {
    private let packs: PackLibrary

    package init(_ packs: PackLibrary) { self.packs = packs }

    var list: Answer {
        .json(
            .ok,
            [
                .init("packs", .array(packs.packs.map { .object($0.members) })),
                .init(
                    "refused",
                    .array(
                        packs.refusals.map {
                            ["folder": .string($0.folder), "reason": .string("\($0.error)")]
                        })),
            ])
    }

    /// One pack: the version that is named, else the newest.
    func pack(_ id: String, _ request: HTTPRequest) throws(Problem) -> Answer {
        let query = try Query(request, taking: ["version"])
        guard let id = Query.decoded(id), let pack = packs.pack(id: id, version: query["version"])
        else { throw Problem(.unknownPack, "No such form is installed.") }
        return .json(.ok, pack.members)
    }
}

extension FormPack {
    fileprivate var members: [JSONMember] {
        let names = manifest.names
        var members: [JSONMember] = [
            .init("id", .string(id)), .init("version", .string(version)),
            .init("kind", .string(manifest.kind.rawValue)),
            .init(
                "title",
                ["fr": .string(names.fr), "de": .string(names.de), "en": .string(names.en)]),
            .init("validFrom", .string(manifest.validFrom.description)),
            .init("element", .string(manifest.root.element)),
            .init("namespace", .string(manifest.root.namespace)),
        ]
        if let deposit = manifest.deposit {
            members.append(.init("model", .string(deposit.model)))
            members.append(.init("level", .string(deposit.signature.level)))
        }
        return members
    }
}
