// SPDX-License-Identifier: Apache-2.0
import JSON

/// One measured number: a job, who did it, and how long it took or how much it needed.
struct Figure {
    enum Unit: String, CaseIterable { case nanoseconds, kilobytes }

    /// Who is `ours`, `floor` (what nobody can avoid), or the name of a peer.
    static let ours = "ours"
    static let floor = "floor"

    var job: Job
    var who: String
    /// The median.
    var value: Int
    var unit = Unit.nanoseconds
    /// How it was measured.
    var note = ""

    init(_ job: Job, _ who: String, _ value: Duration, note: String = "") {
        (self.job, self.who, self.note) = (job, who, note)
        self.value = Int(value / .nanoseconds(1))
    }

    /// The figure as one line of JSON.
    var line: String {
        let object: JSONValue = [
            "job": .init(.string(job.rawValue)), "who": .init(.string(who)),
            "value": .init(.number(JSONNumber(value))), "unit": .init(.string(unit.rawValue)),
            "note": .init(.string(note)),
        ]
        return String(decoding: object.serialized(), as: UTF8.self) + "\n"
    }

    static func all(in lines: [UInt8]) throws -> [Figure] {
        try lines.split(separator: UInt8(ascii: "\n")).map { line in
            try Figure(JSONReader(try JSONDocument(parsing: Array(line)).root))
        }
    }

    private init(_ line: JSONReader) throws {
        job = try line.member("job").choice(Job.self)
        who = try line.member("who").string()
        value = try line.member("value").int()
        unit = try line.member("unit").choice(Unit.self)
        note = try line.optional("note")?.string() ?? ""
    }
}

/// The jobs of docs/design.md, section 9, in the order of the table.
enum Job: String, CaseIterable {
    case check, render
    case padesBasic = "pades-b-b"
    case xadesBasic = "xades-b-b"
    case xadesLongTerm = "xades-b-lt"
    case road
    case validateXML = "validate-xades-b-lt"
    case validateDeposit = "validate-deposit"
    case validatePDF = "validate-pades-b-lt"
    case grow1K = "validate-1-kb"
    case grow100K = "validate-100-kb"
    case grow1M = "validate-1-mb"
    case grow9M = "validate-9-mb"
    case revisions1 = "validate-1-revision"
    case revisions10 = "validate-10-revisions"
    case revisions50 = "validate-50-revisions"
    case loadTariffs = "load-tariffs"
    case price5 = "price-5"
    case price100 = "price-100"
    case price100Day = "price-100-one-day"
    case simulate = "pid-simulate"
    case simulateSlowest = "pid-simulate-p99"
    case acceptOne = "accept-1"
    case acceptMany = "accept-64"
    case startUp = "start-up"
    case serveReady = "serve-ready"
    case memory
    case bareSign = "bare-sign"
    case bareVerify = "bare-verify"

    var title: String {
        switch self {
        case .check: "check a fee statement"
        case .render: "render a fee statement"
        case .padesBasic: "PAdES-B-B"
        case .xadesBasic: "XAdES-B-B, 40 KB"
        case .xadesLongTerm: "XAdES-B-LT, 40 KB"
        case .road: "road, stages 2 to 7"
        case .validateXML: "validate XAdES-B-LT"
        case .validateDeposit: "validate a deposit, PDF inside"
        case .validatePDF: "validate PAdES-B-LT"
        case .grow1K: "validate XML of 1 KB"
        case .grow100K: "validate XML of 100 KB"
        case .grow1M: "validate XML of 1 MB"
        case .grow9M: "validate XML of 9 MB"
        case .revisions1: "validate PDF, 1 revision after signing"
        case .revisions10: "validate PDF, 10 revisions after"
        case .revisions50: "validate PDF, 50 revisions after"
        case .loadTariffs: "load tariff lists and rules"
        case .price5: "price a statement, 5 lines"
        case .price100: "price a statement, 100 lines, 25 days"
        case .price100Day: "price a statement, 100 lines, 1 day"
        case .simulate: "simulation over mutual TLS, 200 a second"
        case .simulateSlowest: "the same, 99th percentile"
        case .acceptOne: "accept durably, 1 caller"
        case .acceptMany: "accept durably, 64 callers"
        case .startUp: "start-up (econnector uuid)"
        case .serveReady: "econnector serve to ready"
        case .memory: "memory of serve at rest"
        case .bareSign: "ECDSA P-256 sign, bare"
        case .bareVerify: "ECDSA P-256 verify, bare"
        }
    }
}

/// The median duration of one run, after a warm-up that is not counted.
func median(
    of iterations: Int, warmUp: Int, _ body: () async throws -> Void
) async throws -> Duration {
    for _ in 0..<warmUp { try await body() }
    let clock = ContinuousClock()
    var durations: [Duration] = []
    durations.reserveCapacity(iterations)
    for _ in 0..<iterations {
        let start = clock.now
        try await body()
        durations.append(clock.now - start)
    }
    return durations.sorted()[iterations / 2]
}
