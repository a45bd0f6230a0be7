// SPDX-License-Identifier: Apache-2.0
import Coverage
import Foundation

/// The rules engine: loading its tables, and statements of usual and of largest size.
struct PriceJobs {
    let root: String

    func figures() async throws -> [Figure] {
        let files = try tables()
        let load = try await median(of: 15, warmUp: 2) { _ = try Tariffs(files: files) }
        let tariffs = try Tariffs(files: files)
        let bytes = files.values.reduce(0) { $0 + $1.count }
        return try await [
            Figure(
                .loadTariffs, Figure.ours, load,
                note: "\(tariffs.actCount) acts, \(tariffs.rules.count) rules, \(bytes / 1024) KB"),
            price(.price5, five, tariffs, iterations: 2000),
            price(.price100, hundred, tariffs, iterations: 300),
            price(.price100Day, hundredOfOneDay(tariffs), tariffs, iterations: 300),
        ]
    }

    private func price(
        _ job: Job, _ request: PricingRequest, _ tariffs: Tariffs, iterations: Int
    ) async throws -> Figure {
        let priced = try tariffs.price(request)
        let time = try await median(of: iterations, warmUp: 50) { _ = try tariffs.price(request) }
        let steps = priced.lines.reduce(0) { $0 + $1.trace.count }
        return Figure(
            job, Figure.ours, time,
            note: "\(priced.lines.count) lines, \(steps) steps of trace, "
                + "\(priced.totals.opposable) opposable")
    }

    private func tables() throws -> [String: [UInt8]] {
        let folder = URL(filePath: "\(root)/Data/coverage")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        return try names.reduce(into: [:]) { files, name in
            files[name] = Array(try Data(contentsOf: folder.appending(path: name)))
        }
    }

    // MARK: Statements

    private func request(_ lines: [RequestedLine]) -> PricingRequest {
        var request = PricingRequest(
            date: CalendarDate("2026-09-15")!,  // a day of the calendar
            speciality: "C17", birthDate: CalendarDate("1980-05-05")!, lines: lines)
        request.history = [
            PastAct(date: CalendarDate("2026-03-02")!, code: "C17"),
            PastAct(date: CalendarDate("2026-05-11")!, code: "GDE14"),
        ]
        return request
    }

    private var five: PricingRequest {
        request(
            ["C17", "GDE14", "GDE11", "GFQ12", "1M52"].enumerated().map {
                RequestedLine(number: $0 + 1, code: $1)
            })
    }

    /// Twenty-five visits to the practice, four acts each.
    private var hundred: PricingRequest {
        let acts = ["C17", "GDE14", "GDE11", "1M52"]
        return request(
            (0..<100).map { number in
                var line = RequestedLine(number: number + 1, code: acts[number % 4])
                line.date = CalendarDate(year: 2026, month: 7, day: number / 4 + 1)
                return line
            })
    }

    /// A hundred different acts of one session: everything meets everything.
    private func hundredOfOneDay(_ tariffs: Tariffs) -> PricingRequest {
        let acts = tariffs.search("G", limit: 200).filter { $0.code.hasPrefix("G") }
        return request(
            (["C17"] + acts.prefix(99).map(\.code)).enumerated().map {
                RequestedLine(number: $0 + 1, code: $1)
            })
    }
}
