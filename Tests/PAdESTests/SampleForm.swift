// SPDX-License-Identifier: Apache-2.0
import Foundation
import PAdES
import PDF
import TestSupport
import Trust

/// A one-page form with an empty signature field, and its signed stages.
enum SampleForm {
    static let pki = TestPKI.shared
    /// A day after the clock of the test PKI.
    static let later = TestPKI.clock.addingTimeInterval(86_400)

    /// As drawn, unsigned.
    static let unsigned: [UInt8] = {
        do {
            let folder = "/usr/share/fonts/truetype/"
            let files = [
                "liberation2/LiberationSans-Regular.ttf", "liberation2/LiberationSans-Bold.ttf",
                "dejavu/DejaVuSans.ttf", "dejavu/DejaVuSans-Bold.ttf",
            ]
            let bytes = try files.map { [UInt8](try Data(contentsOf: URL(filePath: folder + $0))) }
            let fonts = try FontSet(
                regular: bytes[0], bold: bytes[1], fallbackRegular: bytes[2], fallbackBold: bytes[3]
            )
            return try draw(page, fonts: fonts)
        } catch {
            // Without fonts no test of this module means anything.
            preconditionFailure("fonts-liberation2 and fonts-dejavu-core are needed: \(error)")
        }
    }()

    private static let page = PageDescription(
        title: "Essai", author: "Dr Exemple", subject: "Essai", language: "fr-LU",
        created: .init(year: 2026, month: 11, day: 20), bottom: 780, continuationTop: 50,
        artifacts: [],
        blocks: [
            .text(
                .init(
                    field: "titre", content: "Essai de signature", tag: .h1, style: .init(size: 18),
                    placement: .flow(x: 50, gap: 0, width: 400, height: nil))),
            .signatureField(
                .init(
                    name: "Signature1", label: "Emplacement de la signature électronique",
                    style: .init(size: 8), placement: .flow(x: 50, gap: 10, width: 200, height: 60))
            ),
        ],
        footer: [])

    static func prepared(
        _ bytes: [UInt8] = unsigned, field: String? = "Signature1",
        by identity: TestIdentity = pki.signer, certification: Certification? = nil,
        timestampRoom: Int = 8_192
    ) throws -> PreparedPDFSignature {
        try prepare(
            pdf: bytes, field: field, signer: identity.certificate,
            intermediates: identity.intermediates, algorithm: identity.key.algorithm,
            time: TestPKI.clock, certification: certification, timestampRoom: timestampRoom)
    }

    static func signed(
        _ bytes: [UInt8] = unsigned, field: String? = "Signature1",
        by identity: TestIdentity = pki.signer, certification: Certification? = nil
    ) throws -> SignedPDF {
        let prepared = try prepared(bytes, field: field, by: identity, certification: certification)
        return try prepared.signed(with: identity.key.sign(prepared.toBeSigned))
    }

    static func stamped(certification: Certification? = nil) throws -> SignedPDF {
        let signed = try signed(certification: certification)
        let digest = DigestAlgorithm.sha256.digest(signed.signatureValue)
        return try signed.adding(timestamp: pki.timestamp(over: digest))
    }

    static func longTerm() throws -> [UInt8] {
        try stamped().addingValidationMaterial(pki.material())
    }

    static func archived() throws -> [UInt8] {
        let prepared = try prepareDocumentTimestamp(pdf: longTerm())
        return try prepared.stamped(with: pki.timestamp(over: prepared.imprint))
    }
}

/// The only signature of a file, as read back.
func onlySignature(in bytes: [UInt8]) throws -> PDFSignature {
    let found = try signatures(in: bytes).signatures.filter { $0.kind == .signature }
    struct NotOne: Error {}
    guard found.count == 1 else { throw NotOne() }
    return found[0]
}
