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
            let again = try tariffs.price(other)
            #expect(again.totals == priced.totals)
            let isSame = again.lines.allSatisfy { line in
                line.number == nil || priced.lines.contains(line)
            }
            #expect(isSame)
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
