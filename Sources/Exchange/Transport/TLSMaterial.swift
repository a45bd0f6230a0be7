// SPDX-License-Identifier: Apache-2.0
import NIOSSL

/// A certificate chain (leaf first) with its private key, all DER; the key is PKCS#8.
package struct TLSIdentity: Sendable {
    package var chain: [[UInt8]]
    package var privateKey: [UInt8]

    package init(chain: [[UInt8]], privateKey: [UInt8]) {
        (self.chain, self.privateKey) = (chain, privateKey)
    }

    var certificateSources: [NIOSSLCertificateSource] {
        get throws {
            try chain.map { .certificate(try NIOSSLCertificate(bytes: $0, format: .der)) }
        }
    }

    var keySource: NIOSSLPrivateKeySource {
        get throws { .privateKey(try NIOSSLPrivateKey(bytes: privateKey, format: .der)) }
    }
}

/// What a server shows, and whose client certificates it accepts; none asked for when empty.
package struct ServerTLS: Sendable {
    package var identity: TLSIdentity
    package var clientAnchors: [[UInt8]]

    package init(identity: TLSIdentity, clientAnchors: [[UInt8]] = []) {
        (self.identity, self.clientAnchors) = (identity, clientAnchors)
    }

    func configuration() throws(TransportError) -> TLSConfiguration {
        do {
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: try identity.certificateSources,
                privateKey: try identity.keySource)
            configuration.minimumTLSVersion = .tlsv12
            if !clientAnchors.isEmpty {
                configuration.trustRoots = try anchors(clientAnchors)
                configuration.certificateVerification = .noHostnameVerification
            }
            return configuration
        } catch {
            throw .tlsMaterial(reason: "\(error)")
        }
    }
}

/// Whom a client trusts, and what it shows (GW-04: full chain and host name, explicit anchors).
package struct ClientTLS: Sendable {
    /// `nil` trusts whom this machine trusts.
    package var anchors: [[UInt8]]?
    package var identity: TLSIdentity?

    package init(anchors: [[UInt8]], identity: TLSIdentity? = nil) {
        (self.anchors, self.identity) = (anchors, identity)
    }

    /// For addresses that the user has named himself, anywhere: webhooks. Never for the national side.
    package static var publicWeb: ClientTLS {
        var tls = ClientTLS(anchors: [])
        tls.anchors = nil
        return tls
    }

    func configuration() throws(TransportError) -> TLSConfiguration {
        do {
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.minimumTLSVersion = .tlsv12
            configuration.certificateVerification = .fullVerification
            configuration.trustRoots = try anchors.map(Transport.anchors) ?? .default
            if let identity {
                configuration.certificateChain = try identity.certificateSources
                configuration.privateKey = try identity.keySource
            }
            return configuration
        } catch {
            throw .tlsMaterial(reason: "\(error)")
        }
    }
}

private func anchors(_ list: [[UInt8]]) throws -> NIOSSLTrustRoots {
    .certificates(try list.map { try NIOSSLCertificate(bytes: $0, format: .der) })
}
