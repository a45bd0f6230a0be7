// SPDX-License-Identifier: Apache-2.0
package import Trust
import XML

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Why a trusted list is not relied on; whole sentences.
package struct TrustedListRefusal: Error, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

extension TrustedList {
    /// Reads a list whose one signature covers it whole and was made by one of `signers`
    /// (TS 119 612, 5.7; TS 119 615, 4.1 and 4.2).
    ///
    /// - Parameter now: The signer's certificate must be in its validity period.
    package init(
        _ bytes: [UInt8], signedByOneOf signers: [Certificate], crypto: CryptoPolicy?, now: Date
    ) throws(TrustedListRefusal) {
        let signed = try SignedTrustedList(bytes, candidates: signers)
        try signed.require(oneOf: signers, crypto: crypto, at: now)
        self = signed.list
    }
}

extension TrustedLists {
    /// Lists reached from a list of lists, whose own signers may have changed from pivot to pivot
    /// (TS 119 615, 4.1).
    ///
    /// - Parameters:
    ///   - pivots: Earlier lists of lists, oldest first; each names who may sign the next.
    ///   - nationals: Each is used when the list of lists names its signer for its territory.
    ///   - signers: Who may sign the first pivot, or the list of lists when there is none.
    /// - Returns: The lists that hold, and why others do not.
    package static func reached(
        from listOfLists: [UInt8], pivots: [[UInt8]] = [], nationals: [[UInt8]],
        signers: [Certificate], crypto: CryptoPolicy?, now: Date
    ) throws(TrustedListRefusal) -> (lists: TrustedLists, refusals: [TrustedListRefusal]) {
        var signers = signers
        for pivot in pivots {
            let signed = try SignedTrustedList(pivot, candidates: signers)
            // A pivot stays what it was; its signer may have expired since.
            try signed.require(oneOf: signers, crypto: crypto, at: signed.list.issued)
            signers = try signed.list.ownSigners
        }
        let top = try TrustedList(listOfLists, signedByOneOf: signers, crypto: crypto, now: now)
        guard top.kind == .listOfLists else {
            throw TrustedListRefusal("The list of lists is another kind of list.")
        }
        var (lists, refusals) = ([TrustedList](), [TrustedListRefusal]())
        for national in nationals {
            do throws(TrustedListRefusal) {
                lists.append(try top.national(national, crypto: crypto, now: now))
            } catch { refusals.append(error) }
        }
        return (TrustedLists(lists), refusals)
    }
}

extension TrustedList {
    /// Who may sign the next list of lists.
    fileprivate var ownSigners: [Certificate] {
        get throws(TrustedListRefusal) {
            let own = pointers.filter { $0.kind == .listOfLists }.flatMap(\.signers)
            guard kind == .listOfLists, !own.isEmpty else {
                throw TrustedListRefusal("A pivot names nobody who may sign the list of lists.")
            }
            return own
        }
    }

    /// A national list, signed by whom this list of lists names for its territory.
    fileprivate func national(
        _ bytes: [UInt8], crypto: CryptoPolicy?, now: Date
    ) throws(TrustedListRefusal) -> TrustedList {
        let nationals = pointers.filter { $0.kind == .national }
        let signed = try SignedTrustedList(bytes, candidates: nationals.flatMap(\.signers))
        let allowed = nationals.filter { $0.territory == signed.list.territory }
        try signed.require(oneOf: allowed.flatMap(\.signers), crypto: crypto, at: now)
        guard signed.list.kind == .national else {
            throw TrustedListRefusal("A list of lists stands in the place of a trusted list.")
        }
        return signed.list.limited(by: self)
    }
}

/// A list with one signature over all of it that holds; by whom is still to be looked at.
private struct SignedTrustedList {
    let list: TrustedList
    private let signature: SignatureFacts

    init(_ bytes: [UInt8], candidates: [Certificate]) throws(TrustedListRefusal) {
        let document: XMLDocument
        do throws(XMLError) {
            document = try XMLDocument(parsing: bytes, limits: Limits.trustedList)
        } catch { throw TrustedListRefusal("The trusted list is no XML: \(error).") }
        var reader = FileReader(certificates: candidates)
        reader.looksInside = false
        let facts = FileFacts(document, reader: reader)
        guard facts.signatures.count == 1 else {
            throw TrustedListRefusal("The trusted list has not exactly one signature.")
        }
        signature = facts.signatures[0]
        guard signature.integrity?.isPassed == true, signature.coverage == .entire,
            signature.hasNamedSigner
        else {
            throw TrustedListRefusal("The signature of the trusted list does not hold.")
        }
        do throws(TrustedListError) {
            list = try TrustedList(document.root)
        } catch { throw TrustedListRefusal("The trusted list cannot be read: \(error).") }
    }

    /// - Parameter validation: For a validation in the past, the list is looked at when it was issued.
    func require(
        oneOf signers: [Certificate], crypto: CryptoPolicy?, at validation: Date
    ) throws(TrustedListRefusal) {
        let moment = max(validation, list.issued)
        guard let signer = signature.signer, signers.contains(signer) else {
            throw TrustedListRefusal("The trusted list was not signed by a certificate expected.")
        }
        guard signer.isInValidityPeriod(at: moment) else {
            throw TrustedListRefusal(
                "The certificate that signed the trusted list was not valid at that time.")
        }
        guard let crypto else { return }
        let weak =
            signature.algorithm.flatMap {
                crypto.refusal(of: $0, key: signer.publicKey, at: moment)
            }
            ?? signature.digests.lazy.compactMap { crypto.refusal(of: $0, at: moment) }.first
            ?? signature.unknownAlgorithms.first
        if let weak {
            throw TrustedListRefusal("The trusted list relies on \(weak), not allowed then.")
        }
    }
}

extension SignatureFacts {
    /// Whether the signing certificate is the one the signature names; plain XML-DSig names none.
    fileprivate var hasNamedSigner: Bool {
        switch signerNaming {
        case .named: true
        case .absent, .mismatched, .uncovered: false
        }
    }
}
