// SPDX-License-Identifier: Apache-2.0
import Trust
import XML

/// Public keys written as numbers (xmldsig-core1, 4.5.2; RFC 4050).
enum KeyValue {
    private static let rfc4050Namespace = "http://www.w3.org/2001/04/xmldsig-more#"

    static func isKeyValue(_ node: XMLNode) -> Bool {
        ["RSAKeyValue", "DSAKeyValue", "ECKeyValue", "ECDSAKeyValue"].contains(node.localName)
    }

    static func publicKey(in keyValue: XMLNode) -> PublicKey? {
        keyValue.firstChild.flatMap { publicKey(of: $0) }
    }

    static func publicKey(of node: XMLNode) -> PublicKey? {
        switch (node.namespace, node.localName) {
        case (xmldsigNamespace, "RSAKeyValue"):
            guard let modulus = number("Modulus", in: node),
                let exponent = number("Exponent", in: node)
            else { return nil }
            return try? PublicKey(rsaModulus: modulus, exponent: exponent)
        case (xmldsigNamespace, "DSAKeyValue"):
            guard let p = number("P", in: node), let q = number("Q", in: node),
                let g = number("G", in: node), let y = number("Y", in: node)
            else { return nil }
            return try? PublicKey(dsaPrime: p, order: q, generator: g, y: y)
        case (xmldsig11Namespace, "ECKeyValue"):
            guard let curve = curve(node.child("NamedCurve", in: xmldsig11Namespace), "URI"),
                let point = node.child("PublicKey", in: xmldsig11Namespace),
                let bytes = Base64.bytes(point.text)
            else { return nil }
            return try? PublicKey(curve: curve, point: bytes)
        case (rfc4050Namespace, "ECDSAKeyValue"): return rfc4050(node)
        default: return nil
        }
    }

    private static func number(_ name: String, in node: XMLNode) -> [UInt8]? {
        node.child(name, in: xmldsigNamespace).flatMap { Base64.bytes($0.text) }
    }

    private static func curve(_ node: XMLNode?, _ attribute: String) -> OID? {
        guard let urn = node?.attribute(attribute), urn.hasPrefix("urn:oid:") else { return nil }
        return OID(dotted: String(urn.dropFirst("urn:oid:".count)))
    }

    /// The older form, with decimal coordinates (RFC 4050, 3).
    private static func rfc4050(_ node: XMLNode) -> PublicKey? {
        let parameters = node.child("DomainParameters", in: rfc4050Namespace)
        guard let curve = curve(parameters?.child("NamedCurve", in: rfc4050Namespace), "URN"),
            let known = PublicKey.Curve.allCases.first(where: { $0.oid == curve }),
            let point = node.child("PublicKey", in: rfc4050Namespace),
            let x = coordinate(point.child("X", in: rfc4050Namespace), known),
            let y = coordinate(point.child("Y", in: rfc4050Namespace), known)
        else { return nil }
        return try? PublicKey(curve: curve, point: [4] + x + y)
    }

    private static func coordinate(_ node: XMLNode?, _ curve: PublicKey.Curve) -> [UInt8]? {
        guard let text = node?.attribute("Value"), let number = SerialNumber(decimal: text) else {
            return nil
        }
        let magnitude = number.octets.drop { $0 == 0 }
        guard magnitude.count <= curve.orderSizeInBytes else { return nil }
        return [UInt8](repeating: 0, count: curve.orderSizeInBytes - magnitude.count) + magnitude
    }
}
