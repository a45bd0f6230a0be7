// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import HTTPTypes
import JSON
import NationalAPI
import Trust

/// `STATE/sandbox.json`: where the sandbox's services listen and whom to trust.
struct SandboxAddresses {
    var exchange: String
    var pki: String
    var admin: String
    /// Common name of the certificate with which the platform signs.
    var platform: String
    /// Common name of the certificate with which the identity provider signs.
    var identityProvider: String
    var anchors: [Certificate]
    /// Besides the first time-stamp authority, in order.
    var otherAuthorities: [TimestampAuthority] = []
    /// Who may sign the trusted list; without any, no list is consulted.
    var listSigners: [Certificate]

    var services: ServiceAddresses {
        ServiceAddresses(
            environment: .sandbox, exchange: exchange, timestampAuthority: "\(pki)/tsa",
            otherAuthorities: otherAuthorities, platform: platform,
            identityProvider: identityProvider, anchors: anchors,
            allowedHosts: [String(pki.drop { $0 != "/" }.drop { $0 == "/" })],
            trustedList: listSigners.isEmpty ? nil : "\(pki)/trusted-list.xml",
            listSigners: listSigners)
    }

    init(
        exchange: String, pki: String, admin: String, platform: String,
        identityProvider: String, anchors: [Certificate], listSigners: [Certificate]
    ) {
        (self.exchange, self.pki, self.admin) = (exchange, pki, admin)
        (self.platform, self.identityProvider) = (platform, identityProvider)
        (self.anchors, self.listSigners) = (anchors, listSigners)
    }

    init(file: String) throws {
        guard FileManager.default.fileExists(atPath: file) else {
            throw CommandFailure(
                .unavailable,
                "\(file) does not exist; start `econnector sandbox` first, or name its state with --sandbox DIR"
            )
        }
        do {
            let reader = JSONReader(try JSONDocument(parsing: Terminal.read(file)).root)
            exchange = try reader.member("exchange").string()
            pki = try reader.member("pki").string()
            admin = try reader.member("admin").string()
            platform = try reader.member("platform").string()
            identityProvider = try reader.optional("identityProvider")?.string() ?? ""
            anchors = try Certificate.certificates(
                in: Array(reader.member("anchors").string().utf8))
            otherAuthorities = try Self.otherAuthorities(reader)
            listSigners =
                try reader.optional("listSigners").map {
                    try Certificate.certificates(in: Array($0.string().utf8))
                } ?? []
        } catch let error as CommandFailure {
            throw error
        } catch {
            throw CommandFailure(.unreadableInput, "\(file): \(error)")
        }
    }

    /// Addresses, or objects that say how much was agreed on: `{"url", "perMinute"?, "perDay"?}`.
    private static func otherAuthorities(
        _ file: JSONReader
    ) throws -> [TimestampAuthority] {
        let list = try file.optional("timestampAuthorities")?.elements() ?? []
        return try list.dropFirst().map { entry in
            if let url = try? entry.string() { return TimestampAuthority(url: url) }
            return TimestampAuthority(
                url: try entry.member("url").string(),
                perMinute: try entry.optional("perMinute")?.int(in: 1...1_000_000),
                perDay: try entry.optional("perDay")?.int(in: 1...1_000_000_000))
        }
    }

    var json: JSONValue {
        [
            "exchange": .init(.string(exchange)), "pki": .init(.string(pki)),
            "timestampAuthorities": [.string("\(pki)/tsa"), .string("\(pki)/tsa2")],
            "ocspResponders": [.string("\(pki)/ocsp"), .string("\(pki)/ocsp2")],
            "admin": .init(.string(admin)), "platform": .init(.string(platform)),
            "identityProvider": .string(identityProvider),
            "anchors": .init(.string(anchors.map(\.pem).joined())),
            "listSigners": .init(.string(listSigners.map(\.pem).joined())),
        ]
    }
}

/// `STATE/connector.json` and `STATE/client-secret`: how programs find the running connector.
struct ConnectorAddress {
    var url: String
    var secret: String

    init(url: String, secret: String) { (self.url, self.secret) = (url, secret) }

    init(state: String) throws {
        let file = "\(state)/connector.json"
        guard FileManager.default.fileExists(atPath: file) else {
            throw CommandFailure(
                .unavailable,
                "no connector runs here (\(file) does not exist); start `econnector serve`")
        }
        do {
            url = try JSONReader(try JSONDocument(parsing: Terminal.read(file)).root).member("url")
                .string()
        } catch {
            throw CommandFailure(.unreadableInput, "\(file): \(error)")
        }
        secret = String(decoding: try Terminal.read("\(state)/client-secret"), as: UTF8.self)
    }
}
