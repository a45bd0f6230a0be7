// SPDX-License-Identifier: Apache-2.0
import Trust
import XAdES
import XML
import XMLSignature

extension SignatureFacts {
    /// The facts about one XAdES signature.
    init(_ signature: AdvancedSignature) {
        let core = signature.core
        let validations = core.validateReferences()
        let carried = Self.material(signature)
        let signer = Self.signer(signature, among: carried.certificates)
        let stamps = signature.signatureTimestamps.flatMap { stamp in
            stamp.tokens.map { ($0, stamp.input) }
        }
        let tokens = stamps.compactMap { der, input in
            (try? TimestampToken(der: der, allowingBER: true)).map {
                Timestamp(token: $0, input: input)
            }
        }
        self.init(
            format: .xades,
            integrity: Self.integrity(core, validations, key: signer?.publicKey), signer: signer,
            algorithm: SignatureAlgorithm(xmlIdentifier: core.signedInfo.signatureMethod),
            digests: core.signedInfo.references.compactMap {
                DigestAlgorithm(xmlIdentifier: $0.digestMethod)
            },
            namesSigner: Self.namesSigner(signature, signer, validations),
            signingTime: signature.signingTime, claimedRoles: signature.claimedRoles,
            timestamps: tokens, unreadableTimestamps: stamps.count - tokens.count,
            material: carried,
            carriesRevocation: !signature.values.crls.isEmpty
                || !signature.values.ocspResponses.isEmpty,
            coverage: Self.coversDocument(validations) ? .entire : .partial,
            nationalFaults: NationalXMLConstraints(signature, validations).faults)
    }

    init(unreadable reason: String, format: SignatureReport.Format) {
        self.init(
            format: format, formatFault: reason, namesSigner: false,
            material: ValidationMaterial(), carriesRevocation: false, coverage: .partial)
    }

    private static func material(_ signature: AdvancedSignature) -> ValidationMaterial {
        let values = signature.values
        return ValidationMaterial(
            certificates: (signature.core.certificates + values.certificates)
                .compactMap { try? Certificate(der: $0) },
            ocspResponses: values.ocspResponses.compactMap { try? OCSPResponse(der: $0) },
            revocationLists: values.crls.compactMap { try? RevocationList(der: $0) })
    }

    /// The certificate the signature names by digest, else the one whose key made the value.
    private static func signer(
        _ signature: AdvancedSignature, among certificates: [Certificate]
    ) -> Certificate? {
        let named = certificates.first { certificate in
            signature.signingCertificates.first?.matches(certificate.der) == true
        }
        return named
            ?? certificates.first {
                (try? signature.core.verifySignatureValue(with: $0.publicKey)) == .valid
            } ?? certificates.first
    }

    /// Named by digest in SignedProperties that the signature covers (XM-06).
    private static func namesSigner(
        _ signature: AdvancedSignature, _ signer: Certificate?, _ validations: [ReferenceValidation]
    ) -> Bool {
        guard let signer, let properties = signature.signedProperties else { return false }
        let coversProperties = validations.contains { validation in
            guard case .element(let target) = validation.target else { return false }
            return target == properties && validation.reference.type == signedPropertiesType
        }
        return coversProperties && signature.signingCertificates.first?.matches(signer.der) == true
    }

    private static func integrity(
        _ core: SignatureElement, _ validations: [ReferenceValidation], key: PublicKey?
    ) -> Conclusion? {
        if validations.contains(where: { $0.outcome == .changed }) {
            return .refused(.hashFailure, "What was signed has been changed.")
        }
        for validation in validations {
            if case .notComputed(let reason) = validation.outcome {
                return .refused(
                    .signedDataNotFound,
                    "A reference of the signature cannot be followed: \(reason).")
            }
        }
        guard let key else { return nil }
        switch (try? core.verifySignatureValue(with: key)) ?? .invalid {
        case .valid: return .passed
        case .invalid:
            return .refused(
                .sigCryptoFailure, "The signature value was not made by the signer's key.")
        case .unsupported(let what):
            return .refused(
                .cryptoConstraintsFailure, "The signature uses \(what), which is not computed.")
        }
    }

    private static func coversDocument(_ validations: [ReferenceValidation]) -> Bool {
        validations.contains { validation in
            if case .document = validation.target { true } else { false }
        }
    }
}
