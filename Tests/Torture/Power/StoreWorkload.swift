// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import Synchronization
import Trust

/// Forms that are accepted, claimed and taken step by step to their end, by several at a time.
struct StoreWorkload: Sendable {
    /// The road of every form, and what each step leaves behind.
    static let steps: [(state: TransmissionState, output: OutputKind)] = [
        (.accepted, .composed), (.rendered, .renderedPDF), (.signedPDF, .signedPDF),
        (.signedXML, .signedXML), (.timestamped, .timestampedXML), (.completeLT, .completeXML),
        (.final, .receipt),
    ]

    static let moment = Date(timeIntervalSince1970: 1_795_000_000)
    private static let lease = 3_600.0

    let store: any TransmissionStore & DocumentStore
    let promises: Promises
    /// Tells the forms of one run from those of another.
    var name = "form"

    /// Four practices hand in; two workers go on.
    func run(forms: Int) async throws {
        let done = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for practice in 0..<4 {
                group.addTask {
                    for index in stride(from: practice, to: forms, by: 4) {
                        try await accept(index)
                    }
                }
            }
            for worker in 0..<2 {
                group.addTask {
                    while done.value < forms {
                        let count = try await work(worker: "w\(worker)", limit: 3)
                        done.add(count)
                        if count == 0 { await Task.yield() }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }
        func add(_ more: Int) { count.withLock { $0 += more } }
    }

    /// One form becomes durable, and now and then a document.
    func accept(_ index: Int) async throws {
        let uuid = "\(name)-\(index)"
        let form = Transmission(
            uuid: uuid, digest: Digest(.sha256, PromisedContent.bytes(of: uuid)),
            pack: PackReference(id: "p", version: "1"),
            parties: Parties(provider: "90000001", actor: "1000000001"), state: .accepted,
            acceptedAt: Self.moment, changedAt: Self.moment, dueAt: Self.moment)
        guard try await store.accept(transition(form, step: 0)) != .uuidReused else {
            throw StoreViolation.refused(uuid)
        }
        promises.keep(.stands(uuid: uuid, step: 0))
        guard index % 5 == 0 else { return }
        let document = "document-\(uuid)"
        try await store.put(PromisedContent.bytes(of: document), as: document, audit: nil)
        promises.keep(.document(name: document))
    }

    /// Takes what is due as far as it goes.
    ///
    /// - Returns: How many forms reached their end.
    func work(worker: String, limit: Int) async throws -> Int {
        let claims = try await store.claim(
            ClaimRequest(
                worker: worker, moment: Self.moment, lease: Self.lease, limit: limit))
        for claim in claims {
            for step in Self.steps.indices.dropFirst() { try await take(step, claim) }
        }
        return claims.count
    }

    private func take(_ step: Int, _ claim: Claim) async throws {
        var moved = claim.transmission
        moved.state = Self.steps[step].state
        let isLast = step == Self.steps.count - 1
        let until = Self.moment.addingTimeInterval(Self.lease)
        let isWritten = try await store.record(
            transition(moved, step: step), of: claim, then: isLast ? .release : .keep(until: until))
        guard isWritten else { throw StoreViolation.refused(moved.uuid) }
        promises.keep(.stands(uuid: moved.uuid, step: step))
    }

    private func transition(_ form: Transmission, step: Int) -> Transition {
        let kind = Self.steps[step].output
        return Transition(
            form, outputs: [(kind, PromisedContent.bytes(of: "\(form.uuid)/\(kind.rawValue)"))])
    }
}

/// A store that does what no store may.
enum StoreViolation: Error {
    /// It does not take a step of a claim that nobody else has, or a form nobody else handed in.
    case refused(String)
}
