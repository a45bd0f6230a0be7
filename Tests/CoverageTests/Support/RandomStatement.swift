// SPDX-License-Identifier: Apache-2.0
import Coverage

/// Statements drawn at random from a seed: the same seed gives the same statement everywhere.
struct RandomStatement {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func number(below limit: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(limit))
    }

    /// Acts that meet often in a practice, and some that never should.
    static let codes = [
        "C17", "C1", "C8", "C54", "C32", "V1", "V7", "K1", "R1", "GDE14", "GDE11", "GDE15",
        "GCM12", "GFQ11", "GFQ12", "GFQ13", "GFQ18", "1M52", "WFB11", "WFB11M", "2L71L", "2L71M",
        "CLA11", "CLQ11", "CLA11M", "CNQ11", "E2", "F21", "MR03", "8E01", "8E02", "NVD11",
        "NXD11", "7A41", "1S21", "LLR01", "ZZZ9", "CP1", "CP3", "DC1", "DS16", "GCJ11",
    ]
    static let specialities = ["C17", "C1", "C8", "C14", "C20", "dentist", "C19", "C3"]

    mutating func request() -> PricingRequest {
        var request = PricingRequest(
            date: CalendarDate(year: 2026, month: 9, day: 10 + number(below: 10))!,
            place: [.practice, .home, .hospitalAmbulatory, .hospitalStationary][number(below: 4)],
            speciality: Self.specialities[number(below: Self.specialities.count)],
            birthDate: CalendarDate(year: 1940 + number(below: 86), month: 5, day: 5)!,
            lines: (1...(1 + number(below: 8))).map { line($0) })
        if number(below: 2) == 0 { request.time = ClockTime(hour: number(below: 24), minute: 30) }
        if number(below: 3) == 0 { request.devices = [DeclaredDevice(code: "GCJ11")] }
        if number(below: 2) == 0 { request.history = (0..<number(below: 6)).map { _ in past() } }
        if number(below: 4) == 0 {
            request.baseAmountConsumed = [2026: Amount(cents: number(below: 9000))]
        }
        return request
    }

    mutating func line(_ place: Int) -> RequestedLine {
        var line = RequestedLine(
            number: place, code: Self.codes[number(below: Self.codes.count)],
            quantity: number(below: 6) == 0 ? 1 + number(below: 4) : 1)
        if number(below: 8) == 0 {
            line.suffixes = [["R", "B", "N", "D", "F", "P", "L"][number(below: 7)]]
        }
        if number(below: 4) == 0 { line.billed = Amount(cents: number(below: 30_000)) }
        if number(below: 5) == 0 { line.authorised = true }
        return line
    }

    mutating func past() -> PastAct {
        PastAct(
            date: CalendarDate(
                year: 2026, month: 1 + number(below: 9), day: 1 + number(below: 20))!,
            code: Self.codes[number(below: Self.codes.count)], isOwn: number(below: 2) == 0)
    }

    mutating func shuffled<Value>(_ values: [Value]) -> [Value] {
        var values = values
        for index in values.indices.dropLast() {
            values.swapAt(index, index + number(below: values.count - index))
        }
        return values
    }
}
