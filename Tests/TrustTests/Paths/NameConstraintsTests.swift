// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Trust

@Suite("Name constraints (RFC 5280, 4.2.1.10)")
struct NameConstraintsTests {
    private static let company = DistinguishedName([
        (.countryName, "LU"), (.organizationName, "Open eConnector tests"),
    ])
    private static let stranger = DistinguishedName([(.countryName, "FR")])

    private func certificate(_ names: [GeneralName]) throws -> Certificate {
        try TestPKI.shared.issue(
            commonName: "Constrained", serial: 70, extensions: [.subjectAlternativeName(names)]
        ).certificate
    }

    private static let cases: [(GeneralName, GeneralName, Bool)] = [
        (.dns("a.example.lu"), .dns("example.lu"), true),
        (.dns("example.lu"), .dns("example.lu"), true),
        (.dns("badexample.lu"), .dns("example.lu"), false),
        (.dns("A.EXAMPLE.lu"), .dns("example.LU"), true),
        (.email("x@example.lu"), .email("example.lu"), true),
        (.email("x@a.example.lu"), .email("example.lu"), false),
        (.email("x@a.example.lu"), .email(".example.lu"), true),
        (.email("x@example.lu"), .email("x@example.lu"), true),
        (.email("y@example.lu"), .email("x@example.lu"), false),
        (.uri("https://a.example.lu:8443/x"), .uri(".example.lu"), true),
        (.uri("https://example.lu/x"), .uri("example.lu"), true),
        (.uri("https://evil.test/example.lu"), .uri("example.lu"), false),
        (.ip([10, 1, 2, 3]), .ip([10, 1, 0, 0, 255, 255, 0, 0]), true),
        (.ip([10, 2, 2, 3]), .ip([10, 1, 0, 0, 255, 255, 0, 0]), false),
        (.directory(company), .directory(company), true),
        (.directory(stranger), .directory(company), false),
    ]

    @Test(
        "a permitted subtree allows what lies in it, an excluded one forbids it", arguments: cases)
    func subtrees(_ name: GeneralName, _ base: GeneralName, _ isWithin: Bool) throws {
        let certificate = try certificate([name])
        let permitted = NameConstraints(permitted: [base], excluded: [])
        let excluded = NameConstraints(permitted: [], excluded: [base])
        #expect(!permitted.refusals(of: certificate).contains(name) == isWithin)
        #expect(excluded.refusals(of: certificate).contains(name) == isWithin)
    }

    @Test("a URI without a host can never be within")
    func addresses() throws {
        let name = GeneralName.uri("https://[::1]/")
        let certificate = try certificate([name])
        let base = GeneralName.uri("example.lu")
        #expect(
            NameConstraints(permitted: [base], excluded: []).refusals(of: certificate) == [name])
        #expect(
            NameConstraints(permitted: [], excluded: [base]).refusals(of: certificate) == [name])
    }

    @Test("constraints of an authority bind what lies below")
    func chain() throws {
        let pki = TestPKI.shared
        let tree = DERValue.sequence(GeneralName.directory(Self.stranger).der)
        let constraints = CertificateExtension(
            .nameConstraints, isCritical: true, value: .sequence(.implicit(0, .sequence(tree))))
        let authority = try pki.issue(
            commonName: "Constrained CA", serial: 71, by: pki.root,
            extensions: [
                .basicConstraints(BasicConstraints(isAuthority: true)), .keyUsage(.keyCertSign),
                constraints,
            ])
        let leaf = try pki.issue(commonName: "Leaf", serial: 72, by: authority, extensions: [])
        let chain = try #require(
            pki.anchors.chains(from: leaf.certificate, through: leaf.chain).first)
        #expect(chain.faults(at: TestPKI.clock, for: .any).map(\.kind) == [.nameNotPermitted])
    }
}
