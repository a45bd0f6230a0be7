// SPDX-License-Identifier: Apache-2.0
import PDF

/// A page like a fee statement, with fictitious people: every kind of block once.
enum SamplePage {
    typealias Page = PageDescription

    static let red = Page.Color(red: 0.75, green: 0.1, blue: 0.15)
    static let grey = Page.Color(red: 0.93, green: 0.93, blue: 0.94)
    static let line = Page.Color(red: 0.35, green: 0.37, blue: 0.4)
    static let body = Page.Style(size: 9.5)
    static let small = Page.Style(size: 7.5, color: line)
    static let label = Page.Style(face: .bold, size: 8, color: line)

    static func make(rows: Int = 12, conformance: Page.Conformance = .pdfA2a) -> Page {
        Page(
            title: "Mémoire d'honoraires 2026-0042", author: "Dr Zoé Weber-Łukasz",
            subject: "Mémoire d'honoraires", language: "fr-LU",
            created: .init(year: 2026, month: 11, day: 20, hour: 9, minute: 30),
            conformance: conformance, bottom: 770, continuationTop: 50, artifacts: artifacts,
            blocks: header + parties + [.table(table(rows: rows))] + closing,
            footer: [
                .init(
                    content: "2026-0042 – Les données de ce document sont protégées par la loi.",
                    style: small, x: 40, y: 805, width: 400),
                .init(
                    content: "Page {page}/{pages}",
                    style: .init(size: 7.5, color: line, align: .right), x: 455, y: 805, width: 100),
            ])
    }

    private static var artifacts: [Page.Artifact] {
        [
            .init(rectangle: .init(x: 40, y: 38, width: 6, height: 40), fill: red),
            .init(rectangle: .init(x: 40, y: 98, width: 250, height: 92), stroke: line),
            .init(rectangle: .init(x: 305, y: 98, width: 250, height: 92), stroke: line),
            .init(
                rectangle: .init(x: 40, y: 800, width: 515, height: 0.5), fill: line, pages: .all),
        ]
    }

    private static var header: [Page.Block] {
        [
            text(
                "titre", "Mémoire d'honoraires", .h1, .init(face: .bold, size: 20),
                at: (54, 36, 330)),
            text(
                "sous-titre", "Assurance maladie – numéro 2026-0042 du 20 novembre 2026", .p, body,
                at: (54, 62, 400)),
        ]
    }

    private static var parties: [Page.Block] {
        [
            text("prestataire.titre", "Prestataire", .h2, label, at: (48, 104, 230)),
            text(
                "prestataire",
                "Dr Zoé Weber-Łukasz\nMédecin généraliste\n12, rue de l'Église\nL-9999 Luxembourg\nCode prestataire 123456-78",
                .p, body, at: (48, 118, 230)),
            text("patient.titre", "Patient", .h2, label, at: (313, 104, 230)),
            text(
                "patient.nom", "Jürgen Gonçalves-Dvořák\n3, Grand-Rue\nL-9998 Esch-sur-Alzette", .p,
                body,
                at: (313, 118, 230)),
        ]
    }

    static func table(rows: Int) -> Page.Table {
        let titles = ["Date", "Code", "Libellé de l'acte", "Nombre", "Montant €"]
        let places: [(Double, Double)] = [(40, 65), (105, 50), (155, 260), (415, 50), (465, 90)]
        let columns = zip(titles, places).map { title, place in
            Page.Column(
                x: place.0, width: place.1, title: title,
                align: title == "Nombre" || title == "Montant €" ? .right : .left)
        }
        var sum = 0
        var totals: [String] = []
        let cells = (0..<rows).map { row -> [Page.Cell] in
            sum += 4_830 + row
            totals.append(euros(sum))
            let act =
                row % 5 == 3
                ? "Consultation majorée avec examen complet du malade, d'une durée de plus de trente minutes"
                : "Consultation normale du médecin généraliste"
            return [
                "\(1 + row % 28).11.2026", row % 5 == 3 ? "C45" : "C1", act, "1",
                euros(4_830 + row),
            ].enumerated().map {
                Page.Cell(field: "actes/\(row + 1)/\($0.offset)", content: $0.element)
            }
        }
        return Page.Table(
            summary: "Actes et montants", columns: columns, rows: cells,
            headStyle: .init(face: .bold, size: 8.5), cellStyle: .init(size: 9), rowHeight: 18,
            headHeight: 20, minRows: 12, headFill: grey, rule: line,
            placement: .fixed(x: 40, y: 205, width: 515, height: nil),
            carry: .init(
                forward: "À reporter", brought: "Report", column: 4, runningTotals: totals))
    }

    private static var closing: [Page.Block] {
        [
            .text(
                .init(
                    field: "total", content: "Total : 579,60 €",
                    style: .init(face: .bold, size: 11, align: .right),
                    placement: .flow(x: 305, gap: 8, width: 247, height: nil),
                    keepWithPrevious: true)),
            .group([
                .text(
                    .init(
                        field: "accident.titre", content: "Accident et paiement", tag: .h2,
                        style: label, placement: .flow(x: 40, gap: 10, width: 200, height: nil))),
                .checkBox(
                    .init(
                        field: "accident", isChecked: false, label: "Accident du travail",
                        alt: "non coché", style: body,
                        placement: .flow(x: 40, gap: 4, width: 200, height: nil))),
                .checkBox(
                    .init(
                        field: "acquitte", isChecked: true, label: "Pour acquit, le 20.11.2026",
                        alt: "coché", style: body,
                        placement: .flow(x: 40, gap: 4, width: 200, height: nil))),
                .qrCode(
                    .init(
                        field: "uuid", content: "urn:uuid:0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9",
                        alt: "Code QR : mémoire 0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9",
                        placement: .flow(x: 255, gap: -46, width: 78, height: nil))),
                .signatureField(
                    .init(
                        name: "Signature1", label: "Emplacement de la signature électronique",
                        style: .init(size: 7, color: line),
                        placement: .flow(x: 355, gap: -78, width: 200, height: 78))),
                .text(
                    .init(
                        field: "uuid", content: "0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9",
                        style: small,
                        placement: .flow(x: 40, gap: -14, width: 210, height: nil))),
            ]),
        ]
    }

    private static func text(
        _ field: String, _ content: String, _ tag: Page.Tag, _ style: Page.Style,
        at place: (Double, Double, Double)
    ) -> Page.Block {
        .text(
            .init(
                field: field, content: content, tag: tag, style: style,
                placement: .fixed(x: place.0, y: place.1, width: place.2, height: nil)))
    }

    private static func euros(_ cents: Int) -> String {
        let rest = cents % 100
        return "\(cents / 100),\(rest < 10 ? "0" : "")\(rest)"
    }
}
