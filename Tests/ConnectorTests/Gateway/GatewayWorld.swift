// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPTypes
import InProcess
import NationalAPI
import Sandbox
import Synchronization

@testable import Connector

/// The connector's side of the wire without its stores: a client that asks, and what it asked.
struct GatewayWorld {
    let side: NationalSide
    let environment: PipelineEnvironment
    let client: ExchangeClient
    let wire: Wire

    /// Every request by its path, and a hand on the answers.
    final class Wire: Sendable {
        typealias Alteration = @Sendable (inout HTTPResponse, inout [UInt8]) -> Void

        private let paths = Mutex<[String]>([])
        private let alterations = Mutex<[String: Alteration]>([:])

        func count(_ path: String) -> Int { paths.withLock { $0.count { $0 == path } } }

        /// Changes the answers that come from a path.
        func alter(_ path: String, _ alteration: @escaping Alteration) {
            alterations.withLock { $0[path] = alteration }
        }

        fileprivate func note(_ path: String) { paths.withLock { $0.append(path) } }
        fileprivate func alteration(_ path: String) -> Alteration? {
            alterations.withLock { $0[path] }
        }
    }

    /// - Parameter adjusting: What the connector has been told otherwise than it should.
    init(
        _ way: GatewayWay, adjusting: (inout PipelineEnvironment) -> Void = { _ in }
    ) async throws {
        let side = try await NationalSide(way: way)
        let (wire, send) = (Wire(), side.send { $0 })
        var environment = await side.environment(side.profile) { request, body, timeout in
            let path = String((request.path ?? "").prefix { $0 != "?" })
            wire.note(path)
            var (response, answer) = try await send(request, body, timeout)
            wire.alteration(path)?(&response, &answer)
            return (response, answer)
        }
        adjusting(&environment)
        (self.side, self.wire, self.environment) = (side, wire, environment)
        client = ExchangeClient(environment)
    }

    /// Asks about a UUID that nobody knows: the least a call can be.
    func ask() async throws -> StatusAnswer.Knowledge {
        let profile = side.profile
        guard let query = profile.status else { throw CancellationError() }
        let uuid = UUID().uuidString.lowercased()
        return try await client.call(
            model: query.operation.model, business: StatusRequest(uuid: uuid).bytes(query),
            timeoutInSeconds: query.operation.timeoutInSeconds
        ) { message throws(MessageError) in
            try StatusAnswer(message, to: uuid, profile: profile, query: query).knowledge
        }.answer
    }

    /// Why a call does not get through.
    func failure() async -> StageFailure? {
        do {
            _ = try await ask()
            return nil
        } catch {
            return error as? StageFailure
        }
    }

    var opened: Int { get async { await side.identity.sessions.opened } }
}
