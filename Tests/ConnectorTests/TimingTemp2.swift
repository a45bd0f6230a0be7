// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import Sandbox
import TestSupport
import Testing
import Trust
import Validation
@Suite struct TimingTwelve {
    @Test func steps() async throws {
        var text = ""
        for plain in Plain.allCases {
            let world = try ArchiveWorld()
            try world.addUnit(61, from: -0.5, to: 5.5, used: -0.5)
            try world.addUnit(62, from: 4, to: 9, used: 4.5)
            let file = try await world.signer().sign(plain.bytes, level: .archived, identifier: "id-1")
            for year in [0.1, 1.0, 4.9, 5.01] {
                world.clock.set(to: ArchiveWorld.years(year))
                let before = world.requests.count
                let start = ContinuousClock.now
                let outcome = try await world.renewal().renew(file) { _ in }
                text += "\(plain) \(year) \(outcome.action) \(outcome.problem ?? "") \(ContinuousClock.now - start) requests \(world.requests.count - before) \(world.requests.suffix(world.requests.count - before))\n"
                try Data(text.utf8).write(to: URL(filePath: "/tmp/dev/archive/timing2.txt"))
            }
        }
    }
}
