// SPDX-License-Identifier: Apache-2.0
import InProcess
import Testing

@testable import Connector

/// What becomes of work with which the program ended.
struct QuarantineTests {
    private func step(
        from state: TransmissionState, crashes: Int
    ) async throws -> Result<Transition, any Error>? {
        let side = try await NationalSide()
        let store = try await side.store()
        var form = try await side.accept(store)
        form.state = state
        let environment = await side.environment(side.profile, send: side.send { $0 })
        let claim = Claim(form, fence: 1, crashes: crashes)
        return await Pipeline(environment, store: store).steps([claim]).first
    }

    @Test("RE-09: what the program ended with twice is for a person")
    func quarantined() async throws {
        let result = try await step(from: .rendered, crashes: 2)
        let failure = #expect(throws: StageFailure.self) { try result?.get() }
        #expect(failure?.code == .quarantined)
    }

    @Test("RE-09: what it ended with once is tried again")
    func triedAgain() async throws {
        let moved = try await step(from: .rendered, crashes: 1)?.get().transmission
        #expect(moved?.state == .signedPDF)
    }

    @Test(
        "RE-05: what may have arrived is still asked about and noted",
        arguments: [
            (TransmissionState.sending, TransmissionState.unknown), (.unknown, .sending),
            (.sent, .final),
        ])
    func asked(_ states: (from: TransmissionState, to: TransmissionState)) async throws {
        let moved = try await step(from: states.from, crashes: 2)?.get().transmission
        #expect(moved?.state == states.to)
    }
}
