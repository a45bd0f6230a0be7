// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// From when on things are proven to have existed (EN 319 102-1, 5.6.2.3).
///
/// Whatever lies before the verifier exists now; a time-stamp that is believed proves it for the
/// moment it was made.
package struct ProofsOfExistence: Sendable {
    package enum Object: Sendable, Hashable {
        /// A signature of the file, by its place in it.
        case signature(Int)
        case certificate(Certificate)
        case ocspResponse(OCSPResponse)
        case revocationList(RevocationList)
        case timestamp(TimestampToken)
    }

    /// The time of validation.
    package let now: Date
    private var earliest: [Object: Date] = [:]

    package init(now: Date) { self.now = now }

    package func time(of object: Object) -> Date { earliest[object] ?? now }

    /// The earliest proof; nil when only the present proves it.
    package func proof(of object: Object) -> Date? { earliest[object] }

    /// The earlier of two proofs counts.
    package mutating func add(_ object: Object, at time: Date) {
        earliest[object] = min(earliest[object] ?? now, time)
    }

    package mutating func add(_ material: ValidationMaterial, at time: Date) {
        for certificate in material.certificates { add(.certificate(certificate), at: time) }
        for response in material.ocspResponses { add(.ocspResponse(response), at: time) }
        for list in material.revocationLists { add(.revocationList(list), at: time) }
    }
}

extension ProofsOfExistence {
    /// From when on all the evidence of a statement is proven to have existed.
    package func time(of statement: RevocationStatement) -> Date {
        statement.proofObjects.map(time(of:)).max() ?? now
    }
}

extension RevocationStatement {
    /// What proofs of existence of this evidence are about.
    package var proofObjects: [ProofsOfExistence.Object] {
        switch source {
        case .ocsp(let response): [.ocspResponse(response)]
        case .lists(let lists): lists.map(ProofsOfExistence.Object.revocationList)
        }
    }
}
