// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Transport
package import Trust
import Validation

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The trusted list the connector relies on: fetched when first needed, again each day and before
/// its nextUpdate, and believed only with its signature.
package actor TrustedListClient {
    private let address: String?
    private let signers: [Certificate]
    private let send: Send
    private let now: @Sendable () -> Date
    private var held: (list: TrustedList, fetchedAt: Date)?

    package init(
        addresses: ServiceAddresses, send: @escaping Send, now: @escaping @Sendable () -> Date
    ) {
        (address, signers) = (addresses.trustedList, addresses.listSigners)
        (self.send, self.now) = (send, now)
    }

    /// The lists for a verdict now; none where no address is configured.
    ///
    /// - Throws: ``StageFailure``: there is no current list to be had.
    package func lists() async throws -> TrustedLists {
        guard let address else { return TrustedLists() }
        let moment = now()
        if let held, isFresh(held, at: moment) { return TrustedLists([held.list]) }
        do {
            let list = try await fetch(address, moment)
            // An older list in the place of a newer one is somebody's trick.
            if let held, list.sequenceNumber < held.list.sequenceNumber {
                throw Self.failure("The trusted list that came is older than the one at hand.")
            }
            held = (list, moment)
            return TrustedLists([list])
        } catch {
            guard let held, held.list.isCurrent(at: moment) else { throw error }
            return TrustedLists([held.list])
        }
    }

    private func isFresh(_ held: (list: TrustedList, fetchedAt: Date), at moment: Date) -> Bool {
        let age = moment.timeIntervalSince(held.fetchedAt)
        return (0..<Limits.trustedListAgeInSeconds).contains(age)
            && held.list.isCurrent(at: moment.addingTimeInterval(3_600))
    }

    private func fetch(_ address: String, _ moment: Date) async throws -> TrustedList {
        guard let request = HTTPRequest.get(address),
            let (response, body) = try? await send(request, [], .seconds(10)),
            response.status == .ok
        else { throw Self.failure("The trusted list cannot be fetched.") }
        let list: TrustedList
        do throws(TrustedListRefusal) {
            list = try TrustedList(
                body, signedByOneOf: signers, crypto: .ts119312, now: moment)
        } catch { throw Self.failure(error.description) }
        guard list.isCurrent(at: moment) else {
            throw Self.failure("The trusted list of \(list.territory) is out of date.")
        }
        return list
    }

    private static func failure(_ sentence: String) -> StageFailure {
        StageFailure(.trustedListUnusable, sentence, actor: .incert, .retry)
    }
}
