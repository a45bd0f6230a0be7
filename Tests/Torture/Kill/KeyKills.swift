// SPDX-License-Identifier: Apache-2.0
import Foundation
import Keys

/// Keys that are being made when the process dies: whoever enrols again gets both, or the ones that
/// are there.
struct KeyKills: Sendable {
    let installation: TortureInstallation

    /// Files that an enrolment makes: device secret, two keys, two certificates.
    static let files = 5

    func run(each: Int, _ count: inout KillRun.Count) async throws {
        for place in DurableFile.Place.allCases {
            for number in 1...max(1, each) {
                let state = "\(installation.folder)/keys-\(place.rawValue)-\(number)"
                let file = (number - 1) % Self.files + 1
                try await kill("\(place.name):\(file)", place, state, &count)
            }
        }
    }

    private func kill(
        _ crash: String, _ place: DurableFile.Place, _ state: String, _ count: inout KillRun.Count
    ) async throws {
        let enrolment =
            ["keys", "enrol", "--provider", TortureInstallation.provider]
            + installation.keyOptions(state)
        let first = try await installation.command(enrolment, crashAt: crash)
        count.named += 1
        if first.status == -SIGKILL { count.reached[place.name, default: 0] += 1 }
        var again = try await installation.command(enrolment)
        for _ in 0..<10 where again.status != 0 && again.said.contains("try again") {
            // The attempt that was cut off counts: the key asks for a pause (KC-11).
            try await Task.sleep(for: .seconds(1))
            again = try await installation.command(enrolment)
        }
        let list = try await installation.command(["keys", "list", "--state", state])
        let certified = list.said.split(separator: "\n").filter { $0.contains("valid to") }
        if certified.count != 2 {
            count.violations.append("\(crash): \(certified.count) usable keys; \(again.said)")
        }
        try FileManager.default.removeItem(atPath: state)
    }
}
