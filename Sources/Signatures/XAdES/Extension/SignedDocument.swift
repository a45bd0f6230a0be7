// SPDX-License-Identifier: Apache-2.0
import Synchronization
import XML
import XMLSignature

/// A document just signed, with its one signature, on its way to B-T and B-LT.
///
/// Every step adds unsigned properties and leaves what is signed as it is; the document is read
/// once, however many steps follow. For documents of others, and for archive time-stamps, there is
/// ``ExtendableSignature``, which also checks what it did.
package struct SignedDocument: Sendable {
    package let bytes: [UInt8]
    private let reading: Reading

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        reading = Reading(nil)
    }

    private init(_ state: State) {
        bytes = state.text.bytes
        reading = Reading(state)
    }

    /// What one reading of the document tells.
    private struct State: Sendable {
        var text: UnsignedPropertiesText
        let signatureValue: [UInt8]
        let certificates: [[UInt8]]

        init(_ bytes: [UInt8]) throws(SigningError) {
            do {
                let document = try XMLDocument(parsing: bytes)
                let signature = try document.signature(at: nil)
                let core = try SignatureElement(signature)
                text = try UnsignedPropertiesText(bytes, of: signature)
                certificates = core.certificates
                signatureValue = try Canonicalization.exclusive.bytes(
                    of: .subtree(core.signatureValueNode, comments: true))
            } catch let error as SigningError {
                throw error
            } catch {
                throw .format("\(error)")
            }
        }
    }

    private final class Reading: Sendable {
        private let state: Mutex<State?>
        init(_ state: State?) { self.state = Mutex(state) }

        func of(_ bytes: [UInt8]) throws(SigningError) -> State {
            if let known = state.withLock({ $0 }) { return known }
            let read = try State(bytes)
            state.withLock { $0 = read }
            return read
        }
    }

    /// The bytes a signature time-stamp stamps: the canonical SignatureValue (EN 319 132-1, 5.3).
    package func signatureTimestampInput() throws(SigningError) -> [UInt8] {
        try reading.of(bytes).signatureValue
    }

    /// Level B-T: the document with this token as SignatureTimeStamp.
    package func adding(timestamp token: [UInt8]) throws(SigningError) -> SignedDocument {
        var state = try reading.of(bytes)
        state.text.add([.timestamp(.xades("SignatureTimeStamp"), token: token)])
        return SignedDocument(state)
    }

    /// Level B-LT: the document with what is needed to judge the signer's chain and the stamp's.
    ///
    /// A value that KeyInfo or an earlier container already holds is not written again, and no
    /// empty container is written (EN 319 132-1, 6.3).
    package func adding(
        signerValues: EncapsulatedValues, timestampValues: EncapsulatedValues
    ) throws(SigningError) -> SignedDocument {
        var state = try reading.of(bytes)
        let present = EncapsulatedValues(certificates: state.certificates)
        let signer = signerValues.without(present)
        let stamp = timestampValues.without(present).without(signer)
        let stampData =
            stamp.isEmpty
            ? [] : [Element(.xades141("TimeStampValidationData"), stamp.elements)]
        state.text.add(stampData + signer.elements)
        return SignedDocument(state)
    }
}
