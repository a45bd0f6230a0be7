// SPDX-License-Identifier: Apache-2.0

/// Certificates and revocation data at hand, from a signature or from the network.
///
/// Nothing in it is believed before it is judged; order and repetition do not matter.
package struct ValidationMaterial: Sendable, Hashable {
    package var certificates: [Certificate]
    package var ocspResponses: [OCSPResponse]
    package var revocationLists: [RevocationList]

    package init(
        certificates: [Certificate] = [], ocspResponses: [OCSPResponse] = [],
        revocationLists: [RevocationList] = []
    ) {
        self.certificates = certificates
        self.ocspResponses = ocspResponses
        self.revocationLists = revocationLists
    }

    package var isEmpty: Bool {
        certificates.isEmpty && ocspResponses.isEmpty && revocationLists.isEmpty
    }

    /// Adds what is not there yet, in order.
    package mutating func formUnion(_ other: ValidationMaterial) {
        certificates.appendNew(other.certificates)
        ocspResponses.appendNew(other.ocspResponses)
        revocationLists.appendNew(other.revocationLists)
    }

    package func union(_ other: ValidationMaterial) -> ValidationMaterial {
        var result = self
        result.formUnion(other)
        return result
    }
}

extension Array where Element: Hashable {
    fileprivate mutating func appendNew(_ others: [Element]) {
        for other in others where !contains(other) { append(other) }
    }
}

/// What must be fetched before a verdict is possible: asked for as a value, fetched by the caller.
package struct MissingMaterial: Sendable, Hashable {
    /// Certificates whose issuer is unknown and where it may be found (caIssuers).
    package var issuers: [MissingIssuer]
    /// Certificates whose status is unknown at the moment in question.
    package var revocation: [MissingRevocation]

    package init(issuers: [MissingIssuer] = [], revocation: [MissingRevocation] = []) {
        self.issuers = issuers
        self.revocation = revocation
    }

    package var isEmpty: Bool { issuers.isEmpty && revocation.isEmpty }

    package mutating func formUnion(_ other: MissingMaterial) {
        issuers.appendNew(other.issuers)
        revocation.appendNew(other.revocation)
    }
}

/// An issuer's certificate to be fetched; a DER certificate or a certs-only CMS is expected.
package struct MissingIssuer: Sendable, Hashable {
    package let certificate: Certificate
    package var urls: [String] { certificate.extensions.caIssuersURLs }
}

/// Revocation data to be fetched, by OCSP first.
package struct MissingRevocation: Sendable, Hashable {
    package let certificate: Certificate
    package let issuer: Certificate

    package init(certificate: Certificate, issuer: Certificate) {
        self.certificate = certificate
        self.issuer = issuer
    }

    package var ocspURLs: [String] { certificate.extensions.ocspURLs }

    package var listURLs: [String] { certificate.extensions.distributionPoints.flatMap(\.urls) }

    /// The body to POST as `application/ocsp-request`.
    package func ocspRequest(nonce: Nonce?) -> OCSPRequest {
        OCSPRequest([CertificateID(of: certificate, issuer: issuer)], nonce: nonce)
    }

    /// Takes an answer for this request's: the nonce, when one comes back, must be ours.
    ///
    /// - Throws: Nothing usable came back; try the next address.
    package func response(_ der: [UInt8], to nonce: Nonce?) throws(OCSPError) -> OCSPResponse {
        let response = try OCSPResponse(der: der)
        if let nonce, let echoed = response.nonce, echoed != nonce { throw .nonceMismatch }
        return response
    }
}
