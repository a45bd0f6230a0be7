// SPDX-License-Identifier: Apache-2.0
import Trust
import XAdES
import XML
import XMLSignature

extension FileFacts {
    /// The facts about every signature of a document, and about signed PDFs they cover.
    init(_ document: XMLDocument, reader: FileReader) {
        let found = AdvancedSignature.all(in: document, detached: reader.detached)
        let signatures = found.compactMap { try? $0.get() }
        self.init(
            found.map { result in
                switch result {
                case .success(let signature):
                    SignatureFacts(signature, among: signatures, reader)
                case .failure(let error):
                    SignatureFacts(unreadable: error.description, format: .xades)
                }
            })
    }
}

extension SignatureFacts {
    fileprivate init(
        _ signature: AdvancedSignature, among all: [AdvancedSignature], _ reader: FileReader
    ) {
        let core = signature.core
        let validation = core.validateCore()
        let carried = Self.material(of: signature)
        let candidates = carried.certificates + reader.certificates
        let namedSigner = Self.namedSigner(signature, among: candidates)
        let signer = namedSigner ?? Self.likelySigner(signature, among: candidates)
        self.init(
            format: .xades, signerNaming: Self.naming(signature, namedSigner, validation),
            material: carried,
            carriesRevocation: !carried.ocspResponses.isEmpty || !carried.revocationLists.isEmpty,
            coverage: XMLCoverage(signature, all, validation).coverage)
        self.signer = signer
        let value = Self.valueConclusion(core, signer?.publicKey)
        integrity = Self.integrity(signature, validation, value: value)
        hasBrokenPart =
            value?.indication == .failed
            || validation.references.contains { $0.outcome == .changed }
        references = validation.references.map {
            .init(name: $0.reference.uri ?? "", check: .init($0.conclusion))
        }
        takeAlgorithms(core)
        self.value = core.signatureValue
        toBeSigned = core.signedInfoBytes ?? []
        signingTime = signature.signingTime
        claimedRoles = signature.claimedRoles
        takePolicy(signature)
        timestamps = Self.stamps(of: signature)
        baselineFaults = Self.baselineFaults(signature)
        nationalFaults = NationalXMLConstraints(signature, validation.references).faults
        takeRemarks(signature, validation)
        demand(reader.detached, coveredBy: validation)
        if reader.looksInside, coverage == .entire {
            inside = Self.inside(signature.core)
        }
    }

    // MARK: The certificate (EN 319 102-1, 5.2.3)

    private static func material(of signature: AdvancedSignature) -> ValidationMaterial {
        let values = signature.values
        let hints = signature.core.keyInfo
        var seen: Set<[UInt8]> = []
        let certificates = (hints.certificates + values.certificates).filter {
            seen.insert($0).inserted
        }
        return ValidationMaterial(
            certificates: certificates.compactMap { try? Certificate(der: $0) },
            ocspResponses: values.ocspResponses.compactMap { try? OCSPResponse(der: $0) },
            revocationLists: (values.crls + hints.revocationLists).compactMap {
                try? RevocationList(der: $0)
            })
    }

    private static func namedSigner(
        _ signature: AdvancedSignature, among candidates: [Certificate]
    ) -> Certificate? {
        signature.signingCertificates.first.flatMap { reference in
            candidates.first { reference.matches($0.der) == true }
        }
    }

    /// The one whose key made the value; where the signature names none, else the one KeyInfo names
    /// or the first.
    private static func likelySigner(
        _ signature: AdvancedSignature, among candidates: [Certificate]
    ) -> Certificate? {
        let core = signature.core
        let maker = candidates.first {
            core.verifySignatureValue(with: .publicKey($0.publicKey)) == .valid
        }
        guard maker == nil, signature.signingCertificates.isEmpty else { return maker }
        return candidates.first(where: core.keyInfo.names) ?? candidates.first
    }

    /// Named by digest in SignedProperties that the signature covers whole (XM-06).
    private static func naming(
        _ signature: AdvancedSignature, _ named: Certificate?, _ validation: CoreValidation
    ) -> SignerNaming {
        guard !signature.signingCertificates.isEmpty else { return .absent }
        guard signature.signedPropertiesReference(in: validation) != nil else {
            return .uncovered
        }
        return named == nil ? .mismatched : .named
    }

    // MARK: Digests and value (5.2.7)

    private static func integrity(
        _ signature: AdvancedSignature, _ validation: CoreValidation, value: Conclusion?
    ) -> Conclusion? {
        let references = validation.references + validation.manifests.flatMap(\.references)
        let parts =
            (references.map(\.conclusion) + [value, own(signature, validation)].compactMap { $0 })
            .filter { !$0.isPassed }
        // Data, digests, value: the first step that does not pass gives the words (5.2.7.4).
        let first =
            parts.first { $0.subIndication == .signedDataNotFound }
            ?? parts.first { $0.subIndication == .hashFailure } ?? parts.first
        guard let first else { return value }
        var reasons: [String] = []
        for reason in parts.flatMap(\.reasons) where !reasons.contains(reason) {
            reasons.append(reason)
        }
        return Conclusion(first.indication, first.subIndication, reasons: reasons)
    }

    /// Properties that stand beside the signature and are not covered by it are somebody else's.
    private static func own(
        _ signature: AdvancedSignature, _ validation: CoreValidation
    ) -> Conclusion? {
        guard signature.signedProperties != nil else { return nil }
        guard let index = signature.signedPropertiesReference(in: validation) else {
            return .refused(
                .signedDataNotFound,
                "The signature does not cover the properties that stand in it.")
        }
        guard validation.references.indices.contains(where: { $0 != index }) else {
            return .refused(
                .signedDataNotFound, "The signature covers nothing but its own properties.")
        }
        return nil
    }

    /// With the signer's key, else with one that KeyInfo states; `nil` without any.
    private static func valueConclusion(_ core: SignatureElement, _ key: PublicKey?) -> Conclusion?
    {
        guard let key = key ?? core.keyInfo.publicKeys.first else { return nil }
        switch core.verifySignatureValue(with: .publicKey(key)) {
        case .valid: return .passed
        case .invalid:
            return .refused(
                .sigCryptoFailure, "The signature value was not made by the signer's key.")
        case .unsupported(let what):
            return .refused(
                .cryptoConstraintsFailure, "The signature uses \(what), which is not computed.")
        }
    }

    private mutating func takeAlgorithms(_ core: SignatureElement) {
        switch core.method {
        case .asymmetric(let algorithm): self.algorithm = algorithm
        case .hmac: unknownAlgorithms.append("a shared secret")
        case .other(let identifier): unknownAlgorithms.append("signature \(identifier)")
        }
        for reference in core.signedInfo.references {
            if let digest = DigestAlgorithm(xmlIdentifier: reference.digestMethod) {
                digests.append(digest)
            } else {
                unknownAlgorithms.append("digest \(reference.digestMethod)")
            }
        }
    }

    // MARK: Policy, time-stamps

    private mutating func takePolicy(_ signature: AdvancedSignature) {
        guard case .explicit(let policy)? = signature.signed.signaturePolicy else { return }
        policyIdentifier = policy.identifier
        let stored = signature.unsignedProperties.lazy.compactMap(\.policyStore?.document).first
        if let stored, policy.matches(document: stored) == false {
            policyFault = "The signature policy in the signature is not the one that was signed."
        }
    }

    private static func stamps(of signature: AdvancedSignature) -> [StampFacts] {
        signature.timestamps.flatMap { stamp in
            let covered = covered(by: stamp, of: signature)
            return stamp.tokens.map { der in
                StampFacts(stamp.kind.reported, der: der, covered: covered) {
                    stamp.imprint.digest($0)
                } matches: {
                    stamp.imprint.matches($0)
                }
            }
        }
    }

    private static func covered(
        by stamp: SignatureTimestamp, of signature: AdvancedSignature
    ) -> StampFacts.Covered {
        var covered = StampFacts.Covered(ownSignature: stamp.coverage.signatureValue)
        if stamp.coverage.keyInfo {
            covered.material.certificates += signature.core.certificates.compactMap {
                try? Certificate(der: $0)
            }
        }
        for index in stamp.coverage.unsignedProperties {
            guard let property = signature.unsignedProperties.first(where: { $0.index == index })
            else { continue }
            covered.material.formUnion(ValidationMaterial(property.values))
            covered.timestamps += signature.timestamps.filter { $0.index == index }
                .flatMap(\.tokens).compactMap { try? TimestampToken(der: $0, allowingBER: true) }
        }
        return covered
    }

    /// Data given beside the file, or lying beside it in a container, is covered by intact
    /// references, or the coverage is partial.
    private mutating func demand(_ data: [DetachedData], coveredBy validation: CoreValidation) {
        let references = validation.references + validation.manifests.flatMap(\.references)
        let covered = references.filter(\.isIntact).compactMap { reference -> String?? in
            if case .detached(let name) = reference.target { name } else { nil }
        }
        if !data.allSatisfy({ covered.contains($0.name) }) { leaveDataUncovered() }
    }

    // MARK: What else a reader should know

    private static func baselineFaults(_ signature: AdvancedSignature) -> [String] {
        guard signature.qualifyingProperties != nil else {
            return ["The signature is plain XML-DSig."]
        }
        return signature.namespace == "http://uri.etsi.org/01903/v1.3.2#"
            ? [] : ["The signature has an older form of XAdES."]
    }

    private mutating func takeRemarks(
        _ signature: AdvancedSignature, _ validation: CoreValidation
    ) {
        if !signature.malformedParts.isEmpty {
            remarks.append(
                "Cannot be read: \(Set(signature.malformedParts).sorted().joined(separator: ", "))."
            )
        }
        let broken = validation.manifests.flatMap(\.references).filter { !$0.isIntact }
        if !broken.isEmpty {
            remarks.append("\(broken.count) references of a manifest do not hold.")
        }
        if signature.isTarget == false {
            remarks.append("The qualifying properties name another signature as their target.")
        }
        if signature.countersigned != nil { remarks.append("It is a counter-signature.") }
    }

    /// PDFs in base64 among the elements a signature covers; what stands in the signature is not.
    private static func inside(_ core: SignatureElement) -> [FileFacts] {
        let own = Set(core.node.descendantsAndSelf)
        var found: [FileFacts] = []
        for element in core.document.root.descendantsAndSelf where !own.contains(element) {
            guard let facts = signedPDF(in: element) else { continue }
            guard found.count < Limits.insideFiles else {
                return found + [FileFacts(unreadable: "More PDFs are inside than are looked at.")]
            }
            found.append(facts)
        }
        return found
    }

    private static func signedPDF(in element: XMLNode) -> FileFacts? {
        guard let text = element.simpleText,
            text.utf8.lazy.filter({ $0 > 0x20 }).starts(with: Array("JVBERi0".utf8))
        else { return nil }
        guard let pdf = Base64.bytes(text) else {
            return FileFacts(unreadable: "The PDF inside is not base64.")
        }
        let facts = FileFacts(pdf: pdf)
        guard facts.fault == nil, facts.signatures.isEmpty else { return facts }
        return FileFacts(unreadable: "The PDF inside has no signature.")
    }
}

extension ReferenceValidation {
    /// In the words of EN 319 102-1, 5.2.7.
    fileprivate var conclusion: Conclusion {
        switch outcome {
        case .intact: return .passed
        case .changed: return .refused(.hashFailure, "What was signed has been changed.")
        case .notFound(let reason):
            return .refused(
                .signedDataNotFound, "A reference of the signature cannot be followed: \(reason).")
        case .notComputed(let what):
            return .refused(
                .cryptoConstraintsFailure,
                "A reference of the signature needs what is not computed: \(what).")
        }
    }
}

extension SignatureTimestamp.Kind {
    fileprivate var reported: TimestampReport.Kind {
        switch self {
        case .allDataObjects, .individualDataObjects: .content
        case .signature: .signature
        case .sigAndRefs, .sigAndRefsV2, .refsOnly, .refsOnlyV2: .validationData
        case .archive, .archiveV2: .archive
        }
    }
}

extension ValidationMaterial {
    init(_ values: EncapsulatedValues) {
        self.init(
            certificates: values.certificates.compactMap { try? Certificate(der: $0) },
            ocspResponses: values.ocspResponses.compactMap { try? OCSPResponse(der: $0) },
            revocationLists: values.crls.compactMap { try? RevocationList(der: $0) })
    }
}
