// SPDX-License-Identifier: Apache-2.0
import Coverage
import Testing

@Suite("What holds for every price")
struct PricingPropertyTests {
    private let seeds: ClosedRange<UInt64> = 1...400

    private func statements(
        _ check: (PricingRequest, PricedStatement, inout RandomStatement) throws -> Void
    ) throws {
        let tariffs = try ShippedTables.tariffs.get()
        for seed in seeds {
            var random = RandomStatement(seed: seed)
            let request = random.request()
            try check(request, tariffs.price(request), &random)
        }
    }

    @Test("the amounts of a line add up, and none is negative")
    func sums() throws {
        try statements { _, priced, _ in
            for line in priced.lines {
                #expect(line.billed == line.opposable + line.nonOpposable)
                #expect(line.opposable == line.statutory + line.participation)
                let least = [
                    line.tariff, line.billed, line.opposable, line.nonOpposable, line.statutory,
                    line.participation,
                ].min()
                #expect(least.map { $0 >= .zero } == true)
            }
        }
    }

    @Test("totals are the sums of the lines")
    func totals() throws {
        try statements { _, priced, _ in
            var totals = Totals()
            for line in priced.lines { totals.add(line) }
            #expect(totals == priced.totals)
        }
    }

    @Test("every amount follows from its trace")
    func trace() throws {
        try statements { _, priced, _ in
            for line in priced.lines {
                #expect(Recomputation.value(.tariff, of: line) == line.tariff.cents)
                #expect(Recomputation.value(.opposable, of: line) == line.opposable.cents)
                #expect(Recomputation.value(.participation, of: line) == line.participation.cents)
            }
        }
    }

    @Test("the order of the lines does not matter")
    func order() throws {
        let tariffs = try ShippedTables.tariffs.get()
        try statements { request, priced, random in
            var other = request
            other.lines = random.shuffled(request.lines)
            for index in other.lines.indices { other.lines[index].number = index + 1 }
            let again = try tariffs.price(other)
            #expect(again.totals == priced.totals)
            #expect(amounts(again) == amounts(priced))
        }
    }

    /// Everything of the lines but their numbers.
    private func amounts(_ priced: PricedStatement) -> [String] {
        priced.lines.map { line in
            "\(line.code) \(line.billed) \(line.opposable) \(line.participation)"
        }.sorted()
    }

    @Test("a later line never changes an earlier one")
    func laterLine() throws {
        let tariffs = try ShippedTables.tariffs.get()
        try statements { request, priced, random in
            var other = request
            var line = random.line(99)
            line.date = CalendarDate(year: 2026, month: 11, day: 3)
            other.lines.append(line)
            let again = try tariffs.price(other)
            let earlier = again.lines.filter { $0.number != 99 && $0.date == request.date }
            #expect(earlier.map(\.opposable) == priced.lines.map(\.opposable))
            #expect(earlier.map(\.participation) == priced.lines.map(\.participation))
        }
    }

    @Test("acts of two days cost the same in one statement as in two, the first being history")
    func twoDays() throws {
        let tariffs = try ShippedTables.tariffs.get()
        let codes = ["C17", "GDE14", "GDE11", "1M52", "R1", "GFQ12", "GCM12"]
        for first in codes {
            for second in codes {
                var lines = [
                    RequestedLine(number: 1, code: first), RequestedLine(number: 2, code: second),
                ]
                let days = ["2026-09-15", "2026-09-22"].map { CalendarDate($0)! }
                lines[0].date = days[0]
                lines[1].date = days[1]
                var both = PricingRequest(
                    date: days[0], speciality: "C17",
                    birthDate: CalendarDate(year: 1980, month: 5, day: 5)!, lines: lines)
                both.history = []
                var one = both
                one.lines = [lines[0]]
                var two = both
                (two.date, two.lines) = (days[1], [lines[1]])
                two.history = [PastAct(date: days[0], code: first)]
                let joint = try tariffs.price(both).totals
                let apart = [try tariffs.price(one).totals, try tariffs.price(two).totals]
                #expect(apart[0].opposable + apart[1].opposable == joint.opposable)
                #expect(apart[0].participation + apart[1].participation == joint.participation)
            }
        }
    }

    @Test("what happens later never changes an earlier price")
    func later() throws {
        let tariffs = try ShippedTables.tariffs.get()
        try statements { request, priced, random in
            guard var history = request.history else { return }
            for _ in 0..<3 {
                var act = random.past()
                act.date = CalendarDate(year: 2027, month: 1 + random.number(below: 12), day: 3)!
                history.append(act)
            }
            var other = request
            other.history = history
            let again = try tariffs.price(other)
            #expect(again.lines.map(\.opposable) == priced.lines.map(\.opposable))
            #expect(again.totals == priced.totals)
        }
    }

    @Test("an act that interacts with nothing costs the same in a statement of its own")
    func split() throws {
        let tariffs = try ShippedTables.tariffs.get()
        let date = CalendarDate(year: 2026, month: 9, day: 15)!
        let birth = CalendarDate(year: 1980, month: 5, day: 5)!
        for (first, second) in [("C17", "GDE14"), ("C17", "R1"), ("C1", "1M52")] {
            let speciality = first
            let both = try tariffs.price(
                PricingRequest(
                    date: date, speciality: speciality, birthDate: birth,
                    lines: [
                        RequestedLine(number: 1, code: first),
                        RequestedLine(number: 2, code: second),
                    ]))
            let one = try tariffs.price(
                PricingRequest(
                    date: date, speciality: speciality, birthDate: birth,
                    lines: [RequestedLine(number: 1, code: first)]))
            var rest = PricingRequest(
                date: date, speciality: speciality, birthDate: birth,
                lines: [RequestedLine(number: 2, code: second)])
            rest.history = [PastAct(date: date, code: first)]
            let two = try tariffs.price(rest)
            #expect(one.totals.opposable + two.totals.opposable == both.totals.opposable)
            #expect(
                one.totals.participation + two.totals.participation == both.totals.participation)
        }
    }

    @Test(
        "a second statement of the day prices its own lines and says what a joint one would have done"
    )
    func secondOfTheDay() throws {
        let tariffs = try ShippedTables.tariffs.get()
        var request = PricingRequest(
            date: CalendarDate(year: 2026, month: 9, day: 15)!, speciality: "C17",
            birthDate: CalendarDate(year: 1980, month: 5, day: 5)!,
            lines: [RequestedLine(number: 1, code: "GCM12")])
        request.history = [PastAct(date: request.date, code: "GDE14")]
        let dearer = try tariffs.price(request)
        #expect(dearer.lines.map(\.opposable.description) == ["63.90"])
        #expect(dearer.anomalies.map(\.code) == ["OEC-ACT-012"])

        request.lines = [RequestedLine(number: 1, code: "GDE11")]
        let cheaper = try tariffs.price(request)
        #expect(cheaper.lines.map(\.code) == ["GDE11R"])
        #expect(cheaper.anomalies.isEmpty)
    }
}
