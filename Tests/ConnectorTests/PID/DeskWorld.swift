// SPDX-License-Identifier: Apache-2.0
import Connector
import Coverage
import FormPacks
import Foundation
import InProcess
import HTTPTypes
import JSON
import NationalAPI
import SQLiteStore
import Sandbox
import Synchronization
import Testing
import Transport

/// What the line between the desk and the insurer does to one message.
enum LineFault: Sendable {
    /// Nothing leaves.
    case notSent
    /// It arrives; the answer is lost.
    case answerLost
}

/// The line: faults in the order of messages, and every business message that was tried.
final class Line: Sendable {
    private let faults = Mutex<[LineFault?]>([])
    private let log = Mutex<[String]>([])

    /// The next messages fail so, one each; `nil` lets one through.
    func plan(_ next: LineFault?...) { faults.withLock { $0 = next } }

    var next: LineFault? { faults.withLock { $0.isEmpty ? nil : $0.removeFirst() } }

    func note(_ body: [UInt8]) { log.withLock { $0.append(String(decoding: body, as: UTF8.self)) } }

    /// The business elements of that name, as they went out.
    func messages(_ element: String) -> [String] {
        log.withLock { $0 }.compactMap { message in
            guard let start = message.firstRange(of: "<pid:\(element) "),
                let end = message.firstRange(of: "</pid:\(element)>")
            else { return nil }
            return String(message[start.lowerBound..<end.upperBound])
        }
    }
}

/// A practice's desk on a line to the sandbox's insurer, under a clock that stands still.
struct DeskWorld {
    let side: NationalSide
    let store: SQLiteTransmissionStore
    let desk: SimulationDesk
    let line = Line()
    private let environment: SimulationEnvironment

    static let wait = Duration.seconds(20)
    /// Tells statements apart, which the insurer pays once.
    private static let numbers = Mutex(0)

    /// - Parameters:
    ///   - hasStatusQuery: Whether the profile can ask what became of a message.
    ///   - kind: The desk's own environment; the sandbox's is the test.
    ///   - way: How it comes to its sessions.
    init(
        hasStatusQuery: Bool = true, in kind: MessageHeader.Environment = .test,
        way: GatewayWay = .saml
    ) async throws {
        let side = try await NationalSide(way: way)
        self.side = side
        store = try await side.store()
        var profile = side.profile
        if !hasStatusQuery { profile.status = nil }
        let (line, send) = (line, side.send { $0 })
        let exchange = profile.exchange.path
        let pipeline = await side.environment(profile) { request, body, timeout in
            guard request.path == exchange else { return try await send(request, body, timeout) }
            line.note(body)
            let fault = line.next
            if fault == .notSent {
                throw TransportError.notSent(host: "exchange.test", reason: "refused")
            }
            let answer = try await send(request, body, timeout)
            if fault == .answerLost {
                throw TransportError.outcomeUnknown(host: "exchange.test", reason: "cut")
            }
            return answer
        }
        environment = SimulationEnvironment(
            pipeline, forms: try PIDForms(NationalSide.data("pid.json")), fonts: side.fonts,
            software: .init(name: "Tests", version: "1", vendor: "Tests"), environment: kind,
            makeUUID: { UUID().uuidString.lowercased() }, jitter: { 0.5 })
        desk = SimulationDesk(environment, store: store)
    }

    /// The desk of a process that starts on the same store.
    func restarted() -> SimulationDesk { SimulationDesk(environment, store: store) }

    /// A consultation today, as a bare message; names and addresses with `isFull`.
    func message(
        uuid: String = UUID().uuidString.lowercased(), matricule: String = "1985061501293",
        act: String = "C3", isFull: Bool = false
    ) throws -> [UInt8] {
        let text = String(
            decoding: try NationalSide.bytes(
                "\(NationalSide.root)/Tests/Fixtures/pid/\(isFull ? "full" : "bare").json"),
            as: UTF8.self)
        let number = Self.numbers.withLock { count in
            count += 1
            return count
        }
        return Array(
            text.replacing("UUID", with: uuid).replacing("MATRICULE", with: matricule)
                .replacing("CODE", with: act).replacing("NUMBER", with: "T-\(number)").utf8)
    }

    /// Hands a message in and waits for the insurer's answer.
    func simulate(_ message: [UInt8]) async throws -> Simulation {
        switch try await desk.submit(ReceivedForm(.json(message)), within: Self.wait) {
        case .accepted(let simulation, _), .replayed(let simulation): return simulation
        case .refused(let anomalies):
            Issue.record("refused: \(anomalies.map { "\($0.code) \($0.pointer)" })")
            throw CancellationError()
        case .uuidReused: throw CancellationError()
        }
    }

    /// Moves the clock to when the simulation is due, lets it go on, and says where it then stands.
    func goOn(_ simulation: Simulation, by desk: SimulationDesk? = nil) async throws -> Simulation {
        let current = try await self.desk.simulation(simulation.uuid)
        side.clock.set(to: max(current.dueAt, side.clock.now))
        await (desk ?? self.desk).driveDue()
        await (desk ?? self.desk).wait(for: simulation.uuid, within: Self.wait)
        return try await self.desk.simulation(simulation.uuid)
    }

    func parts(_ simulation: Simulation, _ part: SimulationPart) async throws -> [UInt8]? {
        try await store.part(part, of: simulation.uuid)
    }
}
