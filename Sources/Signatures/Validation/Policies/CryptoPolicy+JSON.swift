// SPDX-License-Identifier: Apache-2.0
package import JSON
package import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension CryptoPolicy {
    /// Reads a policy in the JSON shape of ETSI TS 119 322; algorithms that are not known here are
    /// passed over, since what is not named is not relied on.
    package init(_ root: JSONReader) throws(JSONReadingError) {
        let policy = try root.member("securitySuitabilityPolicy")
        let name = try policy.member("policyName").member("name").string()
        self.init(name: name, digests: [:], keys: [:])
        for algorithm in try policy.member("algorithm").elements() {
            let name = try algorithm.member("algorithmIdentifier").member("name").string()
            let rows = try Self.rows(try algorithm.member("evaluation"))
            if let digest = DigestAlgorithm(rawValue: name) {
                digests[digest] = rows.map(\.until).max()
            } else if let scheme = Scheme(rawValue: name) {
                keys[scheme, default: []] += rows
            }
        }
    }

    private static func rows(_ evaluation: JSONReader) throws(JSONReadingError) -> [KeySize] {
        var rows: [KeySize] = []
        for entry in try evaluation.elements() {
            var minimum = 0
            for parameter in try entry.optional("parameter")?.elements() ?? [] {
                minimum = max(minimum, try parameter.optional("min")?.int() ?? 0)
            }
            rows.append(
                KeySize(minimumInBits: minimum, until: try end(try entry.member("validity"))))
        }
        return rows
    }

    private static func end(_ validity: JSONReader) throws(JSONReadingError) -> Date {
        guard let end = try validity.optional("end") else { return .distantFuture }
        guard let date = try? Date(try end.string(), strategy: .iso8601) else {
            throw end.unexpected("a time such as 2029-01-01T00:00:00Z")
        }
        return date
    }
}
