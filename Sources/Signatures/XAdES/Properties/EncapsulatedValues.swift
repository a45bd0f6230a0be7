// SPDX-License-Identifier: Apache-2.0
import XML
import XMLSignature

/// Certificates and revocation data carried inside a signature, DER (EN 319 132-1, 5.4).
package struct EncapsulatedValues: Sendable, Hashable {
    package var certificates: [[UInt8]]
    package var crls: [[UInt8]]
    package var ocspResponses: [[UInt8]]

    package init(
        certificates: [[UInt8]] = [], crls: [[UInt8]] = [], ocspResponses: [[UInt8]] = []
    ) {
        (self.certificates, self.crls, self.ocspResponses) = (certificates, crls, ocspResponses)
    }

    /// Everything of these kinds at or below `node`; what cannot be decoded is named in `malformed`.
    init(in node: XMLNode, _ malformed: inout [String]) {
        self.init()
        for item in node.descendantsAndSelf where item.isXAdES {
            guard count < Limits.encapsulatedValues else {
                malformed.append(node.localName)
                return
            }
            switch item.localName {
            case "EncapsulatedX509Certificate": Self.add(item, to: &certificates, &malformed)
            case "EncapsulatedCRLValue": Self.add(item, to: &crls, &malformed)
            case "EncapsulatedOCSPValue": Self.add(item, to: &ocspResponses, &malformed)
            default: break
            }
        }
    }

    private static func add(
        _ item: XMLNode, to list: inout [[UInt8]], _ malformed: inout [String]
    ) {
        guard let bytes = Base64.bytes(item.text), !bytes.isEmpty else {
            return malformed.append(item.localName)
        }
        list.append(bytes)
    }

    /// These values and then those of `other`.
    package static func + (
        left: EncapsulatedValues, right: EncapsulatedValues
    ) -> EncapsulatedValues {
        EncapsulatedValues(
            certificates: left.certificates + right.certificates, crls: left.crls + right.crls,
            ocspResponses: left.ocspResponses + right.ocspResponses)
    }

    private var count: Int { certificates.count + crls.count + ocspResponses.count }

    package var isEmpty: Bool { certificates.isEmpty && crls.isEmpty && ocspResponses.isEmpty }

    /// These values, each once, without those of `other`.
    func without(_ other: EncapsulatedValues) -> EncapsulatedValues {
        EncapsulatedValues(
            certificates: Self.new(certificates, other.certificates),
            crls: Self.new(crls, other.crls),
            ocspResponses: Self.new(ocspResponses, other.ocspResponses))
    }

    private static func new(_ values: [[UInt8]], _ known: [[UInt8]]) -> [[UInt8]] {
        var seen = Set(known)
        return values.filter { seen.insert($0).inserted }
    }

    /// CertificateValues and RevocationValues, each only when it has something to hold.
    var elements: [Element] {
        var list: [Element] = []
        if !certificates.isEmpty {
            list.append(
                Self.container(
                    "CertificateValues", of: "EncapsulatedX509Certificate", certificates))
        }
        let revocation = [
            crls.isEmpty ? nil : Self.container("CRLValues", of: "EncapsulatedCRLValue", crls),
            ocspResponses.isEmpty
                ? nil : Self.container("OCSPValues", of: "EncapsulatedOCSPValue", ocspResponses),
        ].compactMap { $0 }
        if !revocation.isEmpty { list.append(Element(.xades("RevocationValues"), revocation)) }
        return list
    }

    private static func container(_ name: String, of item: String, _ values: [[UInt8]]) -> Element {
        Element(.xades(name), values.map { Element(.xades(item), text: Base64.text($0)) })
    }
}
