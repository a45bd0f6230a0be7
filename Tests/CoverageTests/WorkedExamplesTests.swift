// SPDX-License-Identifier: Apache-2.0
import Coverage
import JSON
import Testing

@Suite("Worked examples of public sources")
struct WorkedExamplesTests {
    private static let examples: [JSONReader] = {
        let file = try? ShippedTables.fixture("worked-examples.json")
        return (try? file?.member("examples").elements()) ?? []
    }()

    @Test("there are 27 of them, and only two have no request")
    func complete() throws {
        #expect(Self.examples.count == 27)
        #expect(Self.examples.filter { $0.has("notCovered") }.count == 2)
    }

    @Test("is reproduced", arguments: examples.indices)
    func reproduced(_ index: Int) throws {
        let example = Self.examples[index]
        guard let request = try example.optional("request") else { return }
        let priced = try ShippedTables.tariffs.get().price(PricingRequest(reading: request))
        let totals = priced.totals
        #expect(totals.opposable.description == (try example.member("opposable").string()))
        if let statutory = try example.optional("statutory")?.string() {
            #expect(totals.statutory.description == statutory)
        }
        if let participation = try example.optional("participation")?.string() {
            #expect(totals.participation.description == participation)
        }
        for line in try example.member("lines").elements() {
            let pair = try line.elements().map { try $0.string() }
            #expect(
                priced.lines.contains { $0.code == pair[0] && $0.opposable.description == pair[1] },
                "\(pair[0]) \(pair[1])")
        }
    }
}
