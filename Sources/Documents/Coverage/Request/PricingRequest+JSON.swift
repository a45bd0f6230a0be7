// SPDX-License-Identifier: Apache-2.0
package import JSON

extension PricingRequest {
    /// Reads the REQUEST of `price` (docs/design.md, section 6).
    ///
    /// - Throws: A member is missing, unknown or ill-typed; the error points at it.
    package init(reading file: JSONReader) throws(JSONReadingError) {
        try file.allowOnly([
            "date", "time", "place", "hospitalClass", "speciality", "patient", "devices",
            "history", "baseAmountConsumed", "facts", "parameters", "lines",
        ])
        let patient = try file.member("patient")
        try patient.allowOnly(["birthDate"])
        self.init(
            date: try file.member("date").date(),
            place: CarePlace(try file.optional("place")?.string() ?? ""),
            speciality: try file.member("speciality").string(),
            birthDate: try patient.member("birthDate").date(),
            lines: try Self.list(file.member("lines"), atMost: CoverageLimits.entries) {
                (line, index) throws(JSONReadingError) in
                try RequestedLine(reading: line, at: index)
            })
        time = try file.optional("time")?.time()
        hospitalClass = try file.optional("hospitalClass")?.choice(HospitalClass.self)
        if let devices = try file.optional("devices") {
            self.devices = try Self.list(devices, atMost: CoverageLimits.devices) {
                (device, _) throws(JSONReadingError) in
                try device.allowOnly([
                    "code", "reduced", "firstUse", "usesThisYear", "lowActivity",
                ])
                return DeclaredDevice(
                    code: try device.member("code").code(),
                    reduced: try device.optional("reduced")?.boolean() ?? false,
                    firstUse: try device.date("firstUse"),
                    usesThisYear: try device.optional("usesThisYear")?.int(in: 0...1_000_000),
                    hadLowActivity: try device.optional("lowActivity")?.boolean() ?? false)
            }
        }
        if let history = try file.optional("history") {
            self.history = try Self.list(history, atMost: CoverageLimits.pastActs) {
                (act, _) throws(JSONReadingError) in try PastAct(reading: act)
            }
        }
        if let consumed = try file.optional("baseAmountConsumed") {
            baseAmountConsumed = [date.year: try consumed.amount()]
        }
        facts = try file.facts()
        if let parameters = try file.optional("parameters") {
            self.parameters = try ParameterValues(reading: parameters)
        }
    }

    private static func list<Value>(
        _ file: JSONReader, atMost limit: Int,
        _ read: (JSONReader, Int) throws(JSONReadingError) -> Value
    ) throws(JSONReadingError) -> [Value] {
        let elements = try file.elements()
        guard elements.count <= limit else {
            throw file.unexpected("at most \(limit) entries")
        }
        var values: [Value] = []
        for (index, element) in elements.enumerated() { values.append(try read(element, index)) }
        return values
    }
}

extension RequestedLine {
    fileprivate init(reading line: JSONReader, at index: Int) throws(JSONReadingError) {
        try line.allowOnly([
            "line", "code", "suffixes", "quantity", "date", "time", "requestedTime", "place",
            "billed", "tooth", "authorised", "facts",
        ])
        self.init(
            number: try line.optional("line")?.int(in: 1...999_999) ?? index + 1,
            code: try line.member("code").code(),
            suffixes: try line.strings("suffixes"),
            quantity: try line.optional("quantity")?.int() ?? 1)
        for suffix in suffixes where suffix.count != 1 {
            throw try line.member("suffixes").unexpected("letters, one in each entry")
        }
        date = try line.date("date")
        time = try line.optional("time")?.time()
        requestedTime = try line.optional("requestedTime")?.time()
        place = try line.optional("place").map { (place) throws(JSONReadingError) in
            CarePlace(try place.string())
        }
        billed = try line.optional("billed")?.amount()
        tooth = try line.optional("tooth")?.string()
        authorised = try line.optional("authorised")?.boolean() ?? false
        facts = try line.facts()
    }
}

extension PastAct {
    fileprivate init(reading act: JSONReader) throws(JSONReadingError) {
        try act.allowOnly(["date", "time", "code", "quantity", "own"])
        self.init(
            date: try act.member("date").date(), time: try act.optional("time")?.time(),
            code: try act.member("code").code(),
            quantity: try act.optional("quantity")?.int(in: CoverageLimits.quantity) ?? 1,
            isOwn: try act.optional("own")?.boolean() ?? true)
    }
}

extension ParameterValues {
    fileprivate init(reading file: JSONReader) throws(JSONReadingError) {
        self.init()
        for (name, value) in try file.members() {
            if name == "acts" {
                for act in try value.elements() {
                    try act.allowOnly(["code", "tariff", "group", "marks"])
                    acts.append(
                        DeclaredAct(
                            code: try act.member("code").code(),
                            tariff: try act.member("tariff").amount(),
                            group: try act.optional("group")?.string(),
                            marks: try act.strings("marks")))
                }
                guard acts.count <= CoverageLimits.declaredActs else {
                    throw value.unexpected("at most \(CoverageLimits.declaredActs) entries")
                }
                continue
            }
            switch value.value.content {
            case .boolean(let flag): values[name] = flag ? "true" : "false"
            case .number(let number): values[name] = number.text
            case .string(let text): values[name] = text
            default: throw value.unexpected("a text, a number, true or false")
            }
        }
    }
}

extension JSONReader {
    fileprivate func code() throws(JSONReadingError) -> String {
        let text = try string()
        guard (1...CoverageLimits.codeLength).contains(text.utf8.count),
            text.utf8.allSatisfy({ byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                    || (0x61...0x7A).contains(byte)
            })
        else { throw unexpected("the code of an act: letters and digits") }
        return text.uppercased()
    }

    fileprivate func facts() throws(JSONReadingError) -> [String: Bool] {
        guard let facts = try optional("facts") else { return [:] }
        var values: [String: Bool] = [:]
        for (name, value) in try facts.members() { values[name] = try value.boolean() }
        return values
    }
}
