// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

extension SignedData {
    /// All certificates and revocation data that the object carries, signed or not: the sets of
    /// SignedData, Adobe's revocation archive and the values of CAdES.
    ///
    /// What cannot be read is passed over: nothing in it is believed before it is judged.
    package var material: ValidationMaterial {
        var material = ValidationMaterial(certificates: certificates)
        for item in revocationInfo { material.formUnion(Self.revocation(item)) }
        for signer in signers {
            for attribute in (signer.signedAttributes ?? []) + signer.unsignedAttributes {
                material.formUnion(attribute.material)
            }
        }
        return material
    }

    /// RevocationInfoChoice (RFC 5652, 10.2.1): a list, or an OCSP response (RFC 5940, 2.1).
    private static func revocation(_ der: [UInt8]) -> ValidationMaterial {
        if let list = try? RevocationList(der: der) {
            return ValidationMaterial(revocationLists: [list])
        }
        guard var other = try? DERElement(parsing: der).elements(as: .context(1), in: "crls"),
            (try? other.next().objectIdentifier(in: "crls")) == .ocspRevocationInfo,
            let value = try? other.next().encoded, let response = try? OCSPResponse(der: value)
        else { return ValidationMaterial() }
        return ValidationMaterial(ocspResponses: [response])
    }
}

extension CMSAttribute {
    /// The certificates and revocation data of attributes that carry them.
    var material: ValidationMaterial {
        guard let value = values.first else { return ValidationMaterial() }
        switch type {
        case .certificateValues:
            return ValidationMaterial(
                certificates: Self.items(value).compactMap { try? Certificate(der: $0) })
        case .revocationValues:
            return ValidationMaterial(
                ocspResponses: Self.items(value, under: 1).compactMap {
                    try? OCSPResponse(basicDER: $0)
                },
                revocationLists: Self.items(value, under: 0).compactMap {
                    try? RevocationList(der: $0)
                })
        case .adobeRevocationArchive:
            return ValidationMaterial(
                ocspResponses: Self.items(value, under: 1).compactMap {
                    try? OCSPResponse(der: $0)
                },
                revocationLists: Self.items(value, under: 0).compactMap {
                    try? RevocationList(der: $0)
                })
        default: return ValidationMaterial()
        }
    }

    /// The elements of a SEQUENCE OF, or of the one under an explicit tag inside a SEQUENCE.
    private static func items(_ der: [UInt8], under tag: UInt? = nil) -> [[UInt8]] {
        guard var fields = try? DERElement(parsing: der).elements(in: "values") else { return [] }
        let elements = (try? fields.rest(limit: Limits.certificatesPerObject)) ?? []
        guard let tag else { return elements.map(\.encoded) }
        guard let tagged = elements.first(where: { $0.has(.context(tag)) }),
            var inner = try? tagged.unwrapped(.context(tag), in: "values").elements(in: "values")
        else { return [] }
        return ((try? inner.rest(limit: Limits.certificatesPerObject)) ?? []).map(\.encoded)
    }
}
