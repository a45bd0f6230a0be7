// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON
import Trust

/// A path of a web server or client (x509-limbo): RFC 5280, names of peers, and in the `webpki`
/// cases the Baseline Requirements of the CA/Browser Forum.
struct WebCase {
    /// The cases' own grouping, which their origin makes part of each.
    enum Profile: String {
        case rfc5280, webpki, smime
        /// Paths as others made them, that follow no profile to the letter.
        case none
    }

    /// When cases without a time are judged.
    private static let defaultMoment = Date(timeIntervalSince1970: 1_750_000_000)

    let isForServers: Bool
    /// Whose demands on authorities the case follows, beyond path validation.
    let profile: Profile
    let anchors: TrustAnchors
    let intermediates: [Certificate]
    let peer: Certificate
    let moment: Date
    let lists: [RevocationList]
    let names: [PeerName]
    let purposes: [OID]
    let usages: [KeyUsage]
    let maximumDepth: Int?

    /// Nil when the peer's certificate cannot be read: then no path is valid.
    init?(_ value: JSONValue, _ row: Row) {
        func certificates(_ name: String) -> [Certificate] {
            Self.blocks(value[name]).compactMap { try? Certificate(der: $0) }
        }
        guard let peer = certificates("peer_certificate").first else { return nil }
        self.peer = peer
        moment = Self.time(value) ?? row.time ?? Self.defaultMoment
        isForServers = value["validation_kind"]?.string != "CLIENT"
        let group = value["id"]?.string?.components(separatedBy: "::").first ?? ""
        profile = Profile(rawValue: group) ?? .none
        anchors = TrustAnchors(certificates("trusted_certs"))
        intermediates = certificates("untrusted_intermediates")
        lists = Self.blocks(value["crls"]).compactMap { try? RevocationList(der: $0) }
        let single = value["expected_peer_name"].flatMap(PeerName.init)
        let several = value["expected_peer_names"]?.array ?? []
        names = [single].compactMap { $0 } + several.compactMap(PeerName.init)
        purposes = (value["extended_key_usage"]?.array ?? []).compactMap { item in
            switch item.string {
            case "serverAuth": OID.serverAuth
            case "clientAuth": .clientAuth
            case "timeStamping": .timeStamping
            case "OCSPSigning": .ocspSigning
            case "emailProtection": .emailProtection
            case "anyExtendedKeyUsage": .anyExtendedKeyUsage
            default: nil
            }
        }
        usages = (value["key_usage"]?.array ?? []).compactMap { item in
            switch item.string {
            case "digitalSignature": .digitalSignature
            case "contentCommitment": .contentCommitment
            case "keyEncipherment": .keyEncipherment
            case "dataEncipherment": .dataEncipherment
            case "keyAgreement": .keyAgreement
            case "keyCertSign": .keyCertSign
            case "cRLSign": .cRLSign
            default: nil
            }
        }
        maximumDepth = value["max_chain_depth"]?.int
    }

    /// Whole seconds: certificates know no others (RFC 5280, 4.1.2.5).
    private static func time(_ value: JSONValue) -> Date? {
        guard let text = value["validation_time"]?.string else { return nil }
        let whole = text.replacing(/\.[0-9]+/, with: "")
        return try? Date(whole, strategy: .iso8601)
    }

    /// Whether a key of the case is of an algorithm that is not computed.
    var hasUncomputedKey: Bool {
        ([peer] + intermediates + anchors.certificates).contains {
            if case .unsupported = $0.publicKey.kind { true } else { false }
        }
    }

    private static func blocks(_ value: JSONValue?) -> [[UInt8]] {
        let texts = value?.array?.compactMap(\.string) ?? [value?.string].compactMap { $0 }
        return texts.flatMap { PEM.blocks(in: $0).map(\.der) }
    }

    /// Why no chain holds; empty when one does.
    var refusal: String { refusals().joined(separator: "; ") }

    /// The reasons of the chain that comes nearest.
    private func refusals() -> [String] {
        let peerRefusals = names.filter { !$0.isOf(peer) }.map { "the peer is not \($0)" }
        if !peerRefusals.isEmpty { return peerRefusals }
        let memory = VerificationMemory()
        var nearest: [String]?
        for chain in anchors.chains(from: peer, through: intermediates, memory: memory) {
            let found = refusals(of: chain, memory)
            if found.isEmpty { return [] }
            if found.count < nearest?.count ?? .max { nearest = found }
        }
        return nearest ?? ["no chain"]
    }

    private func refusals(of chain: CertificateChain, _ memory: VerificationMemory) -> [String] {
        let faults = chain.faults(at: moment, for: .any, memory: memory)
        var refusals = faults.map(\.sentence)
        refusals += requirements
        let depth = chain.intermediates.filter { !$0.isSelfIssued }.count
        if let maximumDepth, depth > maximumDepth { refusals.append("too many intermediates") }
        if !chain.anchor.isInValidityPeriod(at: moment) {
            refusals.append("the anchor is out of validity")
        }
        if profile != .none {
            refusals += CertificateProfile(chain, isForum: profile == .webpki).refusals
        }
        if profile == .webpki { refusals += ForumProfile(chain).refusals }
        if profile == .smime { refusals += MailProfile(chain).refusals }
        return refusals + revocationRefusals(chain)
    }

    /// Key usages and purposes that the case asks for; an absent extension allows everything.
    private var requirements: [String] {
        var refusals: [String] = []
        if let usage = peer.extensions.keyUsage, !usages.allSatisfy(usage.contains) {
            refusals.append("a key usage that is asked for is missing")
        }
        let wanted = purposes.isEmpty ? [isForServers ? .serverAuth : .clientAuth] : purposes
        if let named = peer.extensions.extendedKeyUsage, !named.contains(.anyExtendedKeyUsage),
            !wanted.allSatisfy(named.contains)
        {
            refusals.append("a key purpose that is asked for is missing")
        }
        return refusals
    }
}
