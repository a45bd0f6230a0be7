// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension OCSPResponse {
    /// The ResponseData that a responder signs.
    package static func bytesToSign(
        responder: ResponderID, producedAt: Date, answers: [OCSPAnswer], nonce: Nonce?
    ) -> [UInt8] {
        let singles = answers.map { answer in
            let cutoff = answer.archiveCutoff.map {
                CertificateExtension(.ocspArchiveCutoff, value: .generalizedTime($0))
            }
            return DERValue.sequence(
                .encoded(answer.certificateID.der), answer.status.der,
                .generalizedTime(answer.thisUpdate),
                answer.nextUpdate.map { .explicit(0, .generalizedTime($0)) },
                cutoff.map { .explicit(1, .sequence($0.der)) })
        }
        let extensions = nonce.map { DERValue.sequence(CertificateExtension.ocspNonce($0).der) }
        return DERValue.sequence(
            responder.der, .generalizedTime(producedAt), .sequence(singles),
            extensions.map { .explicit(1, $0) }
        ).encoded
    }

    /// Joins the signed bytes, their signature and the responder's certificates.
    package static func assemble(
        bytesToSign: [UInt8], algorithm: SignatureAlgorithm, signature: [UInt8],
        certificates: [Certificate]
    ) throws(OCSPError) -> OCSPResponse {
        let carried = DERValue.sequence(certificates.map { .encoded($0.der) })
        let basic = DERValue.sequence(
            .encoded(bytesToSign), algorithm.identifier.der, .bitString(signature),
            certificates.isEmpty ? nil : .explicit(0, carried))
        return try OCSPResponse(basicDER: basic.encoded)
    }

    /// An answer that is only a status: why there is none.
    package static func refusal(_ status: OCSPResponseStatus) -> [UInt8] {
        DERValue.sequence(.enumerated(UInt8(status.rawValue))).encoded
    }
}
