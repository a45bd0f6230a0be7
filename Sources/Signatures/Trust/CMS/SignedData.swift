// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

/// A CMS object of content type SignedData (RFC 5652, 5), read and kept as received.
package struct SignedData: Sendable, Hashable {
    /// The whole ContentInfo in DER.
    package let der: [UInt8]
    /// Whether the bytes received were DER; BER is read only when asked for (AS-01).
    package let wasDER: Bool
    package let contentType: OID
    /// The encapsulated content; nil when it is detached.
    package let content: [UInt8]?
    /// The X.509 certificates that can be read, in the order received.
    package let certificates: [Certificate]
    /// The DER of the revocation information carried (RFC 5652, 10.2.1), lists and others.
    package let revocationInfo: [[UInt8]]
    package let signers: [SignerInfo]
    /// Everything before signerInfos, as received.
    private let head: [DERValue]

    /// Two objects are equal when their bytes are.
    package static func == (left: SignedData, right: SignedData) -> Bool { left.der == right.der }

    /// The end of the object, where the signature stands, tells objects apart.
    package func hash(into hasher: inout Hasher) { hasher.combine(der.suffix(32)) }

    /// Reads a ContentInfo that holds SignedData.
    ///
    /// - Parameter allowingBER: Accepts BER by rewriting it as DER, for foreign signatures.
    package init(parsing bytes: [UInt8], allowingBER: Bool = false) throws(DERError) {
        do throws(DERError) {
            try self.init(DERElement(parsing: bytes), wasDER: true)
        } catch .notDER where allowingBER {
            let (der, consumed) = try BER.der(from: bytes)
            guard consumed == bytes.count else { throw .notDER }
            try self.init(DERElement(parsing: der), wasDER: false)
        }
    }

    /// Reads a ContentInfo that is followed by zeros, as /Contents of a PDF holds it.
    package init(padded bytes: [UInt8], allowingBER: Bool = false) throws(DERError) {
        // The usual case, one DER object and zeros, needs no look at its inside.
        let consumed: Int
        if let size = DERElement.sizeInBytes(at: bytes) {
            consumed = size
        } else {
            consumed = try BER.der(from: bytes).consumed
        }
        guard bytes[consumed...].allSatisfy({ $0 == 0 }) else {
            throw .extraElement(in: "padding of SignedData")
        }
        try self.init(parsing: Array(bytes[..<consumed]), allowingBER: allowingBER)
    }

    private init(_ element: DERElement, wasDER: Bool) throws(DERError) {
        var info = try element.elements(in: "ContentInfo")
        guard try info.next().objectIdentifier(in: "ContentInfo.contentType") == .signedData else {
            throw .unsupported("ContentInfo.contentType")
        }
        let body = try info.next().unwrapped(.context(0), in: "ContentInfo.content")
        try info.finish()

        let name = "SignedData"
        var fields = try body.elements(in: name)
        let version = try fields.next()
        guard (1...5).contains(try version.integer(in: "SignedData.version")) else {
            throw .unsupported("SignedData version")
        }
        let digests = try fields.next()
        let encapsulated = try fields.next()
        let certificates = fields.next(if: .context(0))
        let revocation = fields.next(if: .context(1))
        var signers = try fields.next().elements(as: .set, in: "SignedData.signerInfos")
        try fields.finish()

        (contentType, content) = try Self.content(encapsulated)
        self.certificates = try Self.certificates(certificates)
        var infos = try revocation?.elements(as: .context(1), in: "SignedData.crls")
        revocationInfo = try infos?.rest(limit: Limits.certificatesPerObject).map(\.encoded) ?? []
        var read: [SignerInfo] = []
        for signer in try signers.rest(limit: Limits.signersPerObject) {
            read.append(try SignerInfo(signer))
        }
        self.signers = read
        head = [version, digests, encapsulated, certificates, revocation]
            .compactMap { $0.map { .encoded($0.encoded) } }
        der = element.encoded
        self.wasDER = wasDER
    }

    private static func content(_ element: DERElement) throws(DERError) -> (OID, [UInt8]?) {
        let name = "EncapsulatedContentInfo"
        var fields = try element.elements(in: name)
        let type = try fields.next().objectIdentifier(in: name)
        guard let wrapped = fields.next(if: .context(0)) else {
            try fields.finish()
            return (type, nil)
        }
        try fields.finish()
        return (type, try wrapped.unwrapped(.context(0), in: name).octetString(in: name))
    }

    /// CertificateSet: certificates of other kinds (attribute certificates) are passed over.
    private static func certificates(_ element: DERElement?) throws(DERError) -> [Certificate] {
        guard let element else { return [] }
        var fields = try element.elements(as: .context(0), in: "SignedData.certificates")
        return try fields.rest(limit: Limits.certificatesPerObject)
            .compactMap { try? Certificate(der: $0.encoded) }
    }

    /// The same object with other unsigned attributes on one signer; all else byte for byte.
    ///
    /// This is how a signature grows from B-B to B-T (EN 319 122-1, 6).
    package func replacingUnsignedAttributes(
        ofSigner index: Int = 0, with attributes: [CMSAttribute]
    ) throws(DERError) -> SignedData {
        guard signers.indices.contains(index) else {
            throw .unexpectedElement(in: "SignedData.signerInfos")
        }
        let infos = signers.indices.map {
            signers[$0].der(
                unsignedAttributes: $0 == index ? attributes : signers[$0].unsignedAttributes)
        }
        let signedData = DERValue.sequence(head + [.setOf(infos)])
        let whole = DERValue.sequence(.oid(.signedData), .explicit(0, signedData))
        return try SignedData(parsing: whole.encoded)
    }

    /// The certificate of a signer, among those carried here and others at hand.
    ///
    /// A certificate that the signer names under its signature wins over one that merely has the
    /// right issuer and serial number.
    package func certificate(
        of signer: SignerInfo, among others: [Certificate] = []
    ) -> Certificate? {
        let candidates = certificates + others
        if let reference = try? signer.signingCertificateReferences().first,
            let named = candidates.first(where: reference.identifies)
        {
            return named
        }
        return candidates.first(where: signer.identifier.identifies)
    }
}
