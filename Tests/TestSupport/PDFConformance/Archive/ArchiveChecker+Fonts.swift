// SPDX-License-Identifier: Apache-2.0
import PDF

/// Clauses on font dictionaries (6.2.11.2, 6.2.11.3.2), and what part 1 does not know.
extension ArchiveChecker {
    /// The fonts of all resources, and those composite fonts are made of.
    private var fonts: [PDFDictionary] {
        let named = dictionaries.compactMap { $0["Font"] }.flatMap { fonts in
            dictionary(fonts).entries.compactMap { resolve($0.value).dictionaryValue }
        }
        let descendants = named.flatMap { array($0["DescendantFonts"]) }.map { dictionary($0) }
        return (named + descendants).filter { $0["Subtype"] != nil || $0["BaseFont"] != nil }
    }

    mutating func checkFonts() {
        let kinds: Set<String> = [
            "Type1", "MMType1", "TrueType", "Type3", "Type0", "CIDFontType0", "CIDFontType2",
        ]
        for font in fonts {
            let kind = resolve(font["Subtype"]).nameValue ?? ""
            let name = resolve(font["BaseFont"]).nameValue
            require(resolve(font["Type"]) == .name("Font"), "a font of another type")
            require(kinds.contains(kind), "font of kind \(kind)")
            require(kind == "Type3" || name != nil, "no BaseFont")
            let file = dictionary(font["FontDescriptor"])["FontFile3"]
            if file != nil {
                let known: Set<String> = ["Type1C", "CIDFontType0C", "OpenType"]
                require(
                    known.contains(resolve(dictionary(file)["Subtype"]).nameValue ?? ""), "program")
            }
            guard ["Type1", "MMType1", "TrueType", "Type3"].contains(kind) else { continue }
            checkWidths(font, isStandard: Self.standard.contains(name ?? ""))
        }
    }

    private static let standard: Set<String> = [
        "Courier", "Courier-Bold", "Courier-Oblique", "Courier-BoldOblique", "Helvetica",
        "Helvetica-Bold", "Helvetica-Oblique", "Helvetica-BoldOblique", "Times-Roman",
        "Times-Bold", "Times-Italic", "Times-BoldItalic", "Symbol", "ZapfDingbats",
    ]

    private mutating func checkWidths(_ font: PDFDictionary, isStandard: Bool) {
        let keys = ["FirstChar", "LastChar", "Widths"]
        if isStandard, keys.allSatisfy({ font[$0] == nil }) { return }
        let first = resolve(font["FirstChar"]).integerValue
        let last = resolve(font["LastChar"]).integerValue
        require(first != nil, "no FirstChar")
        require(last != nil, "no LastChar")
        guard let first, let last else { return }
        require(array(font["Widths"]).count == last - first + 1, "number of Widths")
    }

    /// An embedded TrueType CIDFont says how codes become glyphs: by a stream or as they are.
    mutating func checkGlyphMaps() {
        for font in fonts where font["Subtype"] == .name("CIDFontType2") {
            guard dictionary(font["FontDescriptor"])["FontFile2"] != nil else { continue }
            let map = resolve(font["CIDToGIDMap"])
            require(map.streamValue != nil || map == .name("Identity"), "CIDToGIDMap")
        }
    }

    // MARK: - Part 1

    mutating func checkNoFiles() {
        require(dictionary(catalog["Names"])["EmbeddedFiles"] == nil, "EmbeddedFiles")
        for dictionary in dictionaries { require(dictionary["EF"] == nil, "EF") }
    }

    mutating func checkNoLayers() {
        require(catalog["OCProperties"] == nil, "OCProperties")
    }
}
