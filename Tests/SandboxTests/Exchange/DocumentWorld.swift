// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON
import NationalAPI
import Testing
import XML

@testable import Sandbox

/// A practitioner whose documents the platform holds, without the signing that led there.
struct DocumentWorld {
    static let person = "1985061501293"
    static let cancelModel = "2022_CNS_MEMHON_ANNUL-V1"
    let exchange: ExchangeWorld
    /// His document, another doctor's, and one that can be cancelled by the other model alone.
    let document = Self.entry(sender: InsurerWorld.practitioner.eHealthID)
    let foreign = Self.entry(sender: "1000234560", provider: "91234560")
    var profile: NationalProfile { exchange.insurer.profile }

    init() async throws {
        var ledger = Ledger()
        ledger.note(document)
        ledger.note(foreign)
        exchange = try await ExchangeWorld(ledger: ledger)
    }

    static func entry(sender: String, provider: String = "90000135") -> Ledger.Entry {
        var entry = Ledger.Entry(
            uuid: InsurerWorld.uuid(), nationalUUID: InsurerWorld.uuid(),
            model: "2022_CNS_MEMHON_DEPOT-V1", receivedAt: InsurerWorld.now, sha256: "aa",
            sender: sender)
        (entry.provider, entry.form) = (provider, "memoire-honoraires")
        (entry.person, entry.amount) = (person, 55_09)
        return entry
    }

    func request(
        _ entry: Ledger.Entry? = nil, uuid: String = InsurerWorld.uuid(),
        replacement: String? = nil, reason: String = "Erreur"
    ) throws -> CancellationRequest {
        try CancellationRequest(
            uuid: uuid, documentNationalUUID: (entry ?? document).nationalUUID,
            replacement: replacement, reason: reason)
    }

    func names(_ model: String = cancelModel) throws -> NationalProfile.Cancellation {
        try #require(profile.cancellation(model: model))
    }

    func cancel(
        _ request: CancellationRequest, model: String = cancelModel
    ) async throws -> CancellationAnswer {
        let names = try names(model)
        let sent = try await exchange.send(model, request.bytes(names))
        return try CancellationAnswer(
            #require(sent.message), to: request.uuid, profile: profile, names: names)
    }

    func entry(_ uuid: String) async throws -> JSONValue {
        let ledger = try await exchange.show("/admin/ledger")
        return try #require(ledger.array?.first { $0["uuid"]?.string == uuid })
    }
}
