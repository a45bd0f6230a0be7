// SPDX-License-Identifier: Apache-2.0
import Trust
package import Validation

/// Fetches what a verdict on a stranger's file is missing, from where its certificates say it is:
/// OCSP answers, revocation lists, issuers. Only public addresses are asked (AS-05).
package struct PublicMaterial: Sendable {
    private let client: MaterialClient

    package init(send: @escaping Send, random: @escaping @Sendable (Int) -> [UInt8]) {
        client = MaterialClient(
            rules: AddressRules(allowsPublic: true), send: send, random: random)
    }

    /// Judges again after each round of fetching, until nothing more comes; what cannot be had is
    /// left out, and the verdict says so. A cancelled task gets the verdict there is.
    package func verdict(
        on facts: FileFacts, _ context: ValidationContext, first: FileReport
    ) async -> FileReport {
        var (context, verdict) = (context, first)
        for _ in 0..<Limits.fetchRounds where !verdict.missing.isEmpty {
            let before = context.material
            guard let fetched = try? await client.fetch(verdict.missing) else { break }
            context.material.formUnion(fetched.material)
            guard context.material != before else { break }
            verdict = Judge(context).report(on: facts)
        }
        return verdict
    }
}
