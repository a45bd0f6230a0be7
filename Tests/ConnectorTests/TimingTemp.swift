// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import SQLiteStore
import Sandbox
import Testing
import Trust
import Validation
@Suite struct TimingTemp {
    @Test func timing() async throws {
        let side = try await NationalSide()
        let store = try await side.store()
        let form = try await side.accept(store)
        try await side.dispatcher(store).advance([form])
        let xml = try #require(await store.output(.timestampedXML, of: form.uuid))
        let pdf = try #require(await store.output(.embeddedPDF, of: form.uuid))
        let done = try #require(await store.output(.completeXML, of: form.uuid))
        let context = ValidationContext(
            policy: .general, trust: TrustPolicy(anchors: await side.pki.authority.anchors),
            now: side.clock.now)
        let judge = Judge(context)
        var text = ""
        func time(_ name: String, _ body: () -> Void) {
            body()
            let start = ContinuousClock.now
            for _ in 0..<10 { body() }
            text += "\(name): \((ContinuousClock.now - start) / 10)\n"
        }
        let reader = FileReader(looksInside: false)
        let facts = [xml, pdf].map { reader.facts(of: $0) }
        time("read both") { _ = [xml, pdf].map { reader.facts(of: $0) } }
        time("judge both") { _ = facts.map { judge.report(on: $0) } }
        time("read and judge both (a round before)") { _ = [xml, pdf].map { judge.report(on: reader.facts(of: $0)) } }
        time("self-check of complete xml") { _ = judge.report(on: done) }
        try Data(text.utf8).write(to: URL(filePath: "/tmp/dev/archive/timing.txt"))
    }
}
