// SPDX-License-Identifier: Apache-2.0
import Foundation
import Trust
import XML
import XMLSignature

/// XML-DSig vectors: a VALID one must be core valid with the keys of its row, an INVALID one never.
struct XMLSignatures: CorpusSet {
    func outcome(of row: Row) -> Outcome {
        let result = CoreCheck(row).result
        switch (row.expected, result) {
        case ("CONFIG-DEPENDENT", _), ("VALID", .valid), ("INVALID", .invalid),
            ("INVALID", .notComputed), ("INVALID", .noKey):
            return .passed
        case (_, .noKey):
            return .skipped(reason: "the certificate that KeyInfo names is not in the set")
        case ("VALID", .notComputed(let what)) where what.contains("REC-xslt"):
            return .skipped(reason: "XSLT is named, never run")
        case ("VALID", .notComputed(let what)): return .failed(got: "not computed: \(what)")
        case ("VALID", .invalid(let what)):
            return excuse(row).map(Outcome.excused) ?? .failed(got: what)
        default: return .failed(got: "core valid")
        }
    }

    private func excuse(_ row: Row) -> String? {
        guard let document = try? XMLDocument(parsing: row.bytes) else { return nil }
        return asn1Value(document) ?? droppedNamespaces(document, row)
    }

    /// A value that is DER and not `r || s` is no value of XML-DSig.
    private func asn1Value(_ document: XMLDocument) -> String? {
        guard
            let node = document.elements(named: "SignatureValue", in: xmldsigNamespace).first,
            let value = Base64.bytes(node.text), value.first == 0x30,
            let signature = try? ECDSASignature(der: value), signature.der == value
        else { return nil }
        return "xmldsig-core1, 6.4.3: the value is r || s, not the DER of ASN.1"
    }

    /// A digest of relationships made without the namespaces that the part declares.
    private func droppedNamespaces(_ document: XMLDocument, _ row: Row) -> String? {
        let transforms = document.elements(named: "Transform", in: xmldsigNamespace)
        guard
            transforms.contains(where: {
                $0.attribute("Algorithm")?.hasSuffix("RelationshipTransform") == true
            }),
            let part = row.support.compactMap({ row.companion($0) })
                .compactMap({ try? XMLDocument(parsing: $0) }).first,
            part.root.localName == "Relationships", part.root.namespacesInScope.count > 1
        else { return nil }
        return "C14N 1.0, 2.3: the canonical form has every namespace in scope, used or not"
    }
}

/// Core validation of the first signature of a row, with all keys the row gives.
private struct CoreCheck {
    enum Result {
        case valid
        case invalid(String)
        case notComputed(String)
        /// The row gives no key that the signature carries or names.
        case noKey
    }

    let result: Result

    init(_ row: Row) {
        let given = GivenKeys(row)
        do {
            let document = try XMLDocument(parsing: row.bytes)
            let resolver = ReferenceResolver(document, detached: given.detached)
            let node = document.root.descendantsAndSelf.first {
                $0.isNamed("Signature", in: xmldsigNamespace)
            }
            guard let node else {
                result = .invalid("no signature")
                return
            }
            result = Self.result(try SignatureElement(node, resolver: resolver), given)
        } catch {
            result = .invalid("\(error)")
        }
    }

    private static func result(_ signature: SignatureElement, _ given: GivenKeys) -> Result {
        for validation in signature.validateReferences() {
            switch validation.outcome {
            case .intact: continue
            case .changed: return .invalid("digest differs")
            case .notFound(let reason): return .invalid(reason)
            case .notComputed(let reason): return .notComputed(reason)
            }
        }
        var unsupported: String?
        let keys = given.keys(for: signature.keyInfo)
        guard !keys.isEmpty else { return .noKey }
        for key in keys {
            let minimum = given.minimumHMACLengthInBits
            switch signature.verifySignatureValue(with: key, minimumHMACLengthInBits: minimum) {
            case .valid: return .valid
            case .invalid: continue
            case .unsupported(let what): unsupported = what
            }
        }
        return unsupported.map(Result.notComputed) ?? .invalid("no key made the value")
    }
}

/// The keys, certificates and detached data that a row's parameters and companions give.
private struct GivenKeys {
    private(set) var detached: [DetachedData] = []
    private(set) var minimumHMACLengthInBits = 80
    private var certificates: [Certificate] = []
    private var publicKeys: [PublicKey] = []
    private var secrets: [[UInt8]] = []

    init(_ row: Row) {
        let words = row.parameters.split(separator: " ").map(String.init)
        var names: [String: String] = [:]
        for (option, value) in zip(words, words.dropFirst()) {
            if option.hasPrefix("--url-map:") {
                names[value] = String(option.dropFirst("--url-map:".count))
            }
            if option == "--hmac-min-out-len" { minimumHMACLengthInBits = Int(value) ?? 80 }
        }
        for path in Set(row.support + words) {
            guard !path.hasPrefix("-"), let bytes = Self.file(path, of: row) else { continue }
            if !addKey(bytes, path) {
                detached.append(DetachedData(name: names[path] ?? path, bytes: bytes))
            }
        }
    }

    /// Relative to the set, or to the sample's own folder.
    private static func file(_ path: String, of row: Row) -> [UInt8]? {
        let folder = row.file.split(separator: "/").dropLast().joined(separator: "/")
        return row.companion(path) ?? row.companion("\(folder)/\(path)")
    }

    private mutating func addKey(_ bytes: [UInt8], _ path: String) -> Bool {
        if path.hasSuffix(".bin") {
            secrets.append(bytes)
            return true
        }
        if let certificate = try? Certificate(der: bytes) {
            certificates.append(certificate)
            return true
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let blocks = text.components(separatedBy: "-----BEGIN ").dropFirst()
        for block in blocks {
            let body = block.components(separatedBy: "-----")
            guard body.count > 1, let der = Base64.bytes(body[1]) else { continue }
            if let certificate = try? Certificate(der: der) {
                certificates.append(certificate)
            } else if let key = try? PublicKey(subjectPublicKeyInfo: der) {
                publicKeys.append(key)
            }
        }
        return !blocks.isEmpty
    }

    /// What KeyInfo carries or names, then what was given for keys without a certificate.
    func keys(for keyInfo: KeyInfo) -> [VerificationKey] {
        let carried = keyInfo.certificates.compactMap { try? Certificate(der: $0) }
        let named = certificates.filter { keyInfo.names($0) }
        let keys =
            carried.map(\.publicKey) + keyInfo.publicKeys + named.map(\.publicKey) + publicKeys
        return keys.map(VerificationKey.publicKey) + secrets.map(VerificationKey.secret)
    }
}
