// SPDX-License-Identifier: Apache-2.0
import Trust
import XML
import XMLSignature

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The objects a report speaks of, each once, under an identifier made of its digest
/// (TS 119 102-2 v1.4.1, 4.4).
struct ValidationObjects {
    private let now: Date
    private var identifiers: Set<String> = []
    private var list: [Element] = []
    private var signatures = 0
    private(set) var documentDigest = DigestAlgorithm.sha256.digest([])

    init(now: Date) { self.now = now }

    var element: Element { .vr("SignatureValidationObjects", list) }

    /// Unique in the report, also for a value that stands in it twice.
    mutating func signatureIdentifier(_ value: [UInt8]) -> String {
        signatures += 1
        return "S-\(signatures)-\(Self.name(value))"
    }

    mutating func add(signedData digest: Digest) -> String {
        documentDigest = digest
        let identifier = "D-\(digest.bytes.hexText)"
        append(
            identifier, "signedData", .vr("DigestAlgAndValue", Element.digest(digest)), proof: nil)
        return identifier
    }

    @discardableResult
    mutating func add(_ certificate: Certificate, provenAt proof: Date? = nil) -> String {
        let identifier = "C-\(Self.name(certificate.der))"
        append(identifier, "certificate", .base64(certificate.der), proof: proof)
        return identifier
    }

    mutating func add(_ material: ValidationMaterial, provenAt proof: Date? = nil) {
        for certificate in material.certificates { add(certificate, provenAt: proof) }
        for response in material.ocspResponses {
            append(
                "R-\(Self.name(response.der))", "OCSPResponse", .base64(response.der), proof: nil)
        }
        for list in material.revocationLists {
            append("R-\(Self.name(list.der))", "CRL", .base64(list.der), proof: nil)
        }
    }

    func identifier(of token: TimestampToken) -> String { "T-\(Self.name(token.der))" }

    /// A time-stamp with its own validation report.
    mutating func add(_ stamp: TimestampReport) {
        guard let token = stamp.token, !identifiers.contains(identifier(of: token)) else { return }
        add(stamp.material)
        var children: [Element] = []
        if let signer = stamp.authority?.certificate {
            children.append(
                .vr(
                    "SignerInformation",
                    [
                        .vr("SignerCertificate", to: add(signer)),
                        .vr("Signer", text: "\(signer.subject)"),
                    ]))
        }
        let data = (stamp.past?.chain ?? stamp.authority?.chain).map {
            Element.vr("AssociatedValidationReportData", chain($0))
        }
        children.append(stamp.conclusion.status(data: data))
        if let found = stamp.qualification {
            children.append(
                .vr(
                    "OtherInformation",
                    [.own("timestampQualification", found.outcome.rawValue)]
                        + stamp.remarks.map { .own("remark", $0) }))
        }
        append(
            identifier(of: token), "timestamp", .base64(token.der), proof: nil,
            more: [
                .vr("POEProvisioning", [.vr("POETime", time: token.genTime)]),
                .vr("ValidationReport", children),
            ])
    }

    /// TrustAnchor and CertificateChain.
    mutating func chain(_ chain: CertificateChain) -> [Element] {
        let anchor = add(chain.anchor)
        return [
            .vr("TrustAnchor", to: anchor),
            .vr(
                "CertificateChain",
                [.vr("SigningCertificate", to: add(chain.endEntity))]
                    + chain.intermediates.map { .vr("IntermediateCertificate", to: add($0)) }
                    + [.vr("TrustAnchor", to: anchor)]),
        ]
    }

    private mutating func append(
        _ identifier: String, _ type: String, _ representation: Element, proof: Date?,
        more: [Element] = []
    ) {
        guard identifiers.insert(identifier).inserted else { return }
        var element = Element.vr(
            "ValidationObject",
            [
                .vr("ObjectType", text: "urn:etsi:019102:validationObject:\(type)"),
                .vr("ValidationObjectRepresentation", [representation]),
                .vr(
                    "POE",
                    [
                        .vr("POETime", time: proof ?? now),
                        .vr("TypeOfProof", text: "urn:etsi:019102:poetype:validation"),
                    ]),
            ] + more)
        element.attributes = [.init("id", identifier)]
        list.append(element)
    }

    private static func name(_ bytes: [UInt8]) -> String {
        DigestAlgorithm.sha256.digest(bytes).bytes.hexText
    }
}

extension Element {
    fileprivate static func base64(_ bytes: [UInt8]) -> Element {
        .vr("base64", text: Base64.text(bytes))
    }
}
