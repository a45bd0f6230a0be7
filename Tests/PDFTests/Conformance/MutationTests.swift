// SPDX-License-Identifier: Apache-2.0
@testable import PDF
import TestSupport
import Testing

/// Proves that the checker sees what it claims to see: every rule, broken on purpose, is reported.
@Suite("The conformance checker")
struct MutationTests {
    static let readable = Result {
        try draw(SamplePage.withAttachment, fonts: SystemFonts.set, isCompressing: false)
    }

    @Test("finds nothing in the file the mutations start from")
    func startsClean() throws {
        #expect(PDFConformanceChecker.findings(in: try Self.readable.get()) == [])
    }

    @Test("reports the broken rule, and no other", arguments: Mutation.all)
    func reports(_ mutation: Mutation) throws {
        let broken = PDFConformanceChecker.brokenRules(in: try mutation.apply(Self.readable.get()))

        #expect(broken == mutation.also.union([mutation.rule]))
    }

    @Test("has a mutation for each of its rules")
    func coversAllRules() {
        let covered = Set(Mutation.all.map(\.rule))

        #expect(PDFConformanceRule.allCases.filter { !covered.contains($0) } == [])
    }
}

extension Mutation {
    static let all =
        file + catalog + metadata + pages + structure + fonts + annotations + attachments

    private static let file: [Mutation] = [
        .text(.header, "%PDF-1.7", "%PDF-1.4"),
        Mutation(rule: .binaryComment) { $0[..<10] + [0x41] + $0[11...] },
        Mutation(rule: .endOfFile) { $0 + [0x0A] },
        .text(.identifier, "/ID [", "/IX ["),
        .text(.encryption, "/Info 2 0 R", "/Encrypt 2 0 R /Info 2 0 R"),
        .text(.streamEnd, "/Length 480", "/Length 481", also: [.outputProfile]),
        .text(.streamLength, "/Length 480", "/Length 470", also: [.outputProfile]),
        .dictionary(.streamFilter, also: [.outputProfile], where: { $0["N"] == .integer(3) }) {
            $0["Filter"] = .name("LZWDecode")
        },
        .text(.syntax, "startxref", "startxxxx"),
    ]

    private static let catalog: [Mutation] = [
        .key(.language, of: "Catalog", "Lang", nil),
        .key(.displayTitle, of: "Catalog", "ViewerPreferences", nil),
        .key(.markInfo, of: "Catalog", "MarkInfo", .dictionary([:])),
        .key(
            .structureRoot, of: "Catalog", "StructTreeRoot", nil,
            also: [.markedContentOwner, .annotationStructure]),
        .key(.extensionsETSI, of: "Catalog", "Extensions", nil),
        .key(
            .forbiddenAction, of: "Catalog", "OpenAction", .dictionary(["S": .name("JavaScript")])),
        .key(.optionalContent, of: "Catalog", "OCProperties", .dictionary([:])),
        .dictionary(.needAppearances, where: { $0["Fields"] != nil }) {
            $0["NeedAppearances"] = .boolean(true)
        },
    ]

    private static let metadata: [Mutation] = [
        .key(.metadataStream, of: "Metadata", "Subtype", .name("Text")),
        .text(.pdfaIdentification, "<pdfaid:conformance>A", "<pdfaid:conformance>B"),
        .text(.pdfuaIdentification, "<pdfuaid:part>1", "<pdfuaid:part>2"),
        .text(.extensionSchema, "<pdfaExtension:schemas>", "<pdfaExtension:schemax>"),
        .text(.metadataTitle, "<dc:title>", "<dc:titel>", also: [.information]),
        .dictionary(.information, where: { $0["Producer"] != nil }) {
            $0["Title"] = .text("Autre")
        },
        .dictionary(.informationDates, where: { $0["Producer"] != nil }) { $0["ModDate"] = nil },
        .key(.outputIntent, of: "Catalog", "OutputIntents", nil),
        .text(.outputProfile, "mntrRGB XYZ", "mntrCMYKXYZ"),
    ]

    private static let pages: [Mutation] = [
        .text(.deviceColor, " rg\n", " cs\n"),
        .key(
            .structParents, of: "Page", "StructParents", nil,
            also: [.markedContentOwner]),
        .key(.tabOrder, of: "Page", "Tabs", nil),
        .text(.unmarkedContent, "/Artifact <</Type/Layout>> BDC", "                              "),
        .dictionary(.markedContentOwner, where: { $0["S"] == .name("P") }) { $0["K"] = nil },
        .text(
            .duplicateIdentifier, "/P <</MCID 1>> BDC", "/P <</MCID 0>> BDC",
            also: [.markedContentOwner, .contentRole]),
        .text(.contentRole, "/P <</MCID 1>> BDC", "/Q <</MCID 1>> BDC"),
        .text(.operatorsUnknown, " re f\n", " re x\n"),
    ]

    private static let structure: [Mutation] = [
        .key(.structureParent, of: "H1", "P", .reference(ObjectReference(number: 1))),
        .key(.structureType, of: "H2", "S", .name("Heading"), also: [.contentRole]),
        .key(.headingOrder, of: "H2", "S", .name("H3"), also: [.contentRole]),
        .key(.figureAlternative, of: "Figure", "Alt", nil),
        .key(.figureBoundingBox, of: "Figure", "A", nil),
        .key(.headerScope, of: "TH", "A", nil),
        .key(.tableStructure, of: "TBody", "S", .name("Div")),
        .dictionary(.tableRegular, also: [.markedContentOwner], where: { $0["S"] == .name("TR") }) {
            $0["K"] = .array($0["K"]?.arrayValue?.dropLast() ?? [])
        },
    ]

    private static let fonts: [Mutation] = [
        .key(.fontEmbedded, of: "FontDescriptor", "FontFile2", nil),
        .key(.subsetTag, of: "Type0", "BaseFont", .name("LiberationSans")),
        .text(.toUnicode, "<0001> <", "<0F01> <"),
        .key(.glyphMap, of: "CIDFontType2", "CIDToGIDMap", nil),
        .key(.fontEncoding, of: "Type0", "Encoding", .name("WinAnsiEncoding")),
        .key(.widths, of: "CIDFontType2", "W", .array([.integer(1), .array([.integer(500)])])),
        .text(.notdef, "Tf\n<0001", "Tf\n<0000", also: [.toUnicode]),
        .text(.missingGlyph, "Tf\n<0001", "Tf\n<0FFF", also: [.toUnicode]),
        .key(.cidSet, of: "FontDescriptor", "CIDSet", .null),
    ]

    private static let annotations: [Mutation] = [
        .key(.annotationFlags, of: "Widget", "F", .integer(2)),
        .key(.annotationStructure, of: "Widget", "StructParent", nil),
        .key(.annotationTooltip, of: "Widget", "TU", nil),
        .key(.annotationAppearance, of: "Widget", "AP", nil),
    ]

    private static let attachments: [Mutation] = [
        .text(.attachmentLevel, "<pdfaid:part>3", "<pdfaid:part>2"),
        .key(.attachmentRelationship, of: "Filespec", "AFRelationship", nil),
        .key(.attachmentAssociated, of: "Catalog", "AF", nil),
        .key(.attachmentSubtype, of: "EmbeddedFile", "Subtype", nil),
        .key(.attachmentNames, of: "Catalog", "Names", nil),
    ]
}
