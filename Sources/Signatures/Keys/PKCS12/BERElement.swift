// SPDX-License-Identifier: Apache-2.0

import SwiftASN1
import Trust

/// An element of a PKCS #12 file, which may be BER (RFC 7292, 3).
struct BERElement {
    private let node: ASN1Node

    init(parsing bytes: [UInt8]) throws(PKCS12Error) {
        guard bytes.count <= Limits.pkcs12SizeInBytes, let node = try? BER.parse(bytes) else {
            throw .notPKCS12
        }
        self.node = node
    }

    private init(_ node: ASN1Node) { self.node = node }

    /// The elements of a SEQUENCE, at least `least` of them.
    func sequence(least: Int = 0) throws(PKCS12Error) -> [BERElement] {
        guard node.identifier == .sequence else { throw .notPKCS12 }
        return try children(least: least)
    }

    private func children(least: Int) throws(PKCS12Error) -> [BERElement] {
        guard case .constructed(let nodes) = node.content else { throw .notPKCS12 }
        let elements = nodes.map { BERElement($0) }
        guard elements.count >= least else { throw .notPKCS12 }
        return elements
    }

    /// What `[0] EXPLICIT` holds.
    func unwrapped() throws(PKCS12Error) -> BERElement {
        guard isContext(0), let inner = try children(least: 1).first else { throw .notPKCS12 }
        return inner
    }

    func isContext(_ number: UInt) -> Bool {
        node.identifier == ASN1Identifier(tagWithNumber: number, tagClass: .contextSpecific)
    }

    var isInteger: Bool { node.identifier == .integer }

    func objectIdentifier() throws(PKCS12Error) -> String {
        guard let identifier = try? ASN1ObjectIdentifier(berEncoded: node) else {
            throw .notPKCS12
        }
        return identifier.description
    }

    func integer() throws(PKCS12Error) -> Int {
        guard let value = try? Int(berEncoded: node) else { throw .notPKCS12 }
        return value
    }

    func octets() throws(PKCS12Error) -> [UInt8] {
        guard let value = try? ASN1OctetString(berEncoded: node) else { throw .notPKCS12 }
        return Array(value.bytes)
    }

    /// `[0] IMPLICIT OCTET STRING`, whole or in pieces.
    func implicitOctets() throws(PKCS12Error) -> [UInt8] {
        guard isContext(0) else { throw .notPKCS12 }
        switch node.content {
        case .primitive(let bytes): return Array(bytes)
        case .constructed(let nodes):
            var bytes: [UInt8] = []
            for piece in nodes { bytes += try BERElement(piece).octets() }
            return bytes
        }
    }
}
