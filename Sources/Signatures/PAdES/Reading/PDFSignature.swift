// SPDX-License-Identifier: Apache-2.0
package import PDF
package import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A signature or document time-stamp of a PDF: facts about it, no verdict.
package struct PDFSignature: Sendable {
    package enum Kind: Sendable, Hashable {
        case signature
        /// /Type /DocTimeStamp or /SubFilter /ETSI.RFC3161 (EN 319 142-1, 5.4.3).
        case documentTimestamp
    }

    package enum Coverage: String, Sendable, Hashable {
        /// Every byte outside the /ByteRange is /Contents or belongs to an allowed later revision.
        case entire
        case partial
    }

    package let kind: Kind
    /// Names of all fields that hold this signature; more than one is suspicious.
    package let fields: [String]
    package let reference: ObjectReference?
    package let filter: String?
    package let subFilter: String?
    /// /M, a claim.
    package let claimedSigningTime: Date?
    package let claimedReason: String?
    package let certification: Certification?
    package let byteRange: ByteRange
    /// The octets of /Contents, padding included.
    package let contents: [UInt8]
    /// The CMS object; `nil` when /Contents holds none, and then why.
    package let signedData: SignedData?
    package let formatError: DERError?
    /// What later revisions changed; allowed changes too.
    package let changes: [DocumentChange]
    package let coverage: Coverage
    private let signedParts: [ArraySlice<UInt8>]

    /// A later revision changed something it may not.
    package var modifiedAfterSigning: Bool { changes.contains { $0.kind == .forbidden } }

    /// The first signer; PAdES allows one (EN 319 142-1, 6.3).
    package var signer: SignerInfo? { signedData?.signers.first }

    /// The token of a document time-stamp.
    package var documentTimestamp: TimestampToken? {
        guard kind == .documentTimestamp, let signedData else { return nil }
        return try? TimestampToken(signedData)
    }

    /// The digest of the covered bytes; `nil` when the range names none.
    package func digest(_ algorithm: DigestAlgorithm) -> Digest? {
        guard byteRange.isDigestible else { return nil }
        var running = algorithm.running
        for part in signedParts { running.update(part) }
        return running.finished()
    }

    /// Checks message digest and signature value; for a document time-stamp also its imprint.
    package func check(by certificate: Certificate) -> CMSCheck {
        guard let signedData, let signer else { return .malformed("Contents") }
        guard byteRange.isDigestible else { return .malformed("ByteRange") }
        if kind == .documentTimestamp { return checkTimestamp(by: certificate) }
        guard subFilter != "adbe.pkcs7.sha1" else {
            return checkDigestContent(signedData, signer, certificate.publicKey)
        }
        guard signer.signedAttributes != nil else {
            return signer.check(content: Array(signedParts.joined()), by: certificate.publicKey)
        }
        guard let algorithm = signer.digest, let digest = digest(algorithm) else {
            return .unsupported("digest algorithm \(signer.digestAlgorithm.oid.dotted)")
        }
        return signer.check(
            contentDigest: digest, contentType: signedData.contentType, by: certificate.publicKey)
    }

    private func checkTimestamp(by certificate: Certificate) -> CMSCheck {
        guard let token = documentTimestamp else { return .malformed("time-stamp token") }
        guard let imprint = token.imprint.digest, let found = digest(imprint.algorithm) else {
            return .unsupported("digest algorithm \(token.imprint.algorithm.oid.dotted)")
        }
        guard imprint == found else { return .digestMismatch(expected: imprint, found: found) }
        return token.check(by: certificate)
    }

    /// The old form in which the CMS content is the SHA-1 of the covered bytes (ISO 32000-1,
    /// 12.8.3.3.1).
    private func checkDigestContent(
        _ signedData: SignedData, _ signer: SignerInfo, _ key: PublicKey
    ) -> CMSCheck {
        guard let content = signedData.content, let found = digest(.sha1) else {
            return .malformed("content")
        }
        guard content == found.bytes else {
            return .digestMismatch(expected: Digest(.sha1, content), found: found)
        }
        return signer.check(content: content, contentType: signedData.contentType, by: key)
    }
}

extension PDFSignature {
    init(
        _ dictionary: PDFDictionary, reference: ObjectReference?, fields: [String],
        in file: PDFFile,
        budget: inout Int
    ) {
        let view = file.current
        self.reference = reference
        self.fields = fields
        filter = dictionary["Filter"]?.nameValue
        subFilter = dictionary["SubFilter"]?.nameValue
        kind =
            dictionary["Type"] == .name("DocTimeStamp") || subFilter == "ETSI.RFC3161"
            ? .documentTimestamp : .signature
        claimedSigningTime = (try? view.resolve(dictionary["M"]))?.textValue.flatMap(PDFDate.date)
        claimedReason = (try? view.resolve(dictionary["Reason"]))?.textValue
        let permissions = ModificationPermissions(dictionary, in: view)
        certification = permissions.certification
        let range = ByteRange(of: dictionary, at: reference, in: file)
        byteRange = range
        contents = dictionary["Contents"]?.stringValue ?? []
        do throws(DERError) {
            signedData = try SignedData(padded: contents, allowingBER: true)
            formatError = nil
        } catch {
            (signedData, formatError) = (nil, error)
        }
        signedParts = range.isDigestible ? Self.parts(range.numbers, of: file.bytes) : []
        guard let revision = range.revision else {
            (changes, coverage) = ([], .partial)
            return
        }
        changes = RevisionComparison.changes(
            in: file, since: revision, permissions: permissions, budget: &budget)
        let isAllowed = changes.allSatisfy { $0.kind != .forbidden }
        let known = max(file.revisions.last?.end ?? 0, range.end)
        let hasNoTail = known == file.bytes.count
        coverage = range.faults.isEmpty && isAllowed && hasNoTail ? .entire : .partial
    }

    private static func parts(_ numbers: [Int], of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        [
            bytes[numbers[0]..<numbers[0] + numbers[1]],
            bytes[numbers[2]..<numbers[2] + numbers[3]],
        ]
    }
}

/// Everything about the signatures of a file that does not need a judge.
package struct PDFSignatures: Sendable {
    package let file: PDFFile
    /// In the order of the revisions they end with; those that end with none come last.
    package let signatures: [PDFSignature]
    package let securityStore: DocumentSecurityStore
}

/// Reads the signatures and document time-stamps of a file.
///
/// - Throws: The file cannot be read, or has more signatures than ``Limits/signatures``.
package func signatures(in bytes: [UInt8]) throws(PDFError) -> PDFSignatures {
    let file = try PDFFile(bytes)
    let view = file.current
    var found: [(value: PDFObject, reference: ObjectReference?, fields: [String])] = []
    for field in try FormField.all(in: view) where field.type == "Sig" {
        guard let value = field.dictionary["V"] else { continue }
        let reference = value.referenceValue
        if let index = found.firstIndex(where: { $0.reference != nil && $0.reference == reference })
        {
            found[index].fields.append(field.name)
            continue
        }
        guard found.count < Limits.signatures else { throw .tooManyObjects }
        found.append((value, reference, [field.name]))
    }
    var signatures: [PDFSignature] = []
    var budget = Limits.comparedObjects
    for entry in found {
        guard let dictionary = try view.resolve(entry.value).dictionaryValue else { continue }
        signatures.append(
            PDFSignature(
                dictionary, reference: entry.reference, fields: entry.fields, in: file,
                budget: &budget))
    }
    let order = signatures.enumerated().sorted {
        ($0.element.byteRange.revision ?? .max, $0.offset)
            < ($1.element.byteRange.revision ?? .max, $1.offset)
    }
    return PDFSignatures(
        file: file, signatures: order.map(\.element), securityStore: DocumentSecurityStore(of: file)
    )
}
