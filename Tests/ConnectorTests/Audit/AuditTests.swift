// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import Keys
import Testing
import Trust

/// An audit that somebody may have tampered with.
private struct TamperedAudit: AuditStore {
    var entries: [AuditEntry]
    var roots: [AuditRoot]

    func auditEntries(from sequence: Int, limit: Int) -> [AuditEntry] {
        Array(entries.filter { $0.sequence >= sequence }.prefix(limit))
    }
    func lastAuditEntry() -> AuditEntry? { entries.last }
    func auditRoots() -> [AuditRoot] { roots }
    func lastAuditRoot(isStamped: Bool) -> AuditRoot? {
        roots.last { !isStamped || $0.token != nil }
    }
    func auditRoot(endingAt last: Int) -> AuditRoot? { roots.first { $0.last == last } }
    func append(_ root: AuditRoot) {}
}

@Suite("Audit: a chain with signed roots (DP-07, DP-09)")
struct AuditTests {
    private static func fact(_ number: Int) -> AuditFact {
        AuditFact(
            moment: Date(timeIntervalSince1970: 1_795_000_000 + Double(number)), actor: "a",
            action: "move", objectType: "form", objectID: "\(number)", outcome: "final",
            origin: "pipeline")
    }

    private static func chain(_ count: Int) -> [AuditEntry] {
        var entries: [AuditEntry] = []
        for number in 1...count {
            entries.append(
                AuditEntry(
                    fact(number), sequence: number,
                    previous: entries.last?.hash ?? AuditEntry.start))
        }
        return entries
    }

    private static func certificate(of key: SoftwareKey) throws -> Certificate {
        let name = DistinguishedName([(.commonName, "Audit of tests")])
        let moment = Date(timeIntervalSince1970: 1_795_000_000)
        return try CertificateBuilder(
            serialNumber: SerialNumber(magnitude: [1]), issuer: name, subject: name,
            notBefore: moment,
            notAfter: moment.addingTimeInterval(86_400), publicKey: key.publicKey
        ).issue(algorithm: .ecdsa(.sha256)) { try key.signature(over: $0) }
    }

    /// Roots over stretches of four.
    private static func audit(_ count: Int = 12) async throws -> TamperedAudit {
        var key = try SoftwareKey(generating: .p256)
        key.certificateChain = [try certificate(of: key)]
        let entries = chain(count)
        var roots: [AuditRoot] = []
        for first in stride(from: 0, to: count, by: 4) {
            let stretch = Array(entries[first..<(first + 4)])
            let statement = AuditRoot.statement(
                of: stretch, instance: "i", moment: Date(timeIntervalSince1970: 1_795_000_000))
            roots.append(
                AuditRoot(
                    first: first + 1, last: first + 4,
                    root: MerkleTree.root(of: stretch.map(\.hash)), statement: statement,
                    signature: try await key.cmsSignature(over: statement),
                    certificate: key.certificateChain[0].der))
        }
        return TamperedAudit(entries: entries, roots: roots)
    }

    @Test("an audit that nobody touched holds")
    func holds() async throws {
        let report = try await AuditVerification(Self.audit()).report()
        #expect(report.faults.isEmpty && report.entries == 12 && report.roots == 3)
    }

    @Test("of 10 000 manipulations every one is found (DP-09)")
    func manipulations() async throws {
        let good = try await Self.audit()
        var random = SystemRandomNumberGenerator()
        var missed = 0
        for _ in 0..<10_000 {
            var bad = good
            let index = Int.random(in: 0..<bad.entries.count, using: &random)
            switch Int.random(in: 0..<7, using: &random) {
            case 0:
                let at = Int.random(in: 0..<bad.entries[index].bytes.count, using: &random)
                bad.entries[index].bytes[at] ^= UInt8.random(in: 1...255, using: &random)
            case 1: bad.entries[index].hash[Int.random(in: 0..<32, using: &random)] ^= 1
            case 2: bad.entries.remove(at: index)
            case 3: bad.entries.insert(bad.entries[index], at: index)
            case 4:
                let other = (index + 1) % bad.entries.count
                bad.entries.swapAt(index, other)
                let numbers = (bad.entries[index].sequence, bad.entries[other].sequence)
                (bad.entries[index].sequence, bad.entries[other].sequence) =
                    (numbers.1, numbers.0)
            case 5: bad.entries.removeLast(Int.random(in: 1...4, using: &random))
            default:
                // The whole rest of the chain made anew round one changed entry.
                var previous = index == 0 ? AuditEntry.start : bad.entries[index - 1].hash
                for number in index..<bad.entries.count {
                    let fact = number == index ? Self.fact(1_000 + number) : Self.fact(number + 1)
                    bad.entries[number] = AuditEntry(
                        fact, sequence: number + 1, previous: previous)
                    previous = bad.entries[number].hash
                }
            }
            let report = try await AuditVerification(bad).report(published: good.roots.last)
            if report.faults.isEmpty { missed += 1 }
        }
        #expect(missed == 0)
    }

    @Test("a shortened store is found by the root that was published outside it")
    func truncation() async throws {
        let good = try await Self.audit()
        var short = good
        short.entries.removeLast(4)
        short.roots.removeLast()
        #expect(try await AuditVerification(short).report().faults.isEmpty)
        let report = try await AuditVerification(short).report(published: good.roots.last)
        #expect(report.faults == [.truncated(last: 12)])
    }
}
