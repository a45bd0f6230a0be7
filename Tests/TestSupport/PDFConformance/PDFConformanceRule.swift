// SPDX-License-Identifier: Apache-2.0

/// What the checker looks at: the clauses of ISO 19005-2/-3 (A) and ISO 14289-1 (U) that our files
/// could break.
package enum PDFConformanceRule: String, CaseIterable, Sendable {
    /// A 6.1.2: `%PDF-1.n` at the first byte, then a comment of four bytes above 127.
    case header, binaryComment
    /// A 6.1.3: nothing but one end of line after the last `%%EOF`; an /ID of two strings; no
    /// encryption.
    case endOfFile, identifier, encryption
    /// A 6.1.7.1: an end of line before `endstream`, a true /Length; no /F, no LZW.
    case streamEnd, streamLength, streamFilter
    /// The file can be read at all.
    case syntax

    /// U 7.2, 7.1; A 6.7.2: language, title shown, marked, structure.
    case language, displayTitle, markInfo, structureRoot
    /// EN 319 142-1, 5.6.
    case extensionsETSI = "extensions"
    /// A 6.5.1, 6.9: no actions; no optional content; no XFA and no /NeedAppearances.
    case forbiddenAction, optionalContent, needAppearances

    /// A 6.6.2, 6.6.4; U 5, 7.1.
    case metadataStream, pdfaIdentification, pdfuaIdentification, extensionSchema, metadataTitle
    /// Information dictionary and XMP say the same.
    case information, informationDates
    /// A 6.2.3, 6.2.4.3.
    case outputIntent, outputProfile, deviceColor

    /// U 7.1, 7.18.3; A 6.7.3.
    case structParents, tabOrder, unmarkedContent, markedContentOwner, duplicateIdentifier
    case operatorsUnknown = "unknownOperator"
    /// U 7.1, 7.2, 7.4.2, 7.3, 7.5.
    case structureParent, structureType, headingOrder, figureAlternative, figureBoundingBox
    case headerScope, tableStructure, tableRegular, contentRole

    /// A 6.2.11; U 7.21.
    case fontEmbedded, subsetTag, toUnicode, glyphMap, fontEncoding, widths, notdef, missingGlyph,
        cidSet

    /// A 6.3.2, 6.3.3, 6.4.1; U 7.18.
    case annotationFlags, annotationStructure, annotationTooltip, annotationAppearance

    /// A 6.8.
    case attachmentLevel, attachmentRelationship, attachmentAssociated, attachmentSubtype
    case attachmentNames
}
