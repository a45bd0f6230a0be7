// SPDX-License-Identifier: Apache-2.0
package import PDF

/// One difference between a signed revision and what later revisions made of it.
package struct DocumentChange: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The security store, or the extension that announces it.
        case validationData
        case documentTimestamp
        /// A further signature.
        case signature
        case formFilling
        /// A comment or mark-up on a page, where a certification lets others make them.
        case annotation
        /// Title block, XMP, producer: nothing that stands on a page.
        case metadata
        /// Written, but nothing that is shown leads to it. A form of ours may not have it (rule
        /// PD-03).
        case unused
        /// Everything else (rule PD-03).
        case forbidden
    }

    /// What kind of thing differs, whether it may or not.
    package enum Subject: String, Sendable, Hashable {
        case trailer, catalog, pageTree, page, pageContent, font, image, formXObject, resources
        case optionalContent, annotation, form, field, appearance, action, signature
        case securityStore, metadata, information, extensions, objectStream, structure, other
    }

    package let kind: Kind
    /// The way from the trailer to what differs, for example `Root/Pages/Kids/0/Contents`.
    package let path: String
    /// The object as it is now, where the difference has one.
    package let object: ObjectReference?
    package let subject: Subject
    /// The revision that made the difference.
    package let revision: Int
    /// A further signature that shows something in a new place: it may cover what stood there.
    package let isVisibleAddition: Bool
}

/// A difference as one revision made it, before anyone asks which signature lets it pass.
struct RevisionFinding: Hashable {
    var kind: DocumentChange.Kind
    let path: String
    let object: ObjectReference?
    let subject: DocumentChange.Subject
    /// The field that was filled in or signed, for signatures that lock it.
    var field: String?
    /// A signature field that was not there before and shows something.
    var isVisibleAddition = false
}
