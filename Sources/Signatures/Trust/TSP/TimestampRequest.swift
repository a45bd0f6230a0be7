// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

/// A number that ties an answer to its request (RFC 3161, 2.4.1; RFC 8954 for OCSP).
package struct Nonce: Sendable, Hashable {
    /// The contents of the INTEGER in TSP, the inner octets in OCSP.
    package let octets: [UInt8]

    /// A positive number from random octets; eight or more make a guess hopeless.
    package init(random: [UInt8]) {
        // The top bits are fixed so that the number is positive and as long as the octets given.
        octets = random.enumerated().map { $0 == 0 ? $1 & 0x7F | 0x40 : $1 }
    }

    init(octets: [UInt8]) { self.octets = octets }
}

/// TimeStampReq (RFC 3161, 2.4.1).
package struct TimestampRequest: Sendable, Hashable {
    /// The digest to be stamped, as received: its algorithm may be one we do not compute.
    package let imprint: MessageImprint
    package let policy: OID?
    package let nonce: Nonce?
    /// Whether the authority's certificate shall be in the token.
    package let wantsCertificate: Bool
    package let extensions: [CertificateExtension]

    /// Asks for a stamp over a digest, the authority's certificate included.
    package init(imprint: Digest, nonce: Nonce?, policy: OID? = nil) {
        self.imprint = MessageImprint(imprint)
        self.nonce = nonce
        self.policy = policy
        wantsCertificate = true
        extensions = []
    }

    /// Reads a request, as an authority does.
    package init(der: [UInt8]) throws(DERError) {
        var fields = try DERElement(parsing: der).elements(in: "TimeStampReq")
        guard try fields.next().integer(in: "TimeStampReq.version") == 1 else {
            throw .unsupported("TimeStampReq version")
        }
        imprint = try MessageImprint(fields.next())
        policy = try fields.next(if: .objectIdentifier)?
            .objectIdentifier(in: "TimeStampReq.reqPolicy")
        nonce = try fields.next(if: .integer).map { element throws(DERError) in
            Nonce(octets: try element.integerOctets(in: "TimeStampReq.nonce"))
        }
        wantsCertificate =
            try fields.next(if: .boolean)?.boolean(in: "TimeStampReq.certReq") ?? false
        if let element = fields.next(if: .context(0)) {
            // [0] IMPLICIT Extensions: the tag replaces that of the SEQUENCE.
            let list = [0x30] + element.encoded.dropFirst()
            extensions = try CertificateExtension.list(DERElement(parsing: list))
        } else {
            extensions = []
        }
        try fields.finish()
    }

    package var der: [UInt8] {
        DERValue.sequence(
            .integer(1), imprint.der, policy.map(DERValue.oid),
            nonce.map { .integer(octets: $0.octets) },
            wantsCertificate ? .boolean(true) : nil,
            extensions.isEmpty ? nil : .implicit(0, .sequence(extensions.map(\.der)))
        ).encoded
    }
}

/// MessageImprint (RFC 3161, 2.4.1): a digest under whatever algorithm it names.
package struct MessageImprint: Sendable, Hashable {
    package let algorithm: AlgorithmIdentifier
    package let bytes: [UInt8]

    package init(_ digest: Digest) {
        algorithm = digest.algorithm.identifier
        bytes = digest.bytes
    }

    init(_ element: DERElement) throws(DERError) {
        var fields = try element.elements(in: "MessageImprint")
        algorithm = try AlgorithmIdentifier(fields.next())
        bytes = try fields.next().octetString(in: "MessageImprint.hashedMessage")
        try fields.finish()
    }

    /// The digest, if its algorithm is computed here and its length is right.
    package var digest: Digest? {
        guard algorithm.hasNoParameters, let known = DigestAlgorithm(oid: algorithm.oid),
            bytes.count == known.sizeInBytes
        else { return nil }
        return Digest(known, bytes)
    }

    var der: DERValue { .sequence(algorithm.der, .octetString(bytes)) }
}
