// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Trust
import Validation

@testable import Sandbox

private let schemaFolder =
    ProcessInfo.processInfo.environment["CORPORA"].map { "\($0)/schemas" }
    ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("shared/corpora/schemas").path

@Suite("The sandbox's own trusted list")
struct PublishedTrustedListTests {
    private func service(_ directory: String? = nil) throws -> PKIService {
        try PKIService(
            directory: directory, addresses: addresses, now: { clock },
            generator: SeededGenerator(state: 7))
    }

    @Test("its signature verifies, and it names the authorities with their status")
    func content() async throws {
        let pki = try service()
        let list = try TrustedList(
            await pki.trustedList(), signedByOneOf: [pki.schemeOperator.certificate],
            crypto: .ts119312, now: clock)
        let authority = await pki.authority
        #expect(list.version == 6 && list.territory == "LU" && list.kind == .national)
        #expect(
            list.services.map { $0.periods[0].type } == [
                TrustedListName.qualifiedCertificates, TrustedListName.qualifiedTimestamps,
                TrustedListName.qualifiedTimestamps,
            ])
        #expect(
            list.services.map { $0.periods[0].identities[0] }
                == ([authority.issuing] + authority.timeStampingUnits).map {
                    .certificate($0.certificate)
                })
        #expect(list.services[0].periods[0].additions == [TrustedListName.forSignatures])
        let life = try #require(list.nextUpdate).timeIntervalSince(list.issued)
        #expect(list.issued <= clock && life > 0 && life <= 183 * 86_400)
        #expect(list.services.allSatisfy { $0.provider.contains("not official") })
    }

    @Test("its operator's certificate is as TS 119 612, 5.7.1 wants it")
    func signer() throws {
        let certificate = try service().schemeOperator.certificate
        #expect(certificate.subject[.countryName] == "LU" && certificate.isSelfIssued)
        #expect(certificate.extensions.extendedKeyUsage == ["0.4.0.2231.3.0"])
        #expect(certificate.extensions.keyUsage == .digitalSignature)
        #expect(certificate.extensions.basicConstraints?.isAuthority == false)
    }

    @Test("a withdrawal is history afterwards, under a new sequence number")
    func withdrawal() async throws {
        let pki = try service()
        let before = try await pki.trustedLists().lists[0]
        await pki.setTimestampService(isGranted: false)
        let after = try await pki.trustedLists().lists[0]
        #expect(after.sequenceNumber > before.sequenceNumber)
        #expect(
            after.services[1].periods.map(\.status)
                == [TrustedListName.withdrawn, TrustedListName.granted])
    }

    @Test("the operator's key is kept with the PKI's")
    func restart() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/list-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (first, second) = (try service(folder), try service(folder))
        #expect(first.schemeOperator.certificate == second.schemeOperator.certificate)
    }

    @Test(
        "it is valid against the schema of TS 119 612",
        .enabled(if: FileManager.default.fileExists(atPath: schemaFolder)))
    func schema() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "tsl-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let pki = try service()
        await pki.setTimestampService(isGranted: false)
        try Data(try await pki.trustedList()).write(to: folder.appendingPathComponent("tl.xml"))
        try Self.schemaText.write(
            to: folder.appendingPathComponent("tl.xsd"), atomically: true, encoding: .utf8)
        try Self.catalog.write(
            to: folder.appendingPathComponent("catalog.xml"), atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "xmllint", "--nonet", "--noout", "--schema", "tl.xsd", "tl.xml",
        ]
        process.currentDirectoryURL = folder
        process.environment = [
            "PATH": "/usr/bin:/bin:/usr/local/bin",
            "XML_CATALOG_FILES": folder.appendingPathComponent("catalog.xml").path,
        ]
        let pipe = Pipe()
        process.standardError = pipe
        try process.run()
        let said = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(
            process.terminationStatus == 0, Comment(rawValue: String(decoding: said, as: UTF8.self))
        )
    }

    /// The schemas of the list and of what may stand in it, by their files.
    private static let schemaText = """
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
        <xs:import namespace="http://uri.etsi.org/02231/v2#" schemaLocation="file://\(schemaFolder)/ts_119612v020401_xsd.xsd"/>
        <xs:import namespace="http://uri.etsi.org/01903/v1.3.2#" schemaLocation="file://\(schemaFolder)/XAdES01903v132-202407.xsd"/>
        </xs:schema>
        """

    /// Where the schemas find each other, whatever edition of an address they name.
    private static let catalog: String = {
        let names = [
            "http://www.w3.org/2001/xml.xsd": "xml.xsd",
            "http://www.w3.org/TR/2008/REC-xmldsig-core-20080610/xmldsig-core-schema.xsd":
                "xmldsig-core-schema.xsd",
            "http://www.w3.org/TR/2002/REC-xmldsig-core-20020212/xmldsig-core-schema.xsd":
                "xmldsig-core-schema.xsd",
        ]
        let entries = names.map { address, file in
            "<system systemId=\"\(address)\" uri=\"file://\(schemaFolder)/\(file)\"/><uri name=\"\(address)\" uri=\"file://\(schemaFolder)/\(file)\"/>"
        }
        return
            "<catalog xmlns=\"urn:oasis:names:tc:entity:xmlns:xml:catalog\">\(entries.joined())</catalog>"
    }()
}
