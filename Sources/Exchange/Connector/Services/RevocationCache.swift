// SPDX-License-Identifier: Apache-2.0
import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Revocation data about authorities and responders, kept while it is current (AS-03).
///
/// A signer's own status is asked for after each time-stamp and never kept here.
actor RevocationCache {
    private var material = ValidationMaterial()

    func current(at now: Date) -> ValidationMaterial {
        material.ocspResponses.removeAll { response in
            response.answers.contains { ($0.nextUpdate ?? .distantPast) <= now }
        }
        material.revocationLists.removeAll { ($0.nextUpdate ?? .distantPast) <= now }
        return material
    }

    /// Keeps what cannot speak about `signer`.
    func keep(_ new: ValidationMaterial, except signer: Certificate) {
        var kept = new
        kept.ocspResponses.removeAll { response in
            response.answers.contains { $0.certificateID.serialNumber == signer.serialNumber }
        }
        kept.revocationLists.removeAll { $0.issuer.matches(signer.issuer) }
        material.formUnion(kept)
    }
}
