// SPDX-License-Identifier: Apache-2.0
import Trust

extension FileFacts {
    /// The facts about a CMS signature that stands alone (CAdES), over content inside or given.
    ///
    /// - Parameter content: What was signed, when the object does not hold it.
    init(_ signedData: SignedData, content: [UInt8]?) {
        guard !signedData.signers.isEmpty else {
            self.init(unreadable: "The CMS object has no signer.")
            return
        }
        self.init(
            signedData.signers.map { SignatureFacts($0, of: signedData, content: content) })
    }

    /// The facts about a time-stamp token that stands alone, over given data.
    init(timestamp token: TimestampToken, content: [UInt8]?) {
        self.init(
            [],
            documentStamps: [
                StampFacts(.document, der: token.der, covered: .init()) { algorithm in
                    content.map { algorithm.digest($0) }
                }
            ])
    }
}

extension SignatureFacts {
    fileprivate init(_ signer: SignerInfo, of signedData: SignedData, content: [UInt8]?) {
        let content = signedData.content ?? content
        let material = signedData.material
        let references = (try? signer.signingCertificateReferences()) ?? []
        let named = references.first.flatMap { reference in
            material.certificates.first { reference.identifies($0) }
        }
        let certificate = named ?? signedData.certificate(of: signer, among: material.certificates)
        self.init(
            format: .cades,
            signerNaming: references.isEmpty ? .absent : named == nil ? .mismatched : .named,
            material: material,
            carriesRevocation: !material.ocspResponses.isEmpty
                || !material.revocationLists.isEmpty,
            coverage: content == nil ? .partial : .entire)
        self.signer = certificate
        baselineFaults = signedData.wasDER ? [] : ["The CMS object is not DER."]
        if signer.signedAttributes == nil {
            baselineFaults.append("The CMS object has no signed attributes.")
        }
        algorithm = signer.algorithm
        if let digest = signer.digest {
            digests = [digest]
        } else {
            unknownAlgorithms = ["digest \(signer.digestAlgorithm.oid.dotted)"]
        }
        value = signer.signature
        toBeSigned = signer.signedAttributeBytes ?? content ?? []
        signingTime = signer.signingTime
        if let content {
            integrity = certificate.map {
                signer.check(
                    content: content, contentType: signedData.contentType, by: $0.publicKey
                ).conclusion
            }
        } else {
            integrity = .refused(.signedDataNotFound, "What was signed is not at hand.")
        }
        self.references = [.init(name: "content", check: .init(integrity))]
        timestamps = signer.unsignedAttributes.filter { $0.type == .signatureTimeStamp }
            .flatMap(\.values).map { der in
                StampFacts(.signature, der: der, covered: .init(ownSignature: true)) {
                    $0.digest(signer.signature)
                }
            }
    }
}
