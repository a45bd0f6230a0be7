// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Trust

@Suite("CMS as others make it")
struct SignedDataMaterialTests {
    private let pki = TestPKI.shared

    private func signed(_ additional: CMSAttribute...) throws -> SignedData {
        let attributes = SignedAttributes(
            contentDigest: DigestAlgorithm.sha256.digest([1]), signer: pki.signer.certificate,
            additional: additional)
        return try SignedData.assemble(
            attributes, signature: pki.signer.key.sign(attributes.bytesToSign),
            algorithm: pki.signer.key.algorithm)
    }

    @Test("Adobe's revocation archive is material")
    func archive() throws {
        let list = try pki.revocationList()
        let response = try pki.ocspResponse(about: pki.signer.certificate)
        let value = DERValue.sequence(
            .explicit(0, .sequence(.encoded(list.der))),
            .explicit(1, .sequence(.encoded(response.der))))
        let found = try signed(CMSAttribute(.adobeRevocationArchive, value: value)).material
        #expect(found.revocationLists == [list] && found.ocspResponses == [response])
        #expect(found.certificates == [pki.signer.certificate])
        let broken = try signed(CMSAttribute(.adobeRevocationArchive, value: .integer(1))).material
        #expect(broken.revocationLists.isEmpty && broken.ocspResponses.isEmpty)
    }

    @Test("the values of CAdES are material, basic responses included")
    func values() throws {
        let list = try pki.revocationList()
        let response = try pki.ocspResponse(about: pki.signer.certificate)
        let revocation = DERValue.sequence(
            .explicit(0, .sequence(.encoded(list.der))),
            .explicit(1, .sequence(.encoded(response.basicDER))))
        let certificates = DERValue.sequence(.encoded(pki.issuing.certificate.der))
        let plain = try signed()
        let found = try plain.replacingUnsignedAttributes(with: [
            CMSAttribute(.revocationValues, value: revocation),
            CMSAttribute(.certificateValues, value: certificates),
        ]).material
        #expect(found.revocationLists == [list])
        #expect(found.ocspResponses.map(\.basicDER) == [response.basicDER])
        #expect(found.certificates.contains(pki.issuing.certificate))
    }

    @Test("algorithms that are protected must be the ones used (RFC 6211)")
    func algorithmProtection() throws {
        let key = pki.signer.certificate.publicKey
        for (digest, check) in [
            (DigestAlgorithm.sha256, CMSCheck.valid),
            (.sha384, .malformed("cms-algorithm-protection")),
        ] {
            let value = DERValue.sequence(
                digest.identifier.der,
                .implicit(1, SignatureAlgorithm.ecdsa(.sha256).identifier.der))
            let found = try signed(CMSAttribute(.cmsAlgorithmProtection, value: value))
            #expect(found.signers[0].check(content: [1], by: key) == check)
        }
    }

    @Test("a signature over the SHA-1 of what was signed is bound to it")
    func encapsulatedDigest() throws {
        let digest = DigestAlgorithm.sha1.digest([1, 2, 3])
        let found = try pki.sign(digest.bytes, attached: true)
        let (signer, key) = (found.signers[0], pki.signer.certificate.publicKey)
        #expect(signer.check(sha1Content: digest.bytes, of: digest, by: key) == .valid)
        let other = DigestAlgorithm.sha1.digest([1, 2])
        #expect(
            signer.check(sha1Content: digest.bytes, of: other, by: key)
                == .digestMismatch(expected: digest, found: other))
    }
}
