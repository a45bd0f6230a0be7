// SPDX-License-Identifier: Apache-2.0

import JSON
import Keys
import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Why a stored PKI cannot be read.
package enum PKIStorageError: Error, Hashable {
    /// A file is missing or unreadable; its name follows.
    case damaged(String)
}

extension CertificateAuthority {
    /// The parties that are kept, by file name.
    private var parties: [(String, PKIParty)] {
        [("root", root), ("issuing", issuing)]
            + Array(zip(Self.responderNames, responders))
            + Array(zip(Self.timeStampingUnitNames, timeStampingUnits))
    }

    private static let responderNames = ["ocsp", "ocsp2"]
    private static let timeStampingUnitNames = ["tsa", "tsa2"]

    /// Bounds of one stored file, in bytes.
    private static let fileSizeInBytes = 64 << 20

    /// Writes keys, certificates and the register; each file is there in full or not at all.
    ///
    /// Keys lie in clear: the sandbox is worth nothing and says so.
    package func save(to directory: String) throws {
        try DurableFile.makeDirectory(directory)
        for (name, party) in parties {
            let key = PEM.text(label: "PRIVATE KEY", der: party.key.pkcs8)
            try DurableFile.write(Array(key.utf8), to: "\(directory)/\(name).key")
            try DurableFile.write(
                Array(party.certificate.pem.utf8), to: "\(directory)/\(name).pem")
        }
        try saveRegister(to: directory)
    }

    /// Writes the register alone: all that enrolment and revocation change.
    package func saveRegister(to directory: String) throws {
        let entries = issued.values
            .sorted {
                $0.certificate.serialNumber.octets.lexicographicallyPrecedes(
                    $1.certificate.serialNumber.octets)
            }
            .map { entry -> JSONValue in
                var members = [
                    JSONMember(
                        "certificate", .string(Data(entry.certificate.der).base64EncodedString())),
                    JSONMember("profile", .string(entry.profile)),
                ]
                if let date = entry.revokedAt {
                    members.append(JSONMember("revokedAt", .int(Int(date.timeIntervalSince1970))))
                }
                if let reason = entry.reason {
                    members.append(JSONMember("reason", .int(reason.rawValue)))
                }
                return .object(members)
            }
        let value: JSONValue = [
            "base": .string(addresses.base), "issued": .array(entries),
        ]
        try DurableFile.write(value.serialized(.pretty), to: "\(directory)/register.json")
    }

    /// Reads a PKI; nil if the directory holds none.
    package init?(loadingFrom directory: String) throws {
        func file(_ name: String) throws -> [UInt8] {
            let path = "\(directory)/\(name)"
            guard let bytes = try DurableFile.read(path, limit: Self.fileSizeInBytes) else {
                throw PKIStorageError.damaged(name)
            }
            return bytes
        }
        func party(_ name: String, above: [Certificate]) throws -> PKIParty {
            let text = String(decoding: try file("\(name).key"), as: UTF8.self)
            guard let block = PEM.blocks(in: text).first,
                let key = try? SoftwareKey(pkcs8: block.der),
                let certificate = try? Certificate.certificates(in: file("\(name).pem")).first,
                certificate.publicKey == key.publicKey
            else { throw PKIStorageError.damaged(name) }
            return PKIParty(key, chain: [certificate] + above)
        }
        guard DurableFile.exists("\(directory)/register.json") else { return nil }
        let (base, issued) = try Self.register(try file("register.json"))
        let root = try party("root", above: [])
        let issuing = try party("issuing", above: root.chain)
        // A PKI that was founded with one of a kind has no files of the second.
        func services(_ names: [String]) throws -> [PKIParty] {
            try names.filter { $0 == names[0] || DurableFile.exists("\(directory)/\($0).key") }
                .map { try party($0, above: issuing.chain) }
        }
        self.init(
            addresses: PKIAddresses(base: base), root: root, issuing: issuing,
            responders: try services(Self.responderNames),
            timeStampingUnits: try services(Self.timeStampingUnitNames), issued: issued)
    }

    private static func register(
        _ bytes: [UInt8]
    ) throws -> (base: String, issued: [SerialNumber: IssuedCertificate]) {
        do {
            let root = JSONReader(try JSONDocument(parsing: bytes).root)
            var issued: [SerialNumber: IssuedCertificate] = [:]
            for item in try root.member("issued").elements() {
                let der = Data(base64Encoded: try item.member("certificate").string()) ?? Data()
                var entry = IssuedCertificate(
                    certificate: try Certificate(der: Array(der)),
                    profile: try item.member("profile").string())
                let seconds = try item.optional("revokedAt")?.int()
                entry.revokedAt = seconds.map { Date(timeIntervalSince1970: Double($0)) }
                let reason = try item.optional("reason")?.int()
                entry.reason = reason.flatMap(RevocationReason.init(rawValue:))
                issued[entry.certificate.serialNumber] = entry
            }
            return (try root.member("base").string(), issued)
        } catch {
            throw PKIStorageError.damaged("register.json")
        }
    }
}
