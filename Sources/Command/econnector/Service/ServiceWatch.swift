// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import HTTPAPI
import SQLiteStore
import Transport

/// What looks after the running connector: health, clock, disk, and who is told of events.
struct ServiceWatch: Sendable {
    /// What real work saw of a service.
    typealias Sight = (service: ServiceName, failure: StageFailure?)

    let clock: ClockWatch
    let disk: DiskWatch
    let bell: EventBell
    let reader: EventReader
    let monitor: HealthMonitor
    let webhooks: WebhookSender
    private let sights: AsyncStream<Sight>

    /// - Parameters:
    ///   - sights: What the pipeline's gates see.
    ///   - hooks: Sends to webhooks, which may be anywhere.
    init(
        _ environment: PipelineEnvironment, clock: ClockWatch, store: SealedStore,
        folder: String, sights: AsyncStream<Sight>, hooks: HTTPSender, interval: Duration
    ) {
        let pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
        let gates = environment.gates
        self.clock = clock
        self.sights = sights
        disk = DiskReserve(folder: folder).watch
        bell = EventBell()
        reader = EventReader(
            events: { try await store.events(after: $0, limit: $1) }, bell: bell, pause: pause)
        monitor = HealthMonitor(
            probes: HealthProbes(
                environment, documents: store, makeUUID: { Installation.makeUUID() }
            ).all,
            watched: [Dependency(.insurer)], interval: interval, now: environment.now,
            pause: pause, onLook: { await gates.note($0, isUp: $1) })
        webhooks = WebhookSender(
            documents: store, reader: reader,
            send: { try await hooks.send($0, body: $1, timeout: $2) }, now: environment.now,
            random: environment.random, jitter: { Double.random(in: 0..<1) }, pause: pause)
    }

    /// Whether new work is taken on just now.
    var admission: ConnectorAPI.Admission {
        if bell.isClosed { return .shuttingDown }
        return disk.mayAccept ? .open : .diskFull
    }

    /// Returns when the program is to end.
    func ended() async { for await _ in bell.listen() {} }

    /// Looks after everything until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await monitor.run() }
            group.addTask { await webhooks.run() }
            group.addTask {
                for await sight in sights {
                    await monitor.note(sight.service, failure: sight.failure)
                }
            }
            group.addTask {
                while !Task.isCancelled {
                    disk.look()
                    try? await Task.sleep(for: .seconds(5))
                }
            }
        }
    }
}

/// The reserve file and the disk it lies on.
struct DiskReserve: Sendable {
    let folder: String

    private var file: String { "\(folder)/reserve" }

    var watch: DiskWatch { DiskWatch(space: { space }, keepReserve: { keep($0) }) }

    /// What is free for this user.
    var space: DiskSpace? {
        var answer = statvfs()
        guard statvfs(folder, &answer) == 0 else { return nil }
        let block = Int(answer.f_frsize)
        return DiskSpace(free: Int(answer.f_bavail) * block, total: Int(answer.f_blocks) * block)
    }

    private func keep(_ isKept: Bool) -> Bool {
        guard isKept else { return unlink(file) == 0 || errno == ENOENT }
        var known = stat()
        if stat(file, &known) == 0, Int(known.st_size) >= Limits.diskReserve { return true }
        let descriptor = open(file, O_CREAT | O_WRONLY, 0o600)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        #if os(Linux)
            let isWhole = posix_fallocate(descriptor, 0, off_t(Limits.diskReserve)) == 0
        #else
            let isWhole = ftruncate(descriptor, off_t(Limits.diskReserve)) == 0
        #endif
        if !isWhole { unlink(file) }
        return isWhole
    }
}
