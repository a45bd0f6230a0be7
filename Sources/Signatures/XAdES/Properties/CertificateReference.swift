// SPDX-License-Identifier: Apache-2.0
package import Trust
import XML
import XMLSignature

/// What a signature says of one certificate: SigningCertificate, SigningCertificateV2 and the
/// complete references (EN 319 132-1, 5.2.2 and annex A.1).
package struct CertificateReference: Sendable, Hashable {
    /// The issuer and number the reference names beside the digest.
    package enum IssuerName: Sendable, Hashable {
        /// ds:X509IssuerName and ds:X509SerialNumber, of the first version.
        case text(issuer: String, serialNumber: String)
        /// The DER of RFC 5035's IssuerSerial, of version 2.
        case der([UInt8])
    }

    package let digestMethod: String
    package let digestValue: [UInt8]
    package let issuerSerial: IssuerName?
    package let uri: String?

    package var hasURI: Bool { uri != nil }

    /// Whether the digest is this certificate's; `nil` when the digest method is not computed here.
    package func matches(_ certificate: [UInt8]) -> Bool? {
        DigestAlgorithm(xmlIdentifier: digestMethod).map {
            $0.digest(certificate).bytes == digestValue
        }
    }

    /// Whether issuer and number are this certificate's; `nil` when none are given.
    ///
    /// The standard lets a judge go on when only they differ (EN 319 102-1, 5.2.3.4): the text of a
    /// name has many forms.
    package func namesIssuer(of certificate: Certificate) -> Bool? {
        switch issuerSerial {
        case nil: return nil
        case .text(let issuer, let serialNumber):
            return NameText.isSerialNumber(serialNumber, of: certificate)
                && NameText.isName(issuer, of: certificate.issuer)
        case .der(let der):
            return (try? IssuerSerial(der: der))?.identifies(certificate) ?? false
        }
    }

    /// Reads a `Cert` of either version.
    init(_ node: XMLNode) throws(SignatureFormatError) {
        guard let digest = node.xadesChild("CertDigest"),
            let (method, value) = DigestAndValue.read(digest)
        else { throw .malformed(node.parent?.localName ?? "Cert") }
        (digestMethod, digestValue) = (method, value)
        uri = node.attribute("URI")
        issuerSerial = Self.issuerName(node)
    }

    private static func issuerName(_ node: XMLNode) -> IssuerName? {
        if let second = node.xadesChild("IssuerSerialV2") {
            return .der(Base64.bytes(second.text) ?? [])
        }
        guard let first = node.xadesChild("IssuerSerial") else { return nil }
        return .text(
            issuer: first.child("X509IssuerName", in: xmldsigNamespace)?.text ?? "",
            serialNumber: first.child("X509SerialNumber", in: xmldsigNamespace)?.text ?? "")
    }

    /// All `Cert` elements at or right below this one.
    static func list(
        in node: XMLNode?
    ) throws(SignatureFormatError) -> [CertificateReference] {
        var references: [CertificateReference] = []
        for certificate in node?.xadesChildren("Cert") ?? [] {
            guard references.count < Limits.references else {
                throw .tooMany("Cert", limit: Limits.references)
            }
            references.append(try CertificateReference(certificate))
        }
        return references
    }
}

/// A digest method with a value, in the namespace of XML-DSig or, before 1.2.2, of XAdES.
enum DigestAndValue {
    static func read(_ node: XMLNode) -> (method: String, value: [UInt8])? {
        guard let method = node.digestChild("DigestMethod")?.attribute("Algorithm"),
            let text = node.digestChild("DigestValue")?.text, let value = Base64.bytes(text)
        else { return nil }
        return (method, value)
    }
}
