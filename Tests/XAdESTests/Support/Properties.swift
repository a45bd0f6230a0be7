// SPDX-License-Identifier: Apache-2.0
import Testing
import Trust
import XML
import XMLSignature

@testable import XAdES

/// A document of ours with text put among its qualifying properties, signed or not.
struct Properties {
    let signer: Signer

    init() throws { signer = try Signer() }

    /// The signed `<a>` with these unsigned properties, written by hand.
    func unsigned(_ properties: String, content: String = "<a>é</a>") throws -> AdvancedSignature {
        let text = String(decoding: try signer.signed(content), as: UTF8.self)
        let unsigned = """
            <xades:UnsignedProperties><xades:UnsignedSignatureProperties>\(properties)\
            </xades:UnsignedSignatureProperties></xades:UnsignedProperties>
            """
        let end = "</xades:QualifyingProperties>"
        return try onlySignature(in: Array(text.replacing(end, with: unsigned + end).utf8))
    }

    /// A signature that is read but does not verify, with these signed properties.
    func signed(
        ofSignature: String = "", ofData: String = "", namespace: String = xadesNamespace
    ) throws -> AdvancedSignature {
        let object = """
            <ds:Object><xades:QualifyingProperties xmlns:xades="\(namespace)" Target="#S">\
            <xades:SignedProperties Id="P"><xades:SignedSignatureProperties>\(ofSignature)\
            </xades:SignedSignatureProperties><xades:SignedDataObjectProperties>\(ofData)\
            </xades:SignedDataObjectProperties></xades:SignedProperties>\
            </xades:QualifyingProperties></ds:Object>
            """
        let references =
            SignatureTemplate.reference(
                "", "AA==", transforms: [SignatureTemplate.enveloped], id: "r")
            + SignatureTemplate.reference("#P", "AA==", type: signedPropertiesType)
        let text = SignatureTemplate.signature(references: references, objects: object)
            .replacing("{V}", with: "AA==")
        return try onlySignature(in: Array("<a xmlns:u='urn:u'>é\(text)</a>".utf8))
    }

    static func digest(_ bytes: [UInt8], of algorithm: DigestAlgorithm = .sha256) -> String {
        """
        <ds:DigestMethod Algorithm="\(algorithm.xmlIdentifier)"/>\
        <ds:DigestValue>\(Base64.text(algorithm.digest(bytes).bytes))</ds:DigestValue>
        """
    }
}
