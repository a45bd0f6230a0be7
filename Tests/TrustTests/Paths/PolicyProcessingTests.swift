// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Trust

@Suite("Certificate policies along a path (RFC 5280, 6.1; RFC 9618)")
struct PolicyProcessingTests {
    private static let gold: OID = "1.3.6.1.4.1.99999.10.1"
    private static let silver: OID = "1.3.6.1.4.1.99999.10.2"
    private static let bronze: OID = "1.3.6.1.4.1.99999.10.3"

    private let pki = TestPKI.shared

    private func authority(
        _ name: String, by issuer: TestIdentity? = nil, _ extensions: [CertificateExtension]
    ) throws -> TestIdentity {
        try pki.issue(
            commonName: name, serial: 120, by: issuer ?? pki.root,
            extensions: [
                .basicConstraints(BasicConstraints(isAuthority: true)), .keyUsage(.keyCertSign),
            ] + extensions)
    }

    private func validation(
        _ authorities: [[CertificateExtension]], _ leaf: [CertificateExtension],
        _ parameters: PathParameters = PathParameters()
    ) throws -> PathValidation {
        var issuer = pki.root
        for (index, extensions) in authorities.enumerated() {
            issuer = try authority("Policy CA \(index)", by: issuer, extensions)
        }
        let end = try pki.issue(
            commonName: "Policy leaf", serial: 121, by: issuer, extensions: leaf)
        let chain = try #require(
            pki.anchors.chains(from: end.certificate, through: end.chain).first)
        return chain.validation(at: TestPKI.clock, for: .any, parameters: parameters)
    }

    private func kinds(
        _ authorities: [[CertificateExtension]], _ leaf: [CertificateExtension],
        _ parameters: PathParameters = PathParameters()
    ) throws -> [PathFault.Kind] {
        try validation(authorities, leaf, parameters).faults.map(\.kind)
    }

    private let explicit = CertificateExtension.policyConstraints(
        PolicyConstraints(requireExplicitPolicy: 0))

    @Test("a policy that all name is valid, and is part of the result")
    func common() throws {
        let found = try validation(
            [[.certificatePolicies([Self.gold, Self.silver]), explicit]],
            [.certificatePolicies([Self.gold])])
        #expect(found.isValid)
        #expect(found.authorityPolicies == [Self.gold] && found.userPolicies == [Self.gold])
    }

    @Test("where a policy is required and none is common, the path is not valid")
    func required() throws {
        let policies: [[CertificateExtension]] = [[.certificatePolicies([Self.gold])]]
        let leaf: [CertificateExtension] = [.certificatePolicies([Self.silver])]
        #expect(try kinds(policies, leaf) == [])
        #expect(try kinds([policies[0] + [explicit]], leaf) == [.noValidPolicy])
        #expect(try kinds([policies[0] + [explicit]], []) == [.noValidPolicy])
        let asked = PathParameters(requiresExplicitPolicy: true)
        #expect(try kinds(policies, leaf, asked) == [.policyNotAccepted])
    }

    @Test("a policy the caller asks for must be among the valid ones")
    func initial() throws {
        let authority: [[CertificateExtension]] = [
            [.certificatePolicies([Self.gold, Self.silver])]
        ]
        let leaf: [CertificateExtension] = [.certificatePolicies([Self.gold])]
        for (policy, faults) in [
            (Self.gold, [PathFault.Kind]()), (Self.silver, [.policyNotAccepted]),
        ] {
            let parameters = PathParameters(
                initialPolicies: [policy], requiresExplicitPolicy: true)
            #expect(try kinds(authority, leaf, parameters) == faults)
        }
    }

    @Test("anyPolicy stands for all, until it is inhibited")
    func anyPolicy() throws {
        let any: [CertificateExtension] = [.certificatePolicies([.anyPolicy]), explicit]
        let leaf: [CertificateExtension] = [.certificatePolicies([Self.gold])]
        let found = try validation([any], leaf)
        #expect(found.isValid && found.authorityPolicies == [Self.gold])
        #expect(
            try validation([any], [.certificatePolicies([.anyPolicy])]).authorityPolicies
                == [.anyPolicy])
        #expect(
            try kinds([any + [.inhibitAnyPolicy(0)]], [.certificatePolicies([.anyPolicy])])
                == [.noValidPolicy])
        #expect(try kinds([any + [.inhibitAnyPolicy(0)]], leaf) == [])
        let inhibited = PathParameters(requiresExplicitPolicy: true, inhibitsAnyPolicy: true)
        #expect(try kinds([any], leaf, inhibited) == [.policyNotAccepted])
    }

    @Test("a mapped policy counts in the issuer's terms, until mapping is inhibited")
    func mapping() throws {
        let mapping = PolicyMapping(issuerPolicy: Self.gold, subjectPolicy: Self.bronze)
        let authority: [CertificateExtension] = [
            .certificatePolicies([Self.gold]), .policyMappings([mapping]), explicit,
        ]
        let found = try validation([authority], [.certificatePolicies([Self.bronze])])
        #expect(found.isValid && found.authorityPolicies == [Self.gold])
        #expect(
            try kinds([authority], [.certificatePolicies([Self.gold])]) == [.noValidPolicy])
        let inhibited = PathParameters(inhibitsPolicyMapping: true)
        #expect(
            try kinds([authority], [.certificatePolicies([Self.bronze])], inhibited)
                == [.noValidPolicy])
    }

    @Test("anyPolicy cannot be mapped")
    func mappedAny() throws {
        let mapping = PolicyMapping(issuerPolicy: .anyPolicy, subjectPolicy: Self.gold)
        #expect(
            try kinds([[.certificatePolicies([Self.gold]), .policyMappings([mapping])]], [])
                == [.malformedExtension(.policyMappings)])
    }

    @Test("faults of policies are the caller's constraints or the chain's own")
    func words() throws {
        let leaf: [CertificateExtension] = [.certificatePolicies([Self.silver])]
        let authority: [CertificateExtension] = [.certificatePolicies([Self.gold])]
        let own = try validation([authority + [explicit]], leaf).faults
        #expect(own.map(\.subIndication) == [.certificateChainGeneralFailure])
        let asked = try validation(
            [authority], leaf, PathParameters(requiresExplicitPolicy: true)
        ).faults
        #expect(asked.map(\.subIndication) == [.chainConstraintsFailure])
    }

    @Test("mappings of everything to everything, level after level, take no time")
    func explosion() throws {
        let policies = (1...8).compactMap { OID(dotted: "1.3.6.1.4.1.99999.11.\($0)") }
        let mappings = policies.flatMap { from in
            policies.map { PolicyMapping(issuerPolicy: from, subjectPolicy: $0) }
        }
        let level: [CertificateExtension] = [
            .certificatePolicies(policies), .policyMappings(mappings),
        ]
        let found = try validation(
            [[CertificateExtension]](repeating: level, count: 9),
            [.certificatePolicies([policies[0]])],
            PathParameters(initialPolicies: [policies[7]], requiresExplicitPolicy: true))
        #expect(found.isValid && found.userPolicies == [policies[7]])
    }
}
