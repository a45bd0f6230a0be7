// SPDX-License-Identifier: Apache-2.0
@testable import PDF
import Testing

@Suite("Drawing")
struct DrawingTests {
    @Test("gives the same bytes for the same description")
    func isDeterministic() throws {
        let first = try draw(SamplePage.make(rows: 40), fonts: SystemFonts.set)
        let second = try draw(SamplePage.make(rows: 40), fonts: SystemFonts.set)

        #expect(first == second)
    }

    @Test("gives other bytes, and another /ID, for another title")
    func dependsOnContent() throws {
        var page = SamplePage.make()
        let first = try PDFFile(try draw(page, fonts: SystemFonts.set))
        page.title += "a"
        let second = try PDFFile(try draw(page, fonts: SystemFonts.set))

        #expect(first.current.trailer["ID"] != second.current.trailer["ID"])
    }

    @Test("ends with one end of line, so that an update can follow")
    func endsWithLine() throws {
        let bytes = try draw(SamplePage.make(), fonts: SystemFonts.set)

        #expect(bytes.suffix(7).elementsEqual("\n%%EOF\n".utf8))
    }

    @Test("spreads a table over pages", arguments: [(12, 1), (60, 3), (500, 16)])
    func paginates(rows: Int, pages: Int) throws {
        let file = try PDFFile(try draw(SamplePage.make(rows: rows), fonts: SystemFonts.set))

        #expect(try file.current.pages().count == pages)
    }

    @Test("keeps the total on the page of the last row", arguments: 20...34)
    func keepsWithPrevious(rows: Int) throws {
        let pages = try PageTexts(SamplePage.make(rows: rows)).tags

        let last = try #require(pages.last { $0.contains("TD") })
        let total = try #require(last.lastIndex(of: "TD"))
        #expect(last[(total + 1)...].contains("P"))
    }

    @Test("moves a group as a whole", arguments: 12...40)
    func keepsGroups(rows: Int) throws {
        let pages = try PageTexts(SamplePage.make(rows: rows)).tags

        // The group holds three figures: two check boxes and the QR code.
        #expect(pages.map { tags in tags.filter { $0 == "Figure" }.count }.filter { $0 > 0 } == [3])
    }

    @Test("carries sums over, as artifacts")
    func carriesSums() throws {
        let page = SamplePage.make(rows: 60)
        let content = try PageTexts(page).contents

        // Heading cells, label and sum of « Report »; the last two also for « À reporter ».
        let counts = content.map { $0.components(separatedBy: "/Subtype/Header").count - 1 }
        #expect(counts == [2, 9, 7])
    }

    @Test("takes a character from the second font when the first lacks it")
    func usesSecondFont() throws {
        var page = SamplePage.make()
        page.blocks = [.sample("Numéro 12\u{2011}3 et ☑")]

        let bytes = try draw(page, fonts: SystemFonts.set)

        let names = try PDFFile(bytes).fontNames
        #expect(names.map { $0.drop { $0 != "+" } } == ["+LiberationSans", "+DejaVuSans"])
    }

    @Test("composes letters before it looks for them")
    func composes() throws {
        var page = SamplePage.make()
        page.blocks = [.sample("e\u{301}")]
        let decomposed = try draw(page, fonts: SystemFonts.set)
        page.blocks = [.sample("\u{E9}")]

        #expect(try draw(page, fonts: SystemFonts.set) == decomposed)
    }

    @Test("leaves no trace of an empty text")
    func skipsEmptyText() throws {
        var page = SamplePage.make()
        page.blocks = [.sample("avant"), .sample("après")]
        let plain = try draw(page, fonts: SystemFonts.set)
        page.blocks = [.sample("avant"), .sample("", tag: .h3), .sample("après")]

        #expect(try draw(page, fonts: SystemFonts.set) == plain)
    }

    @Test("goes on overleaf with a text longer than a page, as one element")
    func splitsLongText() throws {
        var page = SamplePage.make()
        let text = Array(repeating: "Une phrase qui se répète.", count: 400).joined(separator: " ")
        page.blocks = [.sample(text)]

        #expect(try PageTexts(page).tags == [["P"], ["P"]])
    }
}

extension PageDescription.Block {
    static func sample(
        _ content: String, width: Double = 500, height: Double? = nil,
        overflow: PageDescription.Overflow = .error, tag: PageDescription.Tag = .p
    ) -> Self {
        .text(
            .init(
                field: "essai", content: content, tag: tag, style: .init(size: 10),
                placement: .flow(x: 40, gap: 4, width: width, height: height), overflow: overflow))
    }
}

/// What stands in the content streams, page by page.
struct PageTexts {
    let contents: [String]

    init(_ page: PageDescription) throws {
        let view = try PDFFile(draw(page, fonts: SystemFonts.set)).current
        contents = try view.pages().map { page in
            guard case .stream(let stream) = try view.resolve(page.dictionary["Contents"]) else {
                return ""
            }
            return String(decoding: try view.data(of: stream), as: UTF8.self)
        }
    }

    /// The tags of the marked content in order, artifacts left out.
    var tags: [[String]] {
        contents.map { content in
            content.split(separator: "\n").filter { $0.contains("/MCID") }
                .map { String($0.dropFirst().prefix { $0 != " " }) }
        }
    }
}

extension String {
    func components(separatedBy separator: String) -> [Substring] {
        split(separator: separator, omittingEmptySubsequences: false)
    }
}

extension PDFFile {
    var fontNames: [String] {
        get throws {
            try current.objectNumbers.compactMap {
                let dictionary = try current.object(number: $0).1.dictionaryValue
                guard dictionary?["Subtype"] == .name("Type0") else { return nil }
                return dictionary?["BaseFont"]?.nameValue
            }
        }
    }
}
