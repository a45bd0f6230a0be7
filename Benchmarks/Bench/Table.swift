// SPDX-License-Identifier: Apache-2.0

/// All figures of one run as a table for people: job, ours, peer, ratio, floor, aim, verdict.
struct Table {
    let figures: [Figure]

    /// What we want to reach, against a peer or on its own.
    private enum Aim {
        case ratio(Double)
        /// At most so much over the floor.
        case overFloor(Duration)
        case atMost(Int)

        init?(_ job: Job, peer: String) {
            switch (job, peer) {
            case (.render, "Typst"): self = .ratio(4)
            case (.render, "WeasyPrint"): self = .ratio(70)
            case (.padesBasic, "pyHanko"): self = .ratio(40)
            case (.xadesBasic, "signxml"): self = .ratio(1.5)
            case (.xadesLongTerm, ""): self = .overFloor(.milliseconds(1))
            case (.validateXML, "signxml"): self = .ratio(1)
            case (.validatePDF, "pyHanko"): self = .ratio(10)
            case (.road, ""): self = .overFloor(.milliseconds(5))
            case (.loadTariffs, ""): self = .atMost(50_000_000)
            case (.price5, ""): self = .atMost(20_000)
            case (.price100, ""), (.price100Day, ""): self = .atMost(400_000)
            case (.simulateSlowest, ""): self = .atMost(15_000_000)
            case (.startUp, ""): self = .atMost(150_000_000)
            case (.memory, ""): self = .atMost(60_000)
            default: return nil
            }
        }
    }

    /// Peers that belong to a job even when they are not installed.
    private static let peers: [Job: [String]] = [
        .render: ["Typst", "WeasyPrint"], .padesBasic: ["pyHanko"], .xadesBasic: ["signxml"],
        .validateXML: ["signxml"], .validatePDF: ["pyHanko"], .bareSign: ["openssl"],
        .bareVerify: ["openssl"],
    ]

    private static let heading = ["job", "ours", "peer", "its time", "ratio", "floor", "aim", ""]

    var text: String {
        let rows = [Self.heading] + Job.allCases.flatMap(rows)
        let widths = Self.heading.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let lines = rows.map { row in
            zip(row.indices, row).map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return [0, 2, 6, 7].contains(column) ? cell + space : space + cell
            }.joined(separator: "  ")
        }
        let rule = String(repeating: "-", count: lines[0].count)
        return ([lines[0], rule] + lines.dropFirst() + ["", notes]).joined(separator: "\n") + "\n"
    }

    private func rows(for job: Job) -> [[String]] {
        guard let ours = figure(job, Figure.ours) else { return [] }
        let peers = Self.peers[job] ?? [""]
        return peers.map { row(job, ours, peer: $0) }
    }

    private func row(_ job: Job, _ ours: Figure, peer: String) -> [String] {
        let floor = figure(job, Figure.floor)
        let theirs = figures.first { $0.job == job && !peer.isEmpty && $0.who.hasPrefix(peer) }
        let ratio = theirs.map { Double($0.value) / Double(ours.value) }
        let missing = peer.isEmpty ? "" : "not installed: make bench-peers"
        let (aim, verdict) = judged(Aim(job, peer: peer), ours, floor, ratio)
        return [
            job.title, ours.text, theirs?.who ?? (peer.isEmpty ? "" : "\(peer), \(missing)"),
            theirs?.text ?? "", ratio.map { "\($0.tenths)x" } ?? "", floor?.text ?? "", aim,
            verdict,
        ]
    }

    private func judged(
        _ aim: Aim?, _ ours: Figure, _ floor: Figure?, _ ratio: Double?
    ) -> (aim: String, verdict: String) {
        func word(_ isMet: Bool) -> String { isMet ? "met" : "MISSED" }
        switch aim {
        case nil: return ("", "")
        case .ratio(let wanted):
            return (">= \(wanted.tenths)x", ratio.map { word($0 >= wanted) } ?? "not measured")
        case .overFloor(let more):
            let limit = (floor?.value ?? 0) + Int(more / .nanoseconds(1))
            return ("<= floor + \(Int(more / .milliseconds(1))) ms", word(ours.value <= limit))
        case .atMost(let limit):
            var bound = ours
            bound.value = limit
            return ("< \(bound.text)", word(ours.value < limit))
        }
    }

    private func figure(_ job: Job, _ who: String) -> Figure? {
        figures.first { $0.job == job && $0.who == who }
    }

    private var notes: String {
        let lines = figures.filter { !$0.note.isEmpty }.map {
            "  \($0.job.rawValue), \($0.who): \($0.note)"
        }
        return (["How it was measured (medians of this run, one core, warm):"] + lines)
            .joined(separator: "\n")
    }
}

extension Figure {
    /// The value with its unit, three digits.
    fileprivate var text: String {
        let value = Double(value)
        switch unit {
        case .kilobytes: return "\((value / 1_000).tenths) MB"
        case .nanoseconds where value < 1e6: return "\((value / 1_000).tenths) us"
        case .nanoseconds: return "\((value / 1e6).hundredths) ms"
        }
    }
}

extension Double {
    fileprivate var tenths: String { "\((self * 10).rounded() / 10)" }
    fileprivate var hundredths: String { "\((self * 100).rounded() / 100)" }
}
