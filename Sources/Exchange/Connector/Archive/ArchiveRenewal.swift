// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Keeps files believable for as long as they are kept: finds what is due, adds the validation data
/// that is missing, and an archive time-stamp.
package struct ArchiveRenewal: Sendable {
    private let extender: SignatureExtender
    private let now: @Sendable () -> Date
    /// Days before a deadline from which a file counts as due.
    private let days: Int
    private let isDryRun: Bool

    package init(
        _ extender: SignatureExtender, now: @escaping @Sendable () -> Date, within days: Int = 0,
        isDryRun: Bool = false
    ) {
        (self.extender, self.now) = (extender, now)
        (self.days, self.isDryRun) = (days, isDryRun)
    }

    /// What became of one file.
    package struct Outcome: Sendable {
        package enum Action: String, Sendable {
            /// Nothing to do before the deadline.
            case kept
            /// A dry run would renew it.
            case due
            case renewed
            /// It is to be renewed and cannot be; ``Outcome/problem`` says why.
            case failed
        }

        package var action: Action
        /// As it stands after the renewal, when there was one.
        package var standing: ArchiveStanding?
        package var steps: [ExtensionStep] = []
        package var problem: String?
        /// Set when a service was not to be had: another run may help.
        package var isTemporary = false

        package init(
            action: Action, standing: ArchiveStanding? = nil, steps: [ExtensionStep] = [],
            problem: String? = nil, isTemporary: Bool = false
        ) {
            (self.action, self.standing, self.steps) = (action, standing, steps)
            (self.problem, self.isTemporary) = (problem, isTemporary)
        }
    }

    /// Looks at one file and renews it if it is due; `keep` makes the new bytes durable.
    ///
    /// - Throws: `CancellationError`; whatever is wrong with a file is its outcome.
    package func renew(
        _ file: [UInt8], keep: ([UInt8]) async throws -> Void
    ) async throws -> Outcome {
        do {
            return try await renewOrFail(file, keep)
        } catch let error as CancellationError {
            throw error
        } catch let failure as StageFailure {
            return Outcome(
                action: .failed, problem: "\(failure.code.rawValue): \(failure.detail)",
                isTemporary: true)
        } catch {
            try Task.checkCancellation()
            return Outcome(action: .failed, problem: "\(error)")
        }
    }

    private func renewOrFail(
        _ file: [UInt8], _ keep: ([UInt8]) async throws -> Void
    ) async throws -> Outcome {
        let standing = try await extender.standing(of: file)
        if let problem = standing.problem {
            return Outcome(action: .failed, standing: standing, problem: problem)
        }
        guard standing.isDue(at: now(), within: days) else {
            return Outcome(action: .kept, standing: standing)
        }
        let renewed = try await extender.renewed(file, isDryRun: isDryRun)
        guard !isDryRun else {
            return Outcome(action: .due, standing: standing, steps: renewed.steps)
        }
        try await keep(renewed.bytes)
        return Outcome(
            action: .renewed, standing: try await extender.standing(of: renewed.bytes),
            steps: renewed.steps)
    }

    /// Renews what is due of a store, the oldest form first; one bad file never stops the rest.
    ///
    /// - Parameter progress: Called after each file with its number, counted from 1, and how many
    ///   there are.
    /// - Throws: `CancellationError`, or the store's error when it cannot be read at all.
    package func renew(
        _ store: any ArchiveStore,
        progress: (ArchivedFile, Outcome, _ number: Int, _ count: Int) async -> Void
    ) async throws {
        let files = try await store.archivedFiles()
        for (index, file) in files.enumerated() {
            try Task.checkCancellation()
            let outcome = try await renew(file, in: store)
            await progress(file, outcome, index + 1, files.count)
        }
    }

    private func renew(_ file: ArchivedFile, in store: any ArchiveStore) async throws -> Outcome {
        let bytes: [UInt8]?
        do { bytes = try await store.bytes(of: file) } catch {
            try Task.checkCancellation()
            return Outcome(action: .failed, problem: "\(error)")
        }
        guard let bytes else {
            return Outcome(action: .failed, problem: "The file is missing from the store.")
        }
        return try await renew(bytes) { renewed in
            guard try await store.addRenewal(renewed, of: file, at: now()) else {
                throw ExtensionRefusal.format("another program renewed the file at the same time")
            }
        }
    }
}
