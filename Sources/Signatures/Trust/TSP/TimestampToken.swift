// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Why a time-stamp token cannot be used.
package enum TimestampError: Error, Hashable {
    /// The token stamps other bytes than the ones we sent.
    case imprintMismatch(expected: MessageImprint, found: MessageImprint)
    /// The answer belongs to another request.
    case nonceMismatch
    /// The authority stamped under another policy than the one asked for.
    case policyMismatch(expected: OID, found: OID)
    /// The authority refused; `status` is its PKIStatus, `text` its own words.
    case refused(status: Int, text: String?, failure: PKIFailureInfo)
    /// The authority granted and sent no token.
    case missingToken
    /// What should be a token is not.
    case malformed(DERError)
}

/// A TimeStampToken (RFC 3161, 2.4.2): a CMS object around TSTInfo.
///
/// A value that exists has one signer and readable content; whether to believe it is
/// ``TrustPolicy``'s question.
package struct TimestampToken: Sendable, Hashable {
    package let signedData: SignedData
    package let info: TimestampInfo

    package static func == (left: TimestampToken, right: TimestampToken) -> Bool {
        left.signedData == right.signedData
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(signedData) }

    /// Reads a token.
    package init(der: [UInt8], allowingBER: Bool = false) throws(DERError) {
        try self.init(SignedData(parsing: der, allowingBER: allowingBER))
    }

    /// Takes a CMS object for a token.
    package init(_ signedData: SignedData) throws(DERError) {
        guard signedData.contentType == .tstInfo, let content = signedData.content else {
            throw .unexpectedElement(in: "TimeStampToken")
        }
        guard signedData.signers.count == 1 else {
            throw .extraElement(in: "TimeStampToken.signerInfos")
        }
        info = try TimestampInfo(der: content)
        self.signedData = signedData
    }

    package var der: [UInt8] { signedData.der }
    package var signer: SignerInfo { signedData.signers[0] }
    package var imprint: MessageImprint { info.imprint }
    package var genTime: Date { info.genTime }
    package var certificates: [Certificate] { signedData.certificates }

    /// Whether the token itself claims to be qualified (EN 319 422, 9.1).
    package var claimsQualified: Bool {
        guard let value = info.extensions.first(where: { $0.id == .qcStatements })?.value else {
            return false
        }
        return (try? QCStatements(parsing: value).identifiers.contains(.qualifiedTimestamp))
            ?? false
    }

    /// Checks that this token stamps `digest`.
    ///
    /// - Throws: It stamps something else.
    package func checkImprint(of digest: Digest) throws(TimestampError) {
        guard let found = imprint.digest, found == digest else {
            throw .imprintMismatch(expected: MessageImprint(digest), found: imprint)
        }
    }

    /// Checks that this token stamps `digest` and answers the request that carried `nonce`.
    ///
    /// Only the binding is checked (RFC 3161, 2.4.2); whether to trust the authority is
    /// ``TrustPolicy``'s question.
    ///
    /// - Throws: The token is useless for this request; ask the authority for another.
    package func checkBinding(to digest: Digest, nonce: Nonce?) throws(TimestampError) {
        try checkImprint(of: digest)
        guard info.nonce == nonce else { throw .nonceMismatch }
    }

    /// Checks that this token answers `request`, its policy included.
    package func checkBinding(to request: TimestampRequest) throws(TimestampError) {
        guard request.imprint.digest != nil, imprint.digest == request.imprint.digest else {
            throw .imprintMismatch(expected: request.imprint, found: imprint)
        }
        guard info.nonce == request.nonce else { throw .nonceMismatch }
        if let policy = request.policy, policy != info.policy {
            throw .policyMismatch(expected: policy, found: info.policy)
        }
    }

    /// The authority's certificate, from the token or from others at hand.
    package func authorityCertificate(among others: [Certificate] = []) -> Certificate? {
        signedData.certificate(of: signer, among: others)
    }

    /// Checks the token's own signature and its ESSCertID (RFC 3161, 2.4.2; RFC 5816).
    package func check(
        by certificate: Certificate, memory: VerificationMemory? = nil
    ) -> CMSCheck {
        guard let content = signedData.content else { return .malformed("TSTInfo") }
        let check = signer.check(
            content: content, contentType: .tstInfo, by: certificate.publicKey, memory: memory)
        guard check == .valid else { return check }
        guard let references = try? signer.signingCertificateReferences(),
            let reference = references.first
        else { return .malformed("signing-certificate") }
        return reference.identifies(certificate) ? .valid : .malformed("signing-certificate")
    }
}
