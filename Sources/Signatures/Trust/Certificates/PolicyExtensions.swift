// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

/// One pair of PolicyMappings (RFC 5280, 4.2.1.5): a policy of the issuer, and the one of the
/// subject that stands for it.
package struct PolicyMapping: Sendable, Hashable {
    package let issuerPolicy: OID
    package let subjectPolicy: OID

    package init(issuerPolicy: OID, subjectPolicy: OID) {
        self.issuerPolicy = issuerPolicy
        self.subjectPolicy = subjectPolicy
    }

    static func mappings(parsing value: [UInt8]) throws(DERError) -> [PolicyMapping] {
        let name = "PolicyMappings"
        var fields = try DERElement(parsing: value).elements(in: name)
        var mappings: [PolicyMapping] = []
        for field in try fields.rest(limit: Limits.extensionsPerObject) {
            var pair = try field.elements(in: name)
            let mapping = PolicyMapping(
                issuerPolicy: try pair.next().objectIdentifier(in: name),
                subjectPolicy: try pair.next().objectIdentifier(in: name))
            try pair.finish()
            // RFC 5280, 6.1.4 a.
            guard mapping.issuerPolicy != .anyPolicy, mapping.subjectPolicy != .anyPolicy else {
                throw .invalidValue(in: name)
            }
            mappings.append(mapping)
        }
        guard !mappings.isEmpty else { throw .unexpectedElement(in: name) }
        return mappings
    }

    var der: DERValue { .sequence(.oid(issuerPolicy), .oid(subjectPolicy)) }
}

/// PolicyConstraints (RFC 5280, 4.2.1.11): after how many certificates a rule begins.
package struct PolicyConstraints: Sendable, Hashable {
    package let requireExplicitPolicy: Int?
    package let inhibitPolicyMapping: Int?

    package init(requireExplicitPolicy: Int? = nil, inhibitPolicyMapping: Int? = nil) {
        self.requireExplicitPolicy = requireExplicitPolicy
        self.inhibitPolicyMapping = inhibitPolicyMapping
    }

    init(parsing value: [UInt8]) throws(DERError) {
        let name = "PolicyConstraints"
        var fields = try DERElement(parsing: value).elements(in: name)
        let explicit = try fields.next(if: .context(0))?.integer(as: .context(0), in: name)
        let mapping = try fields.next(if: .context(1))?.integer(as: .context(1), in: name)
        try fields.finish()
        guard explicit != nil || mapping != nil else { throw .unexpectedElement(in: name) }
        guard explicit ?? 0 >= 0, mapping ?? 0 >= 0 else { throw .invalidValue(in: name) }
        self.init(requireExplicitPolicy: explicit, inhibitPolicyMapping: mapping)
    }

    var der: DERValue {
        .sequence(
            requireExplicitPolicy.map { .implicit(0, .integer($0)) },
            inhibitPolicyMapping.map { .implicit(1, .integer($0)) })
    }
}

extension CertificateExtension {
    package static func policyMappings(_ mappings: [PolicyMapping]) -> CertificateExtension {
        CertificateExtension(
            .policyMappings, isCritical: true, value: .sequence(mappings.map(\.der)))
    }

    package static func policyConstraints(
        _ constraints: PolicyConstraints
    ) -> CertificateExtension {
        CertificateExtension(.policyConstraints, isCritical: true, value: constraints.der)
    }

    package static func inhibitAnyPolicy(_ skipped: Int) -> CertificateExtension {
        CertificateExtension(.inhibitAnyPolicy, isCritical: true, value: .integer(skipped))
    }
}
