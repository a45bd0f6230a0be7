// SPDX-License-Identifier: Apache-2.0

package import Trust
import Validation

/// The list of a day with what it says, kept until something about it changes.
struct CurrentTrustedList: Sendable {
    let sequenceNumber: Int
    let bytes: [UInt8]
    let lists: TrustedLists
}

extension PKIService {
    /// The signed trusted list as it is published now.
    package func trustedList() throws -> [UInt8] { try current().bytes }

    /// What the national side relies on: its own list, read as anybody reads it.
    package func trustedLists() throws -> TrustedLists { try current().lists }

    /// Grants the time-stamping service its qualified status or withdraws it, from now on.
    package func setTimestampService(isGranted: Bool) {
        timestampStatuses.append(.init(from: second, isGranted: isGranted))
    }

    private func current() throws -> CurrentTrustedList {
        let list = PublishedTrustedList(of: authority, at: second, timestamps: timestampStatuses)
        if let kept = published, kept.sequenceNumber == list.sequenceNumber { return kept }
        let bytes = try schemeOperator.publish(list)
        let read = try TrustedList(
            bytes, signedByOneOf: [schemeOperator.certificate], crypto: .ts119312, now: second)
        let current = CurrentTrustedList(
            sequenceNumber: list.sequenceNumber, bytes: bytes, lists: TrustedLists([read]))
        published = current
        return current
    }
}
