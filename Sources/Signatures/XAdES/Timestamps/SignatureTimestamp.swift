// SPDX-License-Identifier: Apache-2.0
package import XML
import XMLSignature

/// A time-stamp property of a signature with the bytes its tokens must stamp.
package struct SignatureTimestamp {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Time-stamps of the data, made before signing (EN 319 132-1, 5.2.8).
        case allDataObjects = "AllDataObjectsTimeStamp"
        case individualDataObjects = "IndividualDataObjectsTimeStamp"
        /// The signature value's own (EN 319 132-1, 5.3).
        case signature = "SignatureTimeStamp"
        /// Over the signature and the references to validation data (annex A.1.5).
        case sigAndRefs = "SigAndRefsTimeStamp"
        case sigAndRefsV2 = "SigAndRefsTimeStampV2"
        case refsOnly = "RefsOnlyTimeStamp"
        case refsOnlyV2 = "RefsOnlyTimeStampV2"
        /// Over everything before it (EN 319 132-1, 5.5.2), in either of its two namespaces.
        case archive = "ArchiveTimeStamp"
        case archiveV2 = "ArchiveTimeStampV2"

        package var isArchive: Bool { self == .archive || self == .archiveV2 }
        /// Made before the signature, over its data.
        package var isContent: Bool { self == .allDataObjects || self == .individualDataObjects }
    }

    /// What a time-stamp proves to have existed.
    package struct Coverage: Sendable, Hashable {
        /// The data the references of SignedInfo lead to; with `referenceIndices` only some of it.
        package var signedData = false
        package var referenceIndices: [Int]?
        package var signedInfo = false
        package var signatureValue = false
        package var keyInfo = false
        /// Indices of ``AdvancedSignature/unsignedProperties``.
        package var unsignedProperties: [Int] = []
    }

    package let kind: Kind
    package let node: XMLNode
    /// The place among the unsigned properties; `nil` for a time-stamp of the data.
    package let index: Int?
    package let id: String?
    /// The tokens, DER or BER, in order; all stamp the same bytes.
    package let tokens: [[UInt8]]
    package let imprint: StampedData
    package var coverage: Coverage { imprint.coverage }

    /// The bytes to stamp; empty when they cannot be computed, see ``StampedData/fault``.
    package var input: [UInt8] { imprint.bytes ?? [] }
}
