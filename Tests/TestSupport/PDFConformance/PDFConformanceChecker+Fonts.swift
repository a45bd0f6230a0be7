// SPDX-License-Identifier: Apache-2.0

/// Composite TrueType fonts with Identity-H, as our writer makes them.
extension PDFConformanceChecker {
    mutating func checkFont(_ number: Int, codes: Set<Int>) {
        let font = file.dictionary(.reference(number))
        let name = font["BaseFont"]?.name ?? "font \(number)"
        require(
            font["Subtype"] == .name("Type0") && font["Encoding"] == .name("Identity-H"),
            .fontEncoding, "\(name) is not Type0 with Identity-H")
        let tag = name.prefix(7)
        require(
            tag.last == "+" && tag.dropLast().allSatisfy { $0.isASCII && $0.isUppercase },
            .subsetTag,
            "\(name) has no subset tag")
        let descendant = file.dictionary(file.array(font["DescendantFonts"]).first)
        require(
            descendant["Subtype"] == .name("CIDFontType2")
                && descendant["CIDToGIDMap"] == .name("Identity"),
            .glyphMap, "\(name) has no CIDToGIDMap")
        let descriptor = file.dictionary(descendant["FontDescriptor"])
        require(descriptor["CIDSet"] == nil, .cidSet, "\(name) has a CIDSet")
        checkToUnicode(file.data(of: font["ToUnicode"]), of: name, codes: codes)
        guard let data = file.data(of: descriptor["FontFile2"]),
            let embedded = EmbeddedOutlines(data)
        else { return report(.fontEmbedded, "\(name) is not embedded") }
        checkWidths(of: descendant, embedded, name: name, codes: codes)
    }

    private mutating func checkToUnicode(_ data: [UInt8]?, of name: String, codes: Set<Int>) {
        let text = String(decoding: data ?? [], as: UTF8.self)
        let sections = text.split(separator: "beginbfchar").dropFirst().compactMap {
            $0.split(separator: "endbfchar").first
        }
        let mapped = sections.flatMap { $0.split(separator: "\n") }.compactMap { line -> Int? in
            let parts = line.split(separator: " ")
            guard parts.count == 2, parts[0].count == 6, parts[1].count >= 6 else { return nil }
            return Int(parts[0].dropFirst().dropLast(), radix: 16)
        }
        let missing = codes.subtracting(mapped)
        require(missing.isEmpty, .toUnicode, "\(name) maps no character for \(missing.sorted())")
    }

    private mutating func checkWidths(
        of descendant: [String: COSObject], _ embedded: EmbeddedOutlines, name: String,
        codes: Set<Int>
    ) {
        let list = file.array(descendant["W"])
        guard list.count == 2, let first = list[0].integer,
            case let widths = file.array(list[1]).compactMap(\.number)
        else { return report(.widths, "\(name) has no W") }
        for code in codes.sorted() {
            require(code != 0, .notdef, "\(name) shows .notdef")
            guard code < embedded.glyphCount else {
                report(.missingGlyph, "\(name) has no glyph \(code)")
                continue
            }
            let stated = widths.indices.contains(code - first) ? widths[code - first] : -1
            require(
                abs(stated - embedded.width(of: code)) < 0.01, .widths,
                "\(name): width \(stated) of code \(code), font says \(embedded.width(of: code))")
        }
    }
}

/// Widths and glyph count of an embedded font file.
private struct EmbeddedOutlines {
    let glyphCount: Int
    private let advances: [Int]
    private let unitsPerEm: Int

    init?(_ data: [UInt8]) {
        guard data.count > 12 else { return nil }
        func number(_ offset: Int, _ size: Int) -> Int {
            guard offset + size <= data.count else { return 0 }
            return data[offset..<offset + size].reduce(0) { $0 << 8 | Int($1) }
        }
        var tables: [String: Int] = [:]
        for index in 0..<number(4, 2) where 28 + 16 * index <= data.count {
            let record = 12 + 16 * index
            tables[String(decoding: data[record..<record + 4], as: UTF8.self)] = number(
                record + 8, 4)
        }
        guard let head = tables["head"], let maxp = tables["maxp"], let hhea = tables["hhea"],
            let hmtx = tables["hmtx"], tables["glyf"] != nil, tables["loca"] != nil
        else { return nil }
        unitsPerEm = number(head + 18, 2)
        glyphCount = number(maxp + 4, 2)
        advances = (0..<number(hhea + 34, 2)).map { number(hmtx + 4 * $0, 2) }
        guard unitsPerEm > 0, !advances.isEmpty else { return nil }
    }

    func width(of glyph: Int) -> Double {
        Double(advances[min(glyph, advances.count - 1)]) * 1_000 / Double(unitsPerEm)
    }
}
