// SPDX-License-Identifier: Apache-2.0

/// What path validation starts from, beside time and anchor (RFC 5280, 6.1.1).
package struct PathParameters: Sendable, Hashable {
    /// user-initial-policy-set: policies of which one must hold; nil for any policy.
    package var initialPolicies: Set<OID>?
    /// initial-explicit-policy: the path must be valid for one of them.
    package var requiresExplicitPolicy: Bool
    /// initial-policy-mapping-inhibit.
    package var inhibitsPolicyMapping: Bool
    /// initial-any-policy-inhibit.
    package var inhibitsAnyPolicy: Bool
    /// initial-permitted-subtrees and initial-excluded-subtrees.
    package var nameConstraints: NameConstraints?

    package init(
        initialPolicies: Set<OID>? = nil, requiresExplicitPolicy: Bool = false,
        inhibitsPolicyMapping: Bool = false, inhibitsAnyPolicy: Bool = false,
        nameConstraints: NameConstraints? = nil
    ) {
        self.initialPolicies = initialPolicies
        self.requiresExplicitPolicy = requiresExplicitPolicy
        self.inhibitsPolicyMapping = inhibitsPolicyMapping
        self.inhibitsAnyPolicy = inhibitsAnyPolicy
        self.nameConstraints = nameConstraints
    }
}

/// What path validation found (RFC 5280, 6.1.6).
package struct PathValidation: Sendable, Hashable {
    /// Everything that is wrong; empty when the path is valid.
    package let faults: [PathFault]
    /// The policies under which the authorities issued; `anyPolicy` alone for all.
    package let authorityPolicies: Set<OID>
    /// Those of them that the caller asked for.
    package let userPolicies: Set<OID>

    package var isValid: Bool { faults.isEmpty }
}
