// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPTypes
import Keys
import Transport
import Trust

/// Makes the two keys of a provider, or of a delegate, and fetches their certificates from the sandbox's "MyCert".
struct Enrolment {
    var store: KeyStore
    var addresses: SandboxAddresses
    var person: Person

    /// Whom the register knows under which number.
    enum Person {
        /// By provider code.
        case provider(String)
        /// A délégué autorisé, by eHealth ID.
        case delegate(String)

        var number: String {
            switch self {
            case .provider(let code): code
            case .delegate(let eHealthID): eHealthID
            }
        }

        fileprivate var query: String {
            switch self {
            case .provider(let code): "provider=\(code)"
            case .delegate(let eHealthID): "delegate=\(eHealthID)"
            }
        }
    }

    static let signing = "signing"
    static let authentication = "authentication"

    /// Notes beside the keys whose they are; sessions are opened for this code.
    static func note(provider: String, delegate: String? = nil, in state: String) throws {
        try Installation.writePrivate(Array((delegate ?? "").utf8), to: "\(state)/delegate")
        try Installation.writePrivate(Array(provider.utf8), to: "\(state)/provider")
    }

    static func provider(in state: String) throws -> String? { try noted("provider", in: state) }

    /// eHealth ID of whose the keys are when he is a delegate: no provider code is his own.
    static func delegate(in state: String) throws -> String? {
        try noted("delegate", in: state).flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func noted(_ name: String, in state: String) throws -> String? {
        let file = "\(state)/\(name)"
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        return String(decoding: try Terminal.read(file, limit: 100), as: UTF8.self)
    }

    /// An enrolment that was cut off goes on: a key that it made is certified, one that it certified
    /// is taken as it is.
    ///
    /// - Parameter isResumed: Whether keys that are there may be those of an enrolment cut off.
    /// - Returns: The key, open, with its chain.
    func enrol(
        _ name: String, purpose: KeyPurpose, kind: SoftwareKeyKind, passphrase: SecretBytes,
        isResumed: Bool = false
    ) async throws -> SoftwareKey {
        do {
            let isThere = try isResumed && store.list().contains { $0.name == name }
            var key =
                isThere
                ? try store.unlock(name, passphrase: passphrase, now: Date())
                : try store.create(
                    name: name, kind: kind, purpose: purpose, passphrase: passphrase, now: Date())
            guard key.certificateChain.isEmpty else { return key }
            let request = try key.certificationRequest(
                subject: DistinguishedName([(.commonName, person.number)]))
            let profile = purpose == .signing ? "qualified-signature" : "authentication"
            let chain = try await fetch(request.der, profile: profile)
            let acceptance = CertificateAcceptance(
                trust: TrustPolicy(anchors: TrustAnchors(addresses.anchors)))
            try store.add(
                chain, toKeyNamed: name, publicKey: key.publicKey, acceptance: acceptance,
                now: Date())
            key.certificateChain = chain
            return key
        } catch let error as KeyStoreError {
            throw CommandFailure(.refused, "key \(name): \(error)")
        }
    }

    private func fetch(_ request: [UInt8], profile: String) async throws -> [Certificate] {
        let sender = try HTTPSender()
        do {
            let chain = try await fetch(request, profile: profile, through: sender)
            await sender.shutDown()
            return chain
        } catch {
            await sender.shutDown()
            throw error
        }
    }

    private func fetch(
        _ request: [UInt8], profile: String, through sender: HTTPSender
    ) async throws -> [Certificate] {
        let separator = addresses.pki.firstRange(of: "://")
        let authority = separator.map { String(addresses.pki[$0.upperBound...]) }
        var message = HTTPRequest(
            method: .post, scheme: "http", authority: authority,
            path: "/enrol?\(person.query)&profile=\(profile)")
        message.headerFields[.contentType] = "application/pkcs10"
        do {
            let (response, body) = try await sender.send(message, body: request)
            guard response.status == .ok else {
                throw CommandFailure(
                    .refused,
                    "the sandbox issues no certificate: \(String(decoding: body, as: UTF8.self))")
            }
            return try Certificate.certificates(in: body)
        } catch let error as TransportError {
            throw CommandFailure(.unavailable, "enrolment: \(error)")
        }
    }
}
