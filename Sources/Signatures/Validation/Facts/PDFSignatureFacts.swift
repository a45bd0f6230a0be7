// SPDX-License-Identifier: Apache-2.0
import PAdES
import PDF
import Trust

extension FileFacts {
    /// The facts about every signature and document time-stamp of a PDF.
    init(pdf bytes: [UInt8]) {
        let found: PDFSignatures
        do throws(PDFError) {
            found = try PAdES.signatures(in: bytes)
        } catch {
            self.init(unreadable: "The PDF cannot be read: \(error).")
            return
        }
        let signatures = found.signatures.filter { $0.kind == .signature }
        let stamps = found.signatures.filter { $0.kind == .documentTimestamp }
        self.init(
            signatures.map { SignatureFacts($0, in: found) },
            documentStamps: stamps.map { StampFacts($0, over: signatures, in: found) })
        // A time-stamp that cannot be placed proves nothing, and the file is not what it was.
        for stamp in stamps where !stamp.isSoundlyPlaced {
            let reason = "A document time-stamp does not cover the file as it was when it was made."
            for index in self.signatures.indices { self.signatures[index].remarks.append(reason) }
        }
    }
}

extension PDFSignature {
    /// Whether the bytes it is about are those of a revision, and it still stands in the form.
    fileprivate var isSoundlyPlaced: Bool {
        byteRange.faults.isEmpty && byteRange.revision != nil && standing == .inField
    }

    fileprivate func precedes(_ other: PDFSignature) -> Bool {
        guard let own = byteRange.revision, let later = other.byteRange.revision else {
            return false
        }
        return own < later
    }
}

extension StampFacts {
    fileprivate init(
        _ stamp: PDFSignature, over signatures: [PDFSignature], in file: PDFSignatures
    ) {
        var covered = Covered()
        if stamp.isSoundlyPlaced, let revision = stamp.byteRange.revision {
            let earlier = file.signatures.filter { $0.precedes(stamp) }
            covered.signatures = Set(
                signatures.indices.filter { signatures[$0].precedes(stamp) })
            covered.material = file.securityStore.material(throughRevision: revision)
            for signature in earlier {
                covered.material.formUnion(signature.signedData?.material ?? ValidationMaterial())
                covered.timestamps += signature.signer?.signatureTimeStamps ?? []
                covered.timestamps += [signature.documentTimestamp].compactMap { $0 }
            }
        }
        self.init(.document, der: stamp.signedData?.der ?? [], covered: covered) {
            stamp.isSoundlyPlaced ? stamp.digest($0) : nil
        }
    }
}

extension SignatureFacts {
    /// The facts about one PAdES signature.
    fileprivate init(_ signature: PDFSignature, in file: PDFSignatures) {
        let signedData = signature.signedData
        let own = signedData?.material ?? ValidationMaterial(certificates: signature.certificates)
        let material = file.securityStore.material.union(own)
        self.init(
            format: .pades, signerNaming: .absent, material: material,
            carriesRevocation: !material.ocspResponses.isEmpty
                || !material.revocationLists.isEmpty,
            coverage: signature.coverage == .entire ? .entire : .partial)
        isModifiedAfterSigning = signature.modifiedAfterSigning
        changes = signature.changes.filter { $0.kind == .forbidden }.map(\.sentence)
        remarks = Self.remarks(signature, file)
        baselineFaults = Self.baselineFaults(signature)
        guard signature.byteRange.isDigestible, signature.byteRange.revision != nil else {
            formatFault = "The ByteRange of the signature does not end with a revision."
            return
        }
        guard let signedData, let signer = signature.signer else {
            readWithoutCMS(signature)
            return
        }
        read(signature, signedData, signer)
        nationalFaults = Self.nationalFaults(signature, signedData, signer, file)
    }

    private mutating func read(
        _ signature: PDFSignature, _ signedData: SignedData, _ signer: SignerInfo
    ) {
        let references = (try? signer.signingCertificateReferences()) ?? []
        let named = references.first.flatMap { reference in
            material.certificates.first { reference.identifies($0) }
        }
        let certificate =
            named ?? signedData.certificate(of: signer, among: material.certificates)
        self.signer = certificate
        signerNaming = references.isEmpty ? .absent : named == nil ? .mismatched : .named
        integrity = certificate.map { signature.check(by: $0).conclusion }
        algorithm = signer.algorithm
        if let digest = signer.digest {
            digests = [digest]
        } else {
            unknownAlgorithms.append("digest \(signer.digestAlgorithm.oid.dotted)")
        }
        if signer.algorithm == nil {
            unknownAlgorithms.append("signature \(signer.signatureAlgorithm.oid.dotted)")
        }
        value = signer.signature
        toBeSigned = signer.signedAttributeBytes ?? []
        signingTime = signature.claimedSigningTime ?? signer.signingTime
        self.references = [
            .init(
                name: signature.byteRange.numbers.map(String.init).joined(separator: " "),
                check: .init(integrity))
        ]
        timestamps = signer.unsignedAttributes.filter { $0.type == .signatureTimeStamp }
            .flatMap(\.values).map { der in
                StampFacts(
                    .signature, der: der,
                    covered: .init(ownSignature: true)
                ) { $0.digest(signer.signature) }
            }
    }

    /// The oldest form, an RSA value beside a certificate; anything else is no signature.
    private mutating func readWithoutCMS(_ signature: PDFSignature) {
        guard let certificate = signature.certificates.first else {
            formatFault = "The signature of the PDF is no CMS object."
            return
        }
        signer = certificate
        integrity = signature.check(by: certificate).conclusion
        algorithm = .rsaPKCS1(.sha1)
        digests = [.sha1]
        signingTime = signature.claimedSigningTime
    }

    /// EN 319 142-1, 6.3: what a baseline signature must be.
    private static func baselineFaults(_ signature: PDFSignature) -> [String] {
        var faults: [String] = []
        if signature.subFilter != "ETSI.CAdES.detached" {
            faults.append("The SubFilter is not ETSI.CAdES.detached.")
        }
        if signature.signer?.signedAttributes == nil {
            faults.append("The CMS object has no signed attributes.")
        }
        if let signedData = signature.signedData {
            if !signedData.wasDER { faults.append("The CMS object is not DER.") }
            if signedData.signers.count != 1 { faults.append("The CMS object has not one signer.") }
        }
        return faults
    }

    /// PD-02, PD-03 and what EN 319 142-1, 6.3 demands of the CMS object.
    private static func nationalFaults(
        _ signature: PDFSignature, _ signedData: SignedData, _ signer: SignerInfo,
        _ file: PDFSignatures
    ) -> [String] {
        var faults = signature.byteRange.faults.map { "The ByteRange is wrong: \($0)." }
        faults += baselineFaults(signature)
        if !file.irregularities.isEmpty {
            faults.append("The file is not as a strict reader expects it.")
        }
        let additions: Set<DocumentChange.Kind> = [.validationData, .documentTimestamp, .forbidden]
        if signature.changes.contains(where: { !additions.contains($0.kind) }) {
            faults.append("A later revision changes more than validation data (PD-03).")
        }
        if signature.fields.count > 1 { faults.append("Two fields share one signature.") }
        let references = (try? signer.signingCertificateReferences()) ?? []
        if references.first?.digest.algorithm == .sha1 {
            faults.append("The signature names its certificate with SHA-1.")
        }
        return faults
    }

    private static func remarks(_ signature: PDFSignature, _ file: PDFSignatures) -> [String] {
        var remarks: [String] = []
        let changed = signature.changes.filter { $0.kind == .forbidden }
        if !changed.isEmpty {
            let names = changed.prefix(10).map(\.sentence).joined(separator: " ")
            remarks.append("Changed after signing: \(names)")
        }
        if signature.standing != .inField {
            remarks.append("The signature is no longer the value of a field of the form.")
        }
        if file.isTooMuchToCompare {
            remarks.append("The file has too many changes to be compared.")
        }
        return remarks
    }
}

extension DocumentChange {
    /// What changed and where, without content.
    fileprivate var sentence: String {
        let number = object.map { " (object \($0.number))" } ?? ""
        return "\(subject.rawValue)\(number) at \(path), revision \(revision + 1)."
    }
}
