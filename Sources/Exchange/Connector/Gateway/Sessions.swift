// SPDX-License-Identifier: Apache-2.0
package import NationalAPI

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A session at the exchange, for as long as its token lives by our own clock.
package struct Session: Sendable, Hashable {
    package var token: SessionToken
    package var openedAt: Date
    package var expiresAt: Date

    /// - Parameters:
    ///   - openedAt: When it was asked for, so that no time on the way is counted in our favour.
    ///   - lifetimeInSeconds: As the service says; its clock does not matter.
    package init(token: SessionToken, openedAt: Date, lifetimeInSeconds: Double) {
        (self.token, self.openedAt) = (token, openedAt)
        expiresAt = openedAt.addingTimeInterval(lifetimeInSeconds)
    }

    /// GW-03: at 80 % of its life a session is renewed.
    var renewsAt: Date {
        openedAt.addingTimeInterval(
            expiresAt.timeIntervalSince(openedAt) * Limits.sessionShareBeforeRenewal)
    }
}

/// The sessions of this process, one for each person in each space; opened once however many ask
/// (GW-03).
///
/// Whoever finds none opens it, those who come meanwhile wait for the same outcome; while one that
/// still counts is being renewed, the others go on with it.
package actor Sessions {
    package struct Key: Sendable, Hashable {
        package var profile: String
        package var environment: NationalProfile.Environment
        package var person: String
        package var providerCode: String?
    }

    private typealias Waiter = CheckedContinuation<Result<Session?, any Error>?, Never>

    private var held: [Key: Session] = [:]
    /// Who waits for an opening that is under way.
    private var openings: [Key: [Waiter]] = [:]

    package init() {}

    /// The session that counts now.
    ///
    /// - Parameters:
    ///   - refused: Is not given out again.
    ///   - open: Opens one; `nil` says that none is needed.
    func session(
        for key: Key, replacing refused: Session? = nil, now: @Sendable () -> Date,
        open: @Sendable () async throws -> Session?
    ) async throws -> Session? {
        while true {
            if let current = usable(key, refused, now()) { return current }
            guard openings[key] != nil else { break }
            let outcome = await withCheckedContinuation { openings[key]?.append($0) }
            // The one who opened was cancelled: somebody else must.
            guard let outcome else { continue }
            return try outcome.get()
        }
        return try await opened(key, refused, now, open)
    }

    /// Takes a session out.
    func forget(_ key: Key) -> Session? { held.removeValue(forKey: key) }

    private func usable(_ key: Key, _ refused: Session?, _ now: Date) -> Session? {
        guard let current = held[key], current != refused, now >= current.openedAt else {
            return nil
        }
        if now < current.renewsAt { return current }
        return now < current.expiresAt && openings[key] != nil ? current : nil
    }

    private func opened(
        _ key: Key, _ refused: Session?, _ now: @Sendable () -> Date,
        _ open: @Sendable () async throws -> Session?
    ) async throws -> Session? {
        openings[key] = []
        do {
            let session = try await open()
            held[key] = session
            finish(key, .success(session))
            return session
        } catch {
            // One that is not over yet is better than none.
            if let current = held[key], current != refused, now() < current.expiresAt {
                finish(key, .success(current))
                return current
            }
            if held[key] == refused { held[key] = nil }
            finish(key, Task.isCancelled ? nil : .failure(error))
            throw error
        }
    }

    private func finish(_ key: Key, _ outcome: Result<Session?, any Error>?) {
        for waiter in openings.removeValue(forKey: key) ?? [] { waiter.resume(returning: outcome) }
    }
}
