// SPDX-License-Identifier: Apache-2.0
package import Trust
import XML
package import XMLSignature

/// A signature, ours or another's, that is brought to a higher level: B-T, B-LT, B-LTA and on
/// (EN 319 132-1, 6.1).
///
/// Every step adds unsigned properties to the text and leaves each byte that is there; after it the
/// document is read again, and a step that changed what any signature or time-stamp of the document
/// covers is refused.
package struct ExtendableSignature: Sendable {
    package let bytes: [UInt8]
    /// Which of the document's signatures, in document order.
    package let index: Int?
    private let detached: [DetachedData]

    /// - Parameter index: Which of the document's signatures, in document order; without it there
    ///   must be exactly one.
    /// - Throws: The document has no such signature, or it is not XAdES 1.3.2 or later.
    package init(
        reopening bytes: [UInt8], signature index: Int? = nil, detached: [DetachedData] = []
    ) throws(SigningError) {
        (self.bytes, self.index, self.detached) = (bytes, index, detached)
        guard try read().signature.qualifyingProperties?.namespace == xadesNamespace else {
            throw .format("the signature has no QualifyingProperties of XAdES 1.3.2")
        }
    }

    private init(_ bytes: [UInt8], _ index: Int?, _ detached: [DetachedData]) {
        (self.bytes, self.index, self.detached) = (bytes, index, detached)
    }

    /// What a signature time-stamp stamps: the canonical SignatureValue (EN 319 132-1, 5.3).
    package func signatureTimestampInput() throws(SigningError) -> [UInt8] {
        let value = try read().signature.core.signatureValueNode
        do {
            return try Canonicalization.exclusive.bytes(of: .subtree(value, comments: true))
        } catch {
            throw .format(error.description)
        }
    }

    /// Level B-T: with this token as SignatureTimeStamp.
    package func addingSignatureTimestamp(
        _ token: [UInt8]
    ) throws(SigningError) -> ExtendableSignature {
        try adding { _ in [.timestamp(.xades("SignatureTimeStamp"), token: token)] }
    }

    /// Level B-LT: with what is needed to judge the signer's chain and those of the time-stamps.
    ///
    /// What KeyInfo or a property already holds is not written again, and nothing empty is written
    /// (EN 319 132-1, 6.3). CertificateValues and RevocationValues occur once; when they are there,
    /// all that is new goes into TimeStampValidationData behind the time-stamps.
    package func addingValidationMaterial(
        signer: EncapsulatedValues, timestamps: EncapsulatedValues
    ) throws(SigningError) -> ExtendableSignature {
        try adding { present in
            let known = EncapsulatedValues(certificates: present.core.certificates) + present.values
            let ofSigner = signer.without(known)
            let ofStamps = timestamps.without(known).without(ofSigner)
            let names = Set(present.unsignedPropertyNames)
            guard names.isDisjoint(with: ["CertificateValues", "RevocationValues"]) else {
                return Self.timestampValidationData(ofSigner + ofStamps)
            }
            return Self.timestampValidationData(ofStamps) + ofSigner.elements
        }
    }

    private static func timestampValidationData(_ values: EncapsulatedValues) -> [Element] {
        values.isEmpty ? [] : [Element(.xades141("TimeStampValidationData"), values.elements)]
    }

    /// The digest the next archive time-stamp stamps: of everything that is there
    /// (EN 319 132-1, 5.5.2.2).
    package func archiveTimestampDigest(
        _ algorithm: DigestAlgorithm = .sha256
    ) throws(SigningError) -> Digest {
        let imprint = try archiveImprint()
        guard let digest = imprint.digest(algorithm) else {
            throw .format("an archive time-stamp has nothing to stamp: \(imprint.fault ?? "")")
        }
        return digest
    }

    /// The bytes the next archive time-stamp stamps (EN 319 132-1, 5.5.2.2).
    package func archiveTimestampInput() throws(SigningError) -> [UInt8] {
        let imprint = try archiveImprint()
        guard let bytes = imprint.bytes else {
            throw .format("an archive time-stamp has nothing to stamp: \(imprint.fault ?? "")")
        }
        return bytes
    }

    private func archiveImprint() throws(SigningError) -> StampedData {
        let signature = try read().signature
        guard let qualifying = signature.qualifyingProperties else { throw .noSingleSignature }
        let parts = ImprintParts(
            core: signature.core, qualifyingProperties: qualifying,
            unsignedProperties: signature.unsignedProperties, canonicalization: .exclusive)
        do throws(ImprintFault) {
            return try parts.archive([], before: signature.unsignedProperties.count)
        } catch {
            throw .format("an archive time-stamp has nothing to stamp: \(error.reason)")
        }
    }

    /// Level B-LTA, and again at each renewal: with this token as ArchiveTimeStamp.
    ///
    /// What judges the time-stamps before it must be there already, see
    /// ``addingValidationMaterial(signer:timestamps:)``.
    package func addingArchiveTimestamp(
        _ token: [UInt8]
    ) throws(SigningError) -> ExtendableSignature {
        try adding { _ in [.timestamp(.xades141("ArchiveTimeStamp"), token: token)] }
    }

    // MARK: Reading before and after

    private struct Reading {
        let all: [Result<AdvancedSignature, SignatureFormatError>]
        let signature: AdvancedSignature
    }

    private func read() throws(SigningError) -> Reading {
        let document: XMLDocument
        do {
            document = try XMLDocument(parsing: bytes)
        } catch {
            throw .format(error.description)
        }
        let node = try document.signature(at: index)
        let all = AdvancedSignature.all(in: document, detached: detached)
        for case .success(let signature) in all where signature.core.node == node {
            return Reading(all: all, signature: signature)
        }
        throw .format("the signature cannot be read")
    }

    private func adding(
        _ properties: (AdvancedSignature) -> [Element]
    ) throws(SigningError) -> ExtendableSignature {
        let before = try read()
        var text = try UnsignedPropertiesText(bytes, of: before.signature.core.node)
        text.add(properties(before.signature))
        let extended = ExtendableSignature(text.bytes, index, detached)
        let after = try extended.read()
        guard Self.states(of: before.all) == Self.states(of: after.all, like: before.all) else {
            throw .format("another signature or time-stamp covers the place of the addition")
        }
        return extended
    }

    /// What must be the same after a step: every reference's outcome, every time-stamp's imprint.
    private struct State: Hashable {
        let outcomes: [ReferenceValidation.Outcome]
        let imprints: [Digest?]
    }

    private static func states(
        of all: [Result<AdvancedSignature, SignatureFormatError>],
        like earlier: [Result<AdvancedSignature, SignatureFormatError>]? = nil
    ) -> [State?] {
        all.enumerated().map { index, result in
            guard let signature = try? result.get() else { return nil }
            let count = earlier.flatMap { try? $0[index].get().timestamps.count }
            return State(
                outcomes: signature.core.validateReferences().map(\.outcome),
                imprints: signature.timestamps.prefix(count ?? .max).map {
                    $0.imprint.digest(.sha256)
                })
        }
    }
}
