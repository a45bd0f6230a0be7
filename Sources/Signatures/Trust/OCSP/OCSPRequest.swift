// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

/// OCSPRequest (RFC 6960, 4.1.1); requests are not signed, and a signature received is passed over.
package struct OCSPRequest: Sendable, Hashable {
    package let certificateIDs: [CertificateID]
    package let nonce: Nonce?

    package init(_ certificateIDs: [CertificateID], nonce: Nonce?) {
        self.certificateIDs = certificateIDs
        self.nonce = nonce
    }

    /// Reads a request, as a responder does.
    package init(der: [UInt8]) throws(DERError) {
        var outer = try DERElement(parsing: der).elements(in: "OCSPRequest")
        var fields = try outer.next().elements(in: "TBSRequest")
        _ = outer.next(if: .context(0))
        try outer.finish()
        _ = fields.next(if: .context(0))
        _ = fields.next(if: .context(1))
        var list = try fields.next().elements(in: "TBSRequest.requestList")
        var certificateIDs: [CertificateID] = []
        for item in try list.rest(limit: Limits.answersPerResponse) {
            var request = try item.elements(in: "Request")
            certificateIDs.append(try CertificateID(request.next()))
        }
        guard !certificateIDs.isEmpty else { throw .unexpectedElement(in: "TBSRequest") }
        self.certificateIDs = certificateIDs
        if let wrapped = fields.next(if: .context(2)) {
            let extensions = try CertificateExtension.list(
                wrapped.unwrapped(.context(2), in: "TBSRequest.requestExtensions"))
            nonce = extensions.ocspNonce
        } else {
            nonce = nil
        }
        try fields.finish()
    }

    package var der: [UInt8] {
        let requests = certificateIDs.map { DERValue.sequence(.encoded($0.der)) }
        let extensions = nonce.map { DERValue.sequence(CertificateExtension.ocspNonce($0).der) }
        return DERValue.sequence(
            .sequence(.sequence(requests), extensions.map { .explicit(2, $0) })
        ).encoded
    }
}

extension CertificateExtension {
    /// The nonce extension (RFC 8954, 2.1).
    static func ocspNonce(_ nonce: Nonce) -> CertificateExtension {
        CertificateExtension(.ocspNonce, value: .octetString(nonce.octets))
    }
}

extension [CertificateExtension] {
    /// The nonce: an OCTET STRING inside, or bare octets as RFC 2560 responders sent it.
    var ocspNonce: Nonce? {
        guard let value = first(where: { $0.id == .ocspNonce })?.value else { return nil }
        let inner = try? DERElement(parsing: value).octetString(in: "Nonce")
        return Nonce(octets: inner ?? value)
    }
}
