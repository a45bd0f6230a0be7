// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import PAdES
import Sandbox
import Trust
import Validation

/// How the cost of a verdict grows with the size of a document and with its revisions: it should
/// grow as they do, and no faster.
struct GrowthJobs {
    let world: World
    let page: [UInt8]

    func figures() async throws -> [Figure] {
        try await bySize() + byRevisions()
    }

    private func bySize() async throws -> [Figure] {
        var figures: [Figure] = []
        for (job, size, iterations) in [
            (Job.grow1K, 1 << 10, 100), (.grow100K, 100 << 10, 50), (.grow1M, 1 << 20, 20),
            (.grow9M, 9 << 20, 5),
        ] {
            let signed = try await world.signer.sign(
                Self.document(of: size), level: .longTerm, identifier: "growth")
            let time = try await median(of: iterations, warmUp: 2) { try judge(signed) }
            figures.append(
                Figure(job, Figure.ours, time, note: "\(signed.count) bytes, XAdES-B-LT"))
        }
        return figures
    }

    private func byRevisions() async throws -> [Figure] {
        var file = try await world.signer.sign(page, level: .longTerm, identifier: "growth")
        var (figures, revisions) = ([Figure](), 0)
        for (job, count, iterations) in [
            (Job.revisions1, 1, 50), (.revisions10, 10, 20), (.revisions50, 50, 10),
        ] {
            while revisions < count {
                let prepared = try prepareDocumentTimestamp(pdf: file)
                let request = TimestampRequest(imprint: prepared.imprint, nonce: nil)
                let answer = try TimestampResponse(der: await world.pki.timestamp(request.der))
                file = try prepared.stamped(with: answer.token())
                revisions += 1
            }
            let signed = file
            let time = try await median(of: iterations, warmUp: 2) { try judge(signed) }
            figures.append(
                Figure(
                    job, Figure.ours, time,
                    note: "\(signed.count) bytes, \(count) document time-stamps"))
        }
        return figures
    }

    private func judge(_ file: [UInt8]) throws {
        let context = ValidationContext(
            policy: .general, trust: TrustPolicy(anchors: TrustAnchors(world.addresses.anchors)),
            now: Date())
        let report = Judge(context).report(on: file)
        guard report.isPassed else { throw BenchError.wrong("the file that grows") }
    }

    /// Elements with text, as forms have them.
    private static func document(of size: Int) -> [UInt8] {
        let act = String(repeating: "consultation, ", count: 12)
        var text = "<document>"
        var line = 0
        while text.utf8.count < size {
            text += "<line><code>C\(line % 97)</code><act>\(act)</act></line>"
            line += 1
        }
        return Array((text + "</document>").utf8)
    }
}
