// SPDX-License-Identifier: Apache-2.0
package import PDF

/// One difference between the signed revision and the file as it is.
package struct DocumentChange: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        /// The security store, or the extension that announces it.
        case validationData
        case documentTimestamp
        /// A further signature.
        case signature
        case formFilling
        /// Title block, XMP, producer: nothing that stands on a page.
        case metadata
        /// Written, but nothing that is shown leads to it. A form of ours may not have it (rule
        /// PD-03).
        case unused
        /// Everything else (rule PD-03).
        case forbidden
    }

    package let kind: Kind
    /// The way from the trailer to what differs, for example `Root/Pages/Kids/0/Contents`.
    package let path: String
    /// The object as it is now, where the difference has one.
    package let object: ObjectReference?
}
