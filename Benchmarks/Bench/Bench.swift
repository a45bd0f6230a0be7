// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Measures ourselves, or prints the table of everything that was measured in a run.
///
///     bench measure ROOT WORK     one JSON line a figure; inputs for the peers are left in WORK
///     bench road ROOT WORK        the road alone, for a profiler
///     bench price ROOT            the rules engine alone
///     bench insurer ROOT SANDBOX.json SECONDS     200 simulations a second, one JSON line a figure
///     bench payments ROOT SANDBOX.json SECONDS    200 doctors validate; the books are compared
///     bench accept ROOT WORK      durable acceptance alone
///     bench queue ROOT STATE N    accepts N forms in a state folder that nobody uses
///     bench history ROOT STATE N  writes N forms whose bodies retention has erased there
///     bench table < FIGURES       the table
@main
struct Bench {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch (arguments.first, arguments.count) {
        case ("measure", 3): try await measureAll(root: arguments[1], work: arguments[2])
        case ("road", 3):
            let forms = try await jobs(root: arguments[1], work: arguments[2])
            for figure in try await forms.road() { write(figure.line) }
        case ("price", 2):
            for figure in try await PriceJobs(root: arguments[1]).figures() { write(figure.line) }
        case ("insurer", 4):
            let load = try InsurerLoad(root: arguments[1], place: SandboxPlace(file: arguments[2]))
            for figure in try await load.pace(seconds: Int(arguments[3]) ?? 20) {
                write(figure.line)
            }
        case ("payments", 4):
            let load = try InsurerLoad(root: arguments[1], place: SandboxPlace(file: arguments[2]))
            write(try await load.payments(seconds: Int(arguments[3]) ?? 60))
        case ("accept", 3):
            let (world, work) = (try await World(root: arguments[1]), arguments[2])
            let inputs = try await Inputs(world)
            let store = StoreJobs(world: world, inputs: inputs, folder: work)
            for figure in try await store.figures() { write(figure.line) }
        case ("queue", 4):
            let world = try await World(root: arguments[1])
            let loader = Loader(world: world, inputs: try await Inputs(world), state: arguments[2])
            try await loader.queue(Int(arguments[3]) ?? 0)
        case ("history", 4):
            let world = try await World(root: arguments[1])
            let loader = Loader(world: world, inputs: try await Inputs(world), state: arguments[2])
            try await loader.history(Int(arguments[3]) ?? 0)
        case ("table", 1):
            let input = try FileHandle.standardInput.readToEnd() ?? Data()
            write(Table(figures: try Figure.all(in: [UInt8](input))).text)
        default:
            write(
                "usage: bench measure|road|accept ROOT WORK | bench price ROOT | bench insurer|payments ROOT SANDBOX.json SECONDS | bench queue|history ROOT STATE N | bench table < FIGURES\n"
            )
            exit(64)
        }
    }

    private static func measureAll(root: String, work: String) async throws {
        let forms = try await jobs(root: root, work: work)
        for figure in try await PriceJobs(root: root).figures() { write(figure.line) }
        let store = StoreJobs(world: forms.world, inputs: forms.inputs, folder: work)
        for figure in forms.crypto.figures { write(figure.line) }
        for figure in try await forms.figures() { write(figure.line) }
        let growth = GrowthJobs(world: forms.world, page: forms.inputs.page)
        for figure in try await growth.figures() { write(figure.line) }
        for figure in try await store.figures() { write(figure.line) }
    }

    private static func jobs(root: String, work: String) async throws -> FormJobs {
        let world = try await World(root: root)
        let inputs = try await Inputs(world)
        try inputs.write(to: work, key: world.signing)
        return FormJobs(
            world: world, inputs: inputs, crypto: try BareCrypto.measure(), folder: work)
    }

    private static func write(_ text: String) {
        FileHandle.standardOutput.write(Data(text.utf8))
    }
}
