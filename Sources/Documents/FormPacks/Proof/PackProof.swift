// SPDX-License-Identifier: Apache-2.0
internal import Coverage
internal import JSON
internal import XML

/// Proof of a pack against its own examples.
///
/// `valid-….json` or `.xml` raises nothing; `broken-<code>[-…].json` raises that code and no other;
/// a valid form given in JSON and in XML under one name becomes the same bytes; every rule has a
/// broken example. That every text exists in every language, every path leads somewhere and headings
/// skip no level was proven when the pack was loaded.
package struct PackProof: Sendable, Hashable {
    package struct Failure: Sendable, Hashable, CustomStringConvertible {
        /// The example, or `nil` for the pack as a whole.
        package var example: String?
        package var reason: String

        package var description: String { "\(example ?? "pack"): \(reason)" }
    }

    package let failures: [Failure]
    /// How many examples were looked at.
    package let exampleCount: Int

    package var isProven: Bool { failures.isEmpty }

    package init(of pack: FormPack) {
        var prover = Prover(pack: pack)
        prover.run()
        failures = prover.failures
        exampleCount = pack.examples.count
    }
}

private struct Prover {
    let pack: FormPack
    var failures: [PackProof.Failure] = []
    private var shown: Set<String> = []
    private var bytesOfValid: [String: [UInt8]] = [:]

    init(pack: FormPack) { self.pack = pack }

    mutating func run() {
        for (name, bytes) in pack.examples.sorted(by: { $0.key < $1.key }) {
            prove(name, bytes)
        }
        for required in ["valid-minimal.json", "valid-full.json"]
        where pack.examples[required] == nil {
            fail(required, "the example is missing")
        }
        for code in pack.ruleCodes where !shown.contains(code) {
            fail(nil, "no example shows the rule \(code)")
        }
    }

    private mutating func fail(_ example: String?, _ reason: String) {
        failures.append(PackProof.Failure(example: example, reason: reason))
    }

    private mutating func prove(_ name: String, _ bytes: [UInt8]) {
        let stem = name.split(separator: ".").dropLast().joined(separator: ".")
        let input: FormInput
        switch name.split(separator: ".").last {
        case "json": input = .json(bytes)
        case "xml": input = .xml(bytes)
        default: return fail(name, "an example must be .json or .xml")
        }
        let result: CheckResult
        do {
            result = try pack.check(input, today: pack.manifest.examplesToday)
        } catch {
            return fail(name, "\(error)")
        }
        if stem.hasPrefix("valid-") {
            proveValid(name, stem, result)
        } else if let code = Self.code(in: stem) {
            proveBroken(name, code, result)
        } else {
            fail(name, "the name must be valid-… or broken-<code>…")
        }
    }

    /// `broken-OEC-MHM-012-negative` speaks of `OEC-MHM-012`.
    private static func code(in stem: String) -> String? {
        let parts = stem.split(separator: "-")
        guard parts.count >= 4, parts[0] == "broken" else { return nil }
        return parts[1...3].joined(separator: "-")
    }

    private mutating func proveValid(_ name: String, _ stem: String, _ result: CheckResult) {
        for anomaly in result.anomalies {
            fail(name, "raises \(anomaly.code) at \(anomaly.pointer): \(anomaly.text.en)")
        }
        guard let document = result.document else { return }
        if let twin = bytesOfValid[stem], twin != document.xml {
            fail(name, "is not the same form as its twin")
        }
        bytesOfValid[stem] = document.xml
        proveSchema(name, document)
    }

    /// With both seats filled the document is still valid.
    private mutating func proveSchema(_ name: String, _ document: CheckedDocument) {
        do {
            let full = try XMLDocument(
                parsing: pack.embedding(Array("%PDF".utf8), in: document.xml))
            for violation in try pack.compiledSchema.violations(in: full) {
                fail(name, "is not valid at \(violation.path ?? "line \(violation.line)")")
            }
        } catch {
            fail(name, "\(error)")
        }
    }

    private mutating func proveBroken(_ name: String, _ code: String, _ result: CheckResult) {
        let codes = Set(result.anomalies.map(\.code))
        if codes == [code] {
            shown.insert(code)
        } else {
            let found = codes.isEmpty ? "nothing" : codes.sorted().joined(separator: ", ")
            fail(name, "raises \(found) instead of \(code)")
        }
        for anomaly in result.anomalies
        where Language.allCases.contains(where: { anomaly.text[$0].isEmpty }) {
            fail(name, "\(anomaly.code) lacks a sentence")
        }
    }
}
