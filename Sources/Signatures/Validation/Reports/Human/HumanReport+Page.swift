// SPDX-License-Identifier: Apache-2.0
package import PDF

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension HumanReport {
    /// The report as a PDF/A-2a and PDF/UA-1 page; long reports take several.
    ///
    /// A character that no font has is drawn as U+FFFD: names of strangers must not keep a person
    /// from the verdict.
    package func pdf(fonts: FontSet) throws(DrawingError) -> [UInt8] {
        do {
            return try draw(page { $0 }, fonts: fonts)
        } catch .unsupportedCharacter {
            return try draw(page(\.plainLatin), fonts: fonts)
        }
    }

    private typealias Page = PageDescription

    private static let margin = 48.0
    private static let width = 499.0
    private static let body = Page.Style(size: 9.5)
    private static let grey = Page.Color(red: 0.35, green: 0.37, blue: 0.4)

    private func page(_ prepared: (String) -> String) -> Page {
        let color = mood.color
        var blocks: [Page.Block] = [
            text("title", prepared(title), .h1, .init(face: .bold, size: 18), gap: 0),
            text(
                "headline", prepared(headline), .p,
                .init(face: .bold, size: 13, leading: 17, color: color), gap: 14),
            .table(table("file", prepared(title), facts, prepared, gap: 12)),
        ]
        for (index, section) in sections.enumerated() {
            blocks.append(
                text(
                    "section\(index)", prepared(section.heading), .h2,
                    .init(face: .bold, size: 12), gap: 16))
            blocks.append(
                .table(
                    table(
                        "section\(index)", prepared(section.heading), section.rows, prepared,
                        gap: 6)))
        }
        if let remainder {
            blocks.append(text("remainder", prepared(remainder), .p, Self.body, gap: 12))
        }
        return Page(
            title: prepared(title), author: "", subject: texts(.subject),
            language: texts.language, created: .init(made), bottom: 780, continuationTop: 48,
            artifacts: [
                .init(rectangle: .init(x: 36, y: 44, width: 5, height: 56), fill: color)
            ], blocks: blocks, footer: footer)
    }

    private var footer: [Page.FooterLine] {
        let style = Page.Style(size: 7.5, color: Self.grey)
        return [
            .init(
                content: texts(.footer), style: style, x: Self.margin, y: 806,
                width: Self.width - 70),
            .init(
                content: texts(.page, ["page": "{page}", "pages": "{pages}"]),
                style: .init(size: 7.5, color: Self.grey, align: .right),
                x: Self.margin + Self.width - 60, y: 806, width: 60),
        ]
    }

    private func text(
        _ field: String, _ content: String, _ tag: Page.Tag, _ style: Page.Style, gap: Double
    ) -> Page.Block {
        let placement: Page.Placement =
            field == "title"
            ? .fixed(x: Self.margin, y: 44, width: Self.width, height: nil)
            : .flow(x: Self.margin, gap: gap, width: Self.width, height: nil)
        return .text(
            .init(field: field, content: content, tag: tag, style: style, placement: placement))
    }

    private func table(
        _ field: String, _ summary: String, _ rows: [Row], _ prepared: (String) -> String,
        gap: Double
    ) -> Page.Table {
        Page.Table(
            summary: summary,
            columns: [
                .init(x: Self.margin, width: 150, title: texts(.question)),
                .init(x: Self.margin + 150, width: Self.width - 150, title: texts(.answer)),
            ],
            rows: rows.map { row in
                [
                    Page.Cell(field: field, content: prepared(row.label)),
                    Page.Cell(field: field, content: prepared(row.value)),
                ]
            },
            headStyle: .init(face: .bold, size: 8, color: Self.grey), cellStyle: Self.body,
            rowHeight: 17, headHeight: 15,
            headFill: .init(red: 0.94, green: 0.94, blue: 0.95),
            rule: .init(red: 0.8, green: 0.81, blue: 0.83),
            placement: .flow(x: Self.margin, gap: gap, width: Self.width, height: nil))
    }
}

extension HumanReport.Mood {
    fileprivate var color: PageDescription.Color {
        switch self {
        case .good: .init(red: 0.05, green: 0.4, blue: 0.2)
        case .bad: .init(red: 0.7, green: 0.08, blue: 0.1)
        case .unsure: .init(red: 0.6, green: 0.36, blue: 0)
        }
    }
}

extension PageDescription.Moment {
    fileprivate init(_ date: Date) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents(
            [.year, .month, .day, .hour, .minute, .second], from: date)
        self.init(
            year: parts.year ?? 1, month: parts.month ?? 1, day: parts.day ?? 1,
            hour: parts.hour ?? 0, minute: parts.minute ?? 0, second: parts.second ?? 0)
    }
}

extension String {
    /// Latin letters and common signs; everything else as U+FFFD.
    fileprivate var plainLatin: String {
        var scalars = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            let isPlain =
                scalar == "\n" || (0x20...0x7E).contains(scalar.value)
                || (0xA0...0x17F).contains(scalar.value)
                || (0x2010...0x2026).contains(scalar.value) || scalar == "€"
            scalars.append(isPlain ? scalar : "\u{FFFD}")
        }
        return String(scalars)
    }
}
