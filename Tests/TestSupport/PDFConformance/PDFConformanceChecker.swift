// SPDX-License-Identifier: Apache-2.0

/// Judges our own PDF files against the rules of PDF/A-2a, PDF/A-3a and PDF/UA-1 that they could
/// break.
///
/// It reads the file with a parser of its own, so that a mistake of the writer does not hide behind
/// the same mistake of the reader. It is no general validator: it knows what we write, and a
/// signature's updates.
package struct PDFConformanceChecker {
    let file: COSFile
    let catalog: [String: COSObject]
    private(set) var broken: [(rule: PDFConformanceRule, detail: String)] = []

    /// Findings as `rule: detail`; empty for a good file.
    package static func findings(in bytes: [UInt8]) -> [String] {
        broken(in: bytes).map { "\($0.rule.rawValue): \($0.detail)" }
    }

    /// The rules a file breaks.
    package static func brokenRules(in bytes: [UInt8]) -> Set<PDFConformanceRule> {
        Set(broken(in: bytes).map(\.rule))
    }

    private static func broken(in bytes: [UInt8]) -> [(rule: PDFConformanceRule, detail: String)] {
        do {
            var checker = PDFConformanceChecker(file: try COSFile(bytes))
            checker.checkFile()
            checker.checkCatalog()
            checker.checkMetadata()
            checker.checkOutputIntent()
            checker.checkPagesAndStructure()
            checker.checkAttachments()
            return checker.broken
        } catch {
            return [(.syntax, "\(error)")]
        }
    }

    private init(file: COSFile) {
        self.file = file
        catalog = file.dictionary(file.trailer["Root"])
    }

    mutating func report(_ rule: PDFConformanceRule, _ detail: String) {
        broken.append((rule, detail))
    }

    mutating func require(_ isTrue: Bool, _ rule: PDFConformanceRule, _ detail: String) {
        if !isTrue { report(rule, detail) }
    }
}

// MARK: - File structure and catalog

extension PDFConformanceChecker {
    private mutating func checkFile() {
        let bytes = file.bytes
        require(bytes.starts(with: Array("%PDF-1.7".utf8)), .header, "no %PDF-1.7 at the start")
        let comment = bytes.dropFirst(9)
        require(
            comment.first == UInt8(ascii: "%")
                && comment.dropFirst().prefix(4).allSatisfy { $0 > 127 },
            .binaryComment, "no binary comment in the second line")
        let tail = bytes.suffix(7).filter { $0 != 13 }
        require(
            tail.suffix(6).elementsEqual(Array("%%EOF\n".utf8)), .endOfFile,
            "the file does not end with %%EOF and an end of line")
        let identifier = file.array(file.trailer["ID"])
        require(
            identifier.count == 2 && identifier.allSatisfy { $0.string?.isEmpty == false },
            .identifier, "no ID of two strings")
        require(file.trailer["Encrypt"] == nil, .encryption, "encrypted")
        for number in file.numbers { checkObject(number) }
    }

    private mutating func checkObject(_ number: Int) {
        let object = file.resolve(.reference(number))
        if let dictionary = object.dictionary { checkActions(dictionary, number) }
        guard case .stream(let dictionary, let data) = object else { return }
        require(dictionary["F"] == nil, .streamFilter, "object \(number) is in another file")
        if let filter = dictionary["Filter"] {
            require(
                filter == .name("FlateDecode"), .streamFilter,
                "object \(number) has filter \(filter)")
            require(file.data(of: object) != nil, .streamFilter, "object \(number) does not decode")
        }
        checkEnd(ofStream: number, data)
    }

    private mutating func checkEnd(ofStream number: Int, _ data: [UInt8]) {
        // The data is found by /Length, so an end of line and the word must follow it.
        let bytes = file.bytes
        guard let range = file.placeOfData(number) else {
            return report(.streamLength, "object \(number) has no readable data")
        }
        let after = bytes[range.upperBound...].prefix(11)
        let hasWord =
            after.starts(with: Array("\nendstream".utf8))
            || after.starts(with: Array("\r\nendstream".utf8))
        if hasWord { return }
        let word = Array("endstream".utf8)
        if after.starts(with: word) {
            report(.streamEnd, "no end of line before endstream of object \(number)")
        } else {
            report(.streamLength, "the Length of object \(number) is wrong")
        }
    }

    private mutating func checkActions(_ dictionary: [String: COSObject], _ number: Int) {
        for key in ["AA", "OpenAction", "JS", "XFA"] where dictionary[key] != nil {
            report(.forbiddenAction, "object \(number) has \(key)")
        }
        if dictionary["A"] != nil, dictionary["Subtype"] != nil {
            report(.forbiddenAction, "annotation \(number) has an action")
        }
    }

    private mutating func checkCatalog() {
        require(
            file.resolve(catalog["Lang"]).text?.isEmpty == false, .language,
            "no Lang in the catalog")
        let preferences = file.dictionary(catalog["ViewerPreferences"])
        require(
            preferences["DisplayDocTitle"]?.isTrue == true, .displayTitle,
            "DisplayDocTitle is not true")
        require(
            file.dictionary(catalog["MarkInfo"])["Marked"]?.isTrue == true, .markInfo,
            "Marked is not true")
        require(
            file.dictionary(catalog["StructTreeRoot"])["Type"] == .name("StructTreeRoot"),
            .structureRoot, "no StructTreeRoot")
        require(catalog["OCProperties"] == nil, .optionalContent, "optional content")
        let etsi = file.dictionary(file.dictionary(catalog["Extensions"])["ESIC"])
        require(
            etsi["BaseVersion"] == .name("1.7") && etsi["ExtensionLevel"]?.integer == 1,
            .extensionsETSI, "no ESIC extension")
        let form = file.dictionary(catalog["AcroForm"])
        require(form["NeedAppearances"] == nil, .needAppearances, "NeedAppearances")
    }
}
