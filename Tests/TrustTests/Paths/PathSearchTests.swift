// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Trust

@Suite("Search for paths")
struct PathSearchTests {
    private let pki = TestPKI.shared
    private let authority: [CertificateExtension] = [
        .basicConstraints(BasicConstraints(isAuthority: true)), .keyUsage(.keyCertSign),
    ]

    /// A certificate over `subject`'s name and key by another authority.
    private func cross(
        _ subject: TestIdentity, by issuer: TestIdentity, serial: UInt8
    ) throws -> Certificate {
        try TestPKI.issue(
            subject.certificate.subject, serial: serial, key: subject.key, by: issuer,
            extensions: authority
        ).certificate
    }

    @Test("authorities that certify each other in all directions end in few chains")
    func mesh() throws {
        let authorities = try (0..<12).map { number in
            try pki.issue(
                commonName: "Mesh \(number)", serial: 130, by: pki.root, extensions: authority)
        }
        var candidates: [Certificate] = []
        for (index, subject) in authorities.enumerated() {
            for issuer in authorities where issuer.certificate != subject.certificate {
                candidates.append(try cross(subject, by: issuer, serial: UInt8(140 + index)))
            }
        }
        let leaf = try pki.issue(
            commonName: "Mesh leaf", serial: 131, by: authorities[0], extensions: [])
        #expect(pki.anchors.chains(from: leaf.certificate, through: candidates).isEmpty)
        let entry = authorities[11].certificate
        let found = pki.anchors.chains(from: leaf.certificate, through: candidates + [entry])
        #expect(!found.isEmpty && found.count <= 32)
        let best = try #require(found.first)
        #expect(best.faults(at: TestPKI.clock, for: .any) == [])
    }

    @Test("the way through a cross certificate is found when the short one is missing")
    func crossCertificate() throws {
        let other = try TestPKI()
        let foreign = try TestPKI.issue(
            DistinguishedName([(.commonName, "Foreign root")]), serial: 150,
            key: .p256(named: "foreign root"), by: other.root, extensions: authority)
        let crossed = try cross(foreign, by: pki.root, serial: 151)
        let leaf = try pki.issue(
            commonName: "Foreign leaf", serial: 152, by: foreign, extensions: [])
        let chains = pki.anchors.chains(
            from: leaf.certificate, through: [crossed, foreign.certificate])
        #expect(chains.contains { $0.certificates[1] == crossed })
        #expect(chains.contains { $0.faults(at: TestPKI.clock, for: .any).isEmpty })
    }

    @Test("too many names for the constraints above are refused, not compared")
    func nameConstraints() throws {
        let bases = (0..<600).map { GeneralName.dns("a\($0).example") }
        let trees = DERValue.sequence(bases.map { .sequence($0.der) })
        let constraints = CertificateExtension(
            .nameConstraints, isCritical: true, value: .sequence(.implicit(0, trees)))
        let above = try pki.issue(
            commonName: "Constrained", serial: 153, by: pki.root,
            extensions: authority + [constraints])
        for (count, kinds) in [(300, [PathFault.Kind]()), (600, [.tooManyNameConstraints])] {
            let names = bases.prefix(count).map(\.self)
            let leaf = try pki.issue(
                commonName: "Many", serial: 154, by: above,
                extensions: [.subjectAlternativeName(names)])
            let chain = try #require(
                pki.anchors.chains(from: leaf.certificate, through: leaf.chain).first)
            #expect(chain.faults(at: TestPKI.clock, for: .any).map(\.kind) == kinds)
        }
    }

    @Test("a wildcard meets an excluded name that it stands for")
    func wildcards() throws {
        let leaf = try pki.issue(
            commonName: "Wildcard", serial: 155,
            extensions: [.subjectAlternativeName([.dns("*.example.lu")])]
        ).certificate
        for (base, isRefused) in [
            ("bar.example.lu", true), ("example.lu", true), ("x.bar.example.lu", false),
            ("other.lu", false), (".example.lu", true),
        ] {
            let constraints = NameConstraints(permitted: [], excluded: [.dns(base)])
            #expect(!constraints.refusals(of: leaf).isEmpty == isRefused, "\(base)")
        }
    }
}
