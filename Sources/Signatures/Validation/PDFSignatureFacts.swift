// SPDX-License-Identifier: Apache-2.0
import PAdES
import PDF
import Trust

extension Judge {
    /// The facts about every signature of a PDF. A document time-stamp gives no proof yet, but one
    /// that is none makes the file unbelievable: anything could call itself so.
    func pdfSignatures(_ bytes: [UInt8]) -> [SignatureFacts] {
        let found: PDFSignatures
        do throws(PDFError) {
            found = try PAdES.signatures(in: bytes)
        } catch {
            return [SignatureFacts(unreadable: "The PDF cannot be read: \(error).", format: .pades)]
        }
        let stamps = found.signatures.filter { $0.kind == .documentTimestamp }
        guard stamps.allSatisfy({ Self.isIntact($0, found.securityStore) }) else {
            let reason = "A document time-stamp of the PDF cannot be believed."
            return [SignatureFacts(unreadable: reason, format: .pades)]
        }
        return found.signatures.filter { $0.kind == .signature }.map { signature in
            SignatureFacts(signature, store: found.securityStore)
        }
    }
}

extension Judge {
    private static func isIntact(_ stamp: PDFSignature, _ store: DocumentSecurityStore) -> Bool {
        let certificate = stamp.documentTimestamp?.authorityCertificate(
            among: store.material.certificates)
        return certificate.map { stamp.check(by: $0) == .valid } ?? false
    }
}

extension SignatureFacts {
    /// The facts about one PAdES signature.
    fileprivate init(_ signature: PDFSignature, store: DocumentSecurityStore) {
        guard let signedData = signature.signedData, let signer = signature.signer else {
            self.init(unreadable: "The signature of the PDF is no CMS object.", format: .pades)
            return
        }
        guard signature.byteRange.isDigestible, signature.byteRange.revision != nil else {
            self.init(
                unreadable: "The ByteRange of the signature does not end with a revision.",
                format: .pades)
            return
        }
        let material = store.material.union(
            ValidationMaterial(certificates: signedData.certificates))
        let certificate = signedData.certificate(of: signer, among: material.certificates)
        let references = (try? signer.signingCertificateReferences()) ?? []
        self.init(
            format: .pades, integrity: certificate.map { signature.check(by: $0).conclusion },
            signer: certificate, algorithm: signer.algorithm,
            digests: [signer.digest].compactMap { $0 },
            namesSigner: certificate.map { references.first?.identifies($0) == true } ?? false,
            signingTime: signature.claimedSigningTime,
            timestamps: signer.signatureTimeStamps.map {
                Timestamp(token: $0, input: signer.signature)
            },
            unreadableTimestamps: signer.unsignedAttributes.count { $0.type == .signatureTimeStamp }
                - signer.signatureTimeStamps.count,
            material: material,
            carriesRevocation: !store.material.ocspResponses.isEmpty
                || !store.material.revocationLists.isEmpty,
            coverage: signature.coverage == .entire ? .entire : .partial,
            isModifiedAfterSigning: signature.modifiedAfterSigning,
            nationalFaults: Self.nationalFaults(signature, signedData, signer, references),
            remarks: Self.remarks(signature))
    }

    /// PD-02, PD-03 and what EN 319 142-1, 6.3 demands of the CMS object.
    private static func nationalFaults(
        _ signature: PDFSignature, _ signedData: SignedData, _ signer: SignerInfo,
        _ references: [SigningCertificateReference]
    ) -> [String] {
        var faults = signature.byteRange.faults.map { "The ByteRange is wrong: \($0)." }
        let additions: Set<DocumentChange.Kind> = [.validationData, .documentTimestamp, .forbidden]
        if signature.changes.contains(where: { !additions.contains($0.kind) }) {
            faults.append("A later revision changes more than validation data (PD-03).")
        }
        if signature.fields.count > 1 { faults.append("Two fields share one signature.") }
        if !signedData.wasDER { faults.append("The CMS object is not DER.") }
        if signedData.signers.count != 1 { faults.append("The CMS object has not one signer.") }
        if references.first?.digest.algorithm == .sha1 {
            faults.append("The signature names its certificate with SHA-1.")
        }
        if signature.subFilter != "ETSI.CAdES.detached" {
            faults.append("The SubFilter is not ETSI.CAdES.detached.")
        }
        return faults
    }

    private static func remarks(_ signature: PDFSignature) -> [String] {
        let changed = signature.changes.filter { $0.kind == .forbidden }
        guard !changed.isEmpty else { return [] }
        let names = changed.prefix(10).map(\.path).joined(separator: "; ")
        return ["Changed after signing: \(names)."]
    }
}
