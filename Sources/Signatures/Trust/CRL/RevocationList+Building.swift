// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension RevocationList {
    /// The TBSCertList that an authority signs (RFC 5280, 5.1.2), version 2 with its number.
    package static func bytesToSign(
        issuer: DistinguishedName, issuerKey: PublicKey, number: Int, thisUpdate: Date,
        nextUpdate: Date, entries: [Entry], algorithm: SignatureAlgorithm,
        additional: [CertificateExtension] = []
    ) -> [UInt8] {
        let extensions =
            [
                .authorityKeyIdentifier(of: issuerKey),
                CertificateExtension(.cRLNumber, value: .integer(number)),
            ] + additional
        let revoked = entries.map { entry in
            let reason = entry.reason.map {
                CertificateExtension(.reasonCode, value: .enumerated(UInt8($0.rawValue)))
            }
            let issuer = entry.issuer.map {
                CertificateExtension(
                    .certificateIssuer, isCritical: true,
                    value: .sequence(GeneralName.directory($0).der))
            }
            let details = [reason, issuer].compactMap { $0?.der }
            return DERValue.sequence(
                entry.serialNumber.der, .time(entry.revokedAt),
                details.isEmpty ? nil : .sequence(details))
        }
        return DERValue.sequence(
            .integer(1), algorithm.identifier.der, .encoded(issuer.der), .time(thisUpdate),
            .time(nextUpdate), revoked.isEmpty ? nil : .sequence(revoked),
            .explicit(0, .sequence(extensions.map(\.der)))
        ).encoded
    }

    /// Joins the signed bytes and their signature.
    package static func assemble(
        bytesToSign: [UInt8], algorithm: SignatureAlgorithm, signature: [UInt8]
    ) throws(DERError) -> RevocationList {
        let whole = DERValue.sequence(
            .encoded(bytesToSign), algorithm.identifier.der, .bitString(signature))
        return try RevocationList(der: whole.encoded)
    }
}
