// SPDX-License-Identifier: Apache-2.0
import Foundation
import Trust

/// What the lists of a case say about the certificates of a chain.
extension WebCase {
    /// With lists at hand, each certificate that one of them speaks about must be good.
    func revocationRefusals(_ chain: CertificateChain) -> [String] {
        let judge = RevocationJudge(
            policy: TrustPolicy(anchors: anchors, crypto: nil),
            material: ValidationMaterial(
                certificates: intermediates, revocationLists: lists.filter(\.hasProfileForm)),
            now: moment)
        return chain.issuances.flatMap { subject, issuer -> [String] in
            let statements = judge.statements(about: subject, issuer: issuer)
            if statements.isEmpty { return [] }
            let usable = statements.filter(\.isUsable)
            if usable.contains(where: { $0.status != .good }) { return ["revoked"] }
            guard usable.contains(where: { $0.isFresh(for: moment, maximumAge: nil) }) else {
                return ["no list that counts"]
            }
            return usable.flatMap(listRefusals)
        }
    }

    private func listRefusals(_ statement: RevocationStatement) -> [String] {
        guard case .lists(let lists) = statement.source else { return [] }
        var refusals: [String] = []
        for list in lists {
            // RFC 5280, 5.2.3: a number, in an extension that is not critical.
            if list.number == nil || list.hasCriticalNumber { refusals.append("cRLNumber") }
            if list.hasRepeatedEntries { refusals.append("a certificate that is listed twice") }
            if profile != .rfc5280, !list.hasForumScope {
                refusals.append("issuingDistributionPoint (Baseline Requirements, 7.2.2.1)")
            }
        }
        let names = statement.certificate.extensions.distributionPoints.flatMap(\.names)
        if profile != .rfc5280, !names.allSatisfy(\.isURI) {
            refusals.append("cRLDistributionPoints (Baseline Requirements, 7.1.2.11.2)")
        }
        return refusals
    }
}

extension RevocationList {
    /// A list without nextUpdate, or with dates in the wrong type, is none (5.1.2.4, 5.1.2.5).
    fileprivate var hasProfileForm: Bool {
        guard let nextUpdate else { return false }
        return [thisUpdate, nextUpdate].allSatisfy { date in
            let text = Array(ASN1Time.generalizedTimeText(date).utf8)
            return ASN1Time.utcTimeText(date) == nil || !contains([0x18, UInt8(text.count)] + text)
        }
    }

    /// The bytes of a critical cRLNumber: its identifier, and TRUE.
    fileprivate var hasCriticalNumber: Bool {
        contains([0x06, 0x03, 0x55, 0x1D, 0x14, 0x01, 0x01, 0xFF])
    }

    /// Full names that are all URIs, and no list for others.
    fileprivate var hasForumScope: Bool {
        guard let scope else { return true }
        guard case .full(let names) = scope.name else { return scope.name == nil }
        return !scope.isIndirect && names.allSatisfy(\.isURI)
    }

    private func contains(_ pattern: [UInt8]) -> Bool {
        guard let first = pattern.first else { return true }
        return tbs.indices.dropLast(pattern.count - 1).contains {
            tbs[$0] == first && tbs[$0..<$0 + pattern.count].elementsEqual(pattern)
        }
    }
}

extension GeneralName {
    fileprivate var isURI: Bool { if case .uri = self { true } else { false } }
}
