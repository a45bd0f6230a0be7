// SPDX-License-Identifier: Apache-2.0

/// Policy processing along a path (RFC 5280, 6.1.2 to 6.1.5, with the graph of RFC 9618).
struct PolicyProcessing {
    private(set) var graph = PolicyGraph()
    private let initial: Set<OID>?
    private var explicitPolicy: Int
    private var policyMapping: Int
    private var inhibitAnyPolicy: Int

    /// - Parameter length: Certificates of the path, the anchor not counted.
    init(_ parameters: PathParameters, length: Int) {
        initial = parameters.initialPolicies
        explicitPolicy = parameters.requiresExplicitPolicy ? 0 : length + 1
        policyMapping = parameters.inhibitsPolicyMapping ? 0 : length + 1
        inhibitAnyPolicy = parameters.inhibitsAnyPolicy ? 0 : length + 1
    }

    /// Goes on with one certificate, from the one below the anchor to the end entity.
    ///
    /// - Returns: Whether the path may go on: a policy holds where one is required.
    mutating func process(_ certificate: Certificate, isEndEntity: Bool) -> Bool {
        let extensions = certificate.extensions
        let allowsAny = inhibitAnyPolicy > 0 || !isEndEntity && certificate.isSelfIssued
        graph.process(extensions.policies, allowsAny: allowsAny)
        if explicitPolicy == 0, graph.isEmpty { return false }
        return isEndEntity ? finish(extensions) : prepare(certificate)
    }

    /// 6.1.4, a and b, h to j.
    private mutating func prepare(_ certificate: Certificate) -> Bool {
        let extensions = certificate.extensions
        if !extensions.policyMappings.isEmpty {
            graph.map(extensions.policyMappings, isInhibited: policyMapping == 0)
        }
        if !certificate.isSelfIssued {
            explicitPolicy = max(explicitPolicy - 1, 0)
            policyMapping = max(policyMapping - 1, 0)
            inhibitAnyPolicy = max(inhibitAnyPolicy - 1, 0)
        }
        if let constraints = extensions.policyConstraints {
            explicitPolicy = min(explicitPolicy, constraints.requireExplicitPolicy ?? .max)
            policyMapping = min(policyMapping, constraints.inhibitPolicyMapping ?? .max)
        }
        inhibitAnyPolicy = min(inhibitAnyPolicy, extensions.inhibitAnyPolicy ?? .max)
        return true
    }

    /// 6.1.5, a, b and g.
    private mutating func finish(_ extensions: CertificateExtensions) -> Bool {
        explicitPolicy = max(explicitPolicy - 1, 0)
        if extensions.policyConstraints?.requireExplicitPolicy == 0 { explicitPolicy = 0 }
        return explicitPolicy > 0 || !graph.userPolicies(initial).isEmpty
    }

    var userPolicies: Set<OID> { graph.userPolicies(initial) }
}
