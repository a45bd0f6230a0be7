// SPDX-License-Identifier: Apache-2.0
package import Trust
import XML

/// One thing a signature says of the key that made it (xmldsig-core1, 4.5).
package enum KeyHint: Sendable, Hashable {
    case certificate([UInt8])
    case subjectName(String)
    /// `issuer` is a name after RFC 4514 and its predecessors, `serialNumber` decimal.
    case issuerSerial(issuer: String, serialNumber: String)
    case subjectKeyIdentifier([UInt8])
    /// X509Digest of version 1.1: `digestMethod` is its identifier.
    case certificateDigest(digestMethod: String, value: [UInt8])
    case revocationList([UInt8])
    case publicKey(PublicKey)
    case keyName(String)
    /// Something of another kind, or malformed: named, not used.
    case other(String)
}

/// What KeyInfo says (xmldsig-core1, 4.5): hints for finding the key, never a reason to trust it.
package struct KeyInfo: Sendable, Hashable {
    package private(set) var hints: [KeyHint] = []

    package var certificates: [[UInt8]] {
        hints.compactMap { if case .certificate(let der) = $0 { der } else { nil } }
    }

    package var publicKeys: [PublicKey] {
        hints.compactMap { if case .publicKey(let key) = $0 { key } else { nil } }
    }

    package var revocationLists: [[UInt8]] {
        hints.compactMap { if case .revocationList(let der) = $0 { der } else { nil } }
    }

    package var keyNames: [String] {
        hints.compactMap { if case .keyName(let name) = $0 { name } else { nil } }
    }

    init() {}

    init(of signature: XMLNode, resolver: ReferenceResolver) throws(SignatureFormatError) {
        guard let node = signature.child("KeyInfo", in: xmldsigNamespace) else { return }
        try add(childrenOf: node, resolver, depth: 0)
        guard certificates.count <= Limits.certificates else {
            throw .tooMany("X509Certificate", limit: Limits.certificates)
        }
    }

    private mutating func add(
        childrenOf node: XMLNode, _ resolver: ReferenceResolver, depth: Int
    ) throws(SignatureFormatError) {
        for child in node.children { try add(child, resolver, depth) }
    }

    private mutating func add(
        _ node: XMLNode, _ resolver: ReferenceResolver, _ depth: Int
    ) throws(SignatureFormatError) {
        guard hints.count < Limits.keyHints else {
            throw .tooMany("KeyInfo", limit: Limits.keyHints)
        }
        switch (node.namespace, node.localName) {
        case (xmldsigNamespace, "X509Data"):
            for part in node.children { hints.append(Self.x509(part)) }
        case (xmldsigNamespace, "KeyValue"):
            hints.append(KeyValue.publicKey(in: node).map(KeyHint.publicKey) ?? .other("KeyValue"))
        case (xmldsig11Namespace, "DEREncodedKeyValue"):
            let key = Base64.bytes(node.text).flatMap { try? PublicKey(subjectPublicKeyInfo: $0) }
            hints.append(key.map(KeyHint.publicKey) ?? .other("DEREncodedKeyValue"))
        case (xmldsigNamespace, "KeyName"): hints.append(.keyName(node.text))
        case (xmldsigNamespace, "RetrievalMethod"), (xmldsig11Namespace, "KeyInfoReference"):
            try retrieve(node, resolver, depth)
        default: hints.append(.other(node.localName))
        }
    }

    /// Only within the document, without transforms, and to an element that is identified clearly.
    private mutating func retrieve(
        _ node: XMLNode, _ resolver: ReferenceResolver, _ depth: Int
    ) throws(SignatureFormatError) {
        let uri = node.attribute("URI") ?? ""
        guard depth < Limits.retrievalDepth, uri.hasPrefix("#"), node.firstChild == nil,
            let target = resolver.element(withID: String(uri.dropFirst()))
        else {
            hints.append(.other(node.localName))
            return
        }
        if target.isNamed("KeyInfo", in: xmldsigNamespace) {
            try add(childrenOf: target, resolver, depth: depth + 1)
        } else if KeyValue.isKeyValue(target) {
            let key = KeyValue.publicKey(of: target)
            hints.append(key.map(KeyHint.publicKey) ?? .other(target.localName))
        } else {
            try add(target, resolver, depth + 1)
        }
    }

    private static func x509(_ node: XMLNode) -> KeyHint {
        let bytes = { Base64.bytes(node.text) }
        switch (node.namespace, node.localName) {
        case (xmldsigNamespace, "X509Certificate"):
            return bytes().map(KeyHint.certificate) ?? .other("X509Certificate")
        case (xmldsigNamespace, "X509CRL"):
            return bytes().map(KeyHint.revocationList) ?? .other("X509CRL")
        case (xmldsigNamespace, "X509SKI"):
            return bytes().map(KeyHint.subjectKeyIdentifier) ?? .other("X509SKI")
        case (xmldsigNamespace, "X509SubjectName"): return .subjectName(node.text)
        case (xmldsigNamespace, "X509IssuerSerial"):
            let issuer = node.child("X509IssuerName", in: xmldsigNamespace)?.text
            let serial = node.child("X509SerialNumber", in: xmldsigNamespace)?.text
            guard let issuer, let serial else { return .other("X509IssuerSerial") }
            return .issuerSerial(issuer: issuer, serialNumber: serial)
        case (xmldsig11Namespace, "X509Digest"):
            guard let method = node.attribute("Algorithm"), let value = bytes() else {
                return .other("X509Digest")
            }
            return .certificateDigest(digestMethod: method, value: value)
        default: return .other(node.localName)
        }
    }
}

extension KeyInfo {
    /// Whether a hint names this certificate; a hint that cannot be compared names none.
    package func names(_ certificate: Certificate) -> Bool {
        hints.contains { $0.names(certificate) }
    }
}

extension KeyHint {
    package func names(_ certificate: Certificate) -> Bool {
        switch self {
        case .certificate(let der): return der == certificate.der
        case .subjectName(let name): return NameText.isName(name, of: certificate.subject)
        case .issuerSerial(let issuer, let serialNumber):
            return NameText.isSerialNumber(serialNumber, of: certificate)
                && NameText.isName(issuer, of: certificate.issuer)
        case .subjectKeyIdentifier(let identifier):
            return certificate.extensions.subjectKeyIdentifier == identifier
        case .certificateDigest(let method, let value):
            return DigestAlgorithm(xmlIdentifier: method)?.digest(certificate.der).bytes == value
        case .publicKey(let key): return key.keyBits == certificate.publicKey.keyBits
        case .keyName, .revocationList, .other: return false
        }
    }
}
