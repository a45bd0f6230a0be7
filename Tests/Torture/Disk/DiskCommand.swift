// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CFaults
import InProcess

/// Layer D: the n-th write, sync, rename or open fails.
struct DiskFaults: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disk", abstract: "Makes the n-th call that changes a file fail.",
        discussion: """
            Every kind of call fails with EIO, ENOSPC and EINTR at every place up to --nth, once per run; the
            process goes on. Linux only.
            """)

    @Option(help: "The last place at which a call fails.") var nth = 200
    @Option(help: "The last place of the runs over the whole road; each costs a form.")
    var road = 40

    func run() async throws {
        var count = FaultCount()
        for call in FailingCall.all(FailingCall.Kind.allCases, upTo: nth) {
            count.add(try await StoreFaultRun(call: call).run())
        }
        if road > 0 { count.add(try await roads()) }
        for violation in count.violations.prefix(40) { Output.line("disk: \(violation)") }
        for (told, times) in count.told.sorted(by: { $0.key < $1.key }) {
            Output.line("  \(times) times told: \(told)")
        }
        let failed = FailingCall.Kind.allCases.map { "\(count.failed[$0] ?? 0) \($0)" }
        Output.line(
            "disk: \(count.runs) runs, failed calls: \(failed.joined(separator: ", "));"
                + " \(count.violations.count) violations")
        if !count.violations.isEmpty { throw ExitCode(1) }
    }

    private func roads() async throws -> FaultCount {
        let side = try await NationalSide()
        var count = FaultCount()
        for call in FailingCall.all([.write, .sync, .open], upTo: road) {
            count.add(try await RoadFaultRun(side: side, call: call).run())
        }
        return count
    }
}
