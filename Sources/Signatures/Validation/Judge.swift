// SPDX-License-Identifier: Apache-2.0
import Trust

/// Judges any file: gives the verdict on every signature in it (EN 319 102-1).
///
/// A pure function of the facts and the context. What would make a verdict better stands in
/// ``FileReport/missing``; the caller fetches it and asks again with the same facts.
package struct Judge: Sendable {
    private let context: ValidationContext

    package init(_ context: ValidationContext) { self.context = context }

    package func report(on facts: FileFacts) -> FileReport {
        FileJudgement(context: context, facts: facts).report()
    }

    package func report(on file: [UInt8]) -> FileReport {
        report(
            on: FileReader(
                certificates: context.material.certificates, looksInside: context.looksInside
            ).facts(of: file))
    }
}
