// SPDX-License-Identifier: Apache-2.0

import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A PKCS #12 file with one private key (RFC 7292), as a certification portal may hand it out.
///
/// Taken over only when protected with PBES2 and AES; older protection is refused by its name
/// (4.1). Whoever made the file has had the key: say so to its owner (KC-30).
package struct PKCS12File {
    private let content: [UInt8]
    private let integrity: PasswordIntegrity?

    package init(parsing bytes: [UInt8]) throws(PKCS12Error) {
        let parts = try BERElement(parsing: bytes).sequence(least: 2)
        guard try parts[0].integer() == 3 else { throw .notPKCS12 }
        let (type, content) = try Self.contentInfo(parts[1])
        guard type == Self.data else { throw .unsupported("a public key") }
        self.content = try content.octets()
        integrity = try parts.dropFirst(2).first.map { element throws(PKCS12Error) in
            try PasswordIntegrity(element)
        }
    }

    /// The key with its certificate and those above it, as far as they are in the file.
    package func open(passphrase: SecretBytes) throws(PKCS12Error) -> SoftwareKey {
        // The names of what is not accepted come before any doubt about the passphrase.
        let parts = try BERElement(parsing: content).sequence().map { part throws(PKCS12Error) in
            try Part(part)
        }
        let iterations = parts.reduce(integrity?.iterations ?? 0) { $0 + $1.iterations }
        guard iterations <= Limits.pkcs12Iterations else { throw .tooCostly }
        if let integrity, !integrity.holds(over: content, passphrase: passphrase) {
            throw .wrongPassphrase
        }
        var bags = Bags()
        for part in parts { try bags.read(part.bags(passphrase), passphrase) }
        return try bags.key()
    }

    static let data = "1.2.840.113549.1.7.1"

    static func contentInfo(
        _ element: BERElement
    ) throws(PKCS12Error) -> (type: String, content: BERElement) {
        let parts = try element.sequence(least: 2)
        return (try parts[0].objectIdentifier(), try parts[1].unwrapped())
    }

    /// One ContentInfo of the AuthenticatedSafe: bags in the clear, or encrypted together.
    private struct Part {
        private let bytes: [UInt8]
        private let encryption: PasswordEncryption?

        init(_ element: BERElement) throws(PKCS12Error) {
            let (type, content) = try PKCS12File.contentInfo(element)
            switch type {
            case PKCS12File.data: (bytes, encryption) = (try content.octets(), nil)
            case "1.2.840.113549.1.7.6":
                let information = try content.sequence(least: 2)[1].sequence(least: 3)
                encryption = try PasswordEncryption(information[1])
                bytes = try information[2].implicitOctets()
            default: throw .unsupported("a public key")
            }
        }

        /// Those of the part and of the keys that lie open in it.
        var iterations: Int { encryption?.iterations ?? 0 }

        func bags(_ passphrase: SecretBytes) throws(PKCS12Error) -> [BERElement] {
            guard let encryption else { return try BERElement(parsing: bytes).sequence() }
            let opened = Array(try encryption.decrypt(bytes, passphrase: passphrase))
            return try BERElement(parsing: opened).sequence()
        }
    }
}

/// What lies in the bags of a PKCS #12 file.
private struct Bags {
    private var keys: [SoftwareKey] = []
    private var certificates: [Certificate] = []
    private var count = 0
    private var iterations = 0

    mutating func read(
        _ bags: [BERElement], _ passphrase: SecretBytes
    ) throws(PKCS12Error) {
        for bag in bags {
            count += 1
            guard count <= Limits.pkcs12Bags else { throw .tooCostly }
            let parts = try bag.sequence(least: 2)
            let value = try parts[1].unwrapped()
            switch try parts[0].objectIdentifier() {
            case "1.2.840.113549.1.12.10.1.1": throw .unsupported("nothing (a key in the clear)")
            case "1.2.840.113549.1.12.10.1.2": try readKey(value, passphrase)
            case "1.2.840.113549.1.12.10.1.3": try readCertificate(value)
            case "1.2.840.113549.1.12.10.1.6": try read(value.sequence(), passphrase)
            // Lists and other secrets are nothing to a signer.
            default: break
            }
        }
    }

    private mutating func readKey(
        _ element: BERElement, _ passphrase: SecretBytes
    ) throws(PKCS12Error) {
        let parts = try element.sequence(least: 2)
        let encryption = try PasswordEncryption(parts[0])
        iterations += encryption.iterations
        guard iterations <= Limits.pkcs12Iterations else { throw .tooCostly }
        var opened = try encryption.decrypt(parts[1].octets(), passphrase: passphrase)
        defer { opened.withUnsafeMutableBytes { SecretBytes.wipe($0) } }
        var bytes = Array(opened)
        defer { bytes.withUnsafeMutableBytes { SecretBytes.wipe($0) } }
        guard let key = try? SoftwareKey(pkcs8: bytes) else { throw .unsupportedKey }
        keys.append(key)
    }

    private mutating func readCertificate(_ element: BERElement) throws(PKCS12Error) {
        let parts = try element.sequence(least: 2)
        guard try parts[0].objectIdentifier() == "1.2.840.113549.1.9.22.1" else { return }
        // A certificate that we cannot read is not the signer's, or it is missed below.
        guard let found = try? Certificate(der: parts[1].unwrapped().octets()) else { return }
        certificates.append(found)
    }

    /// The one key, with its chain.
    func key() throws(PKCS12Error) -> SoftwareKey {
        guard var key = keys.first else { throw .noKey }
        guard keys.count == 1 else { throw .severalKeys }
        guard let own = certificates.first(where: { $0.publicKey == key.publicKey }) else {
            throw .noCertificate
        }
        key.certificateChain = own.chain(in: certificates)
        return key
    }
}

extension Certificate {
    /// This certificate, then its issuers as far as they are among `others`.
    func chain(in others: [Certificate]) -> [Certificate] {
        var chain = [self]
        while let last = chain.last, !last.isSelfIssued,
            let issuer = others.first(where: { $0.subject == last.issuer && !chain.contains($0) })
        {
            chain.append(issuer)
        }
        return chain
    }
}
