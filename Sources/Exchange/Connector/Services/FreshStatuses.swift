// SPDX-License-Identifier: Apache-2.0
import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What was just learned of certificates' status, so that a thousand files stamped by one unit ask
/// about it once.
actor FreshStatuses {
    private var held: [MissingRevocation: (material: ValidationMaterial, askedAt: Date)] = [:]

    /// What is known of these, and those that must be asked for.
    func split(
        _ needs: [MissingRevocation], at moment: Date
    ) -> (known: ValidationMaterial, unknown: [MissingRevocation]) {
        held = held.filter {
            (0..<Limits.freshStatusInSeconds).contains(moment.timeIntervalSince($0.value.askedAt))
        }
        var known = ValidationMaterial()
        var unknown: [MissingRevocation] = []
        for need in needs {
            if let entry = held[need], entry.material.lasts(beyond: moment) {
                known.formUnion(entry.material)
            } else {
                unknown.append(need)
            }
        }
        return (known, unknown)
    }

    /// Keeps of what was fetched together what speaks about one certificate.
    func keep(_ fetched: ValidationMaterial, for need: MissingRevocation, at moment: Date) {
        let material = ValidationMaterial(
            ocspResponses: fetched.ocspResponses.filter {
                !$0.answers(about: need.certificate, issuer: need.issuer).isEmpty
            },
            revocationLists: fetched.revocationLists.filter {
                $0.issuer.matches(need.issuer.subject)
            })
        if !material.isEmpty { held[need] = (material, moment) }
    }
}

extension ValidationMaterial {
    /// Whether all of it speaks for a while longer.
    fileprivate func lasts(beyond moment: Date) -> Bool {
        let end = moment.addingTimeInterval(Limits.freshStatusInSeconds)
        return ocspResponses.allSatisfy { response in
            response.answers.allSatisfy { $0.nextUpdate.map { $0 > end } ?? false }
        } && revocationLists.allSatisfy { $0.nextUpdate.map { $0 > end } ?? false }
    }
}
