// SPDX-License-Identifier: Apache-2.0
import JSON

/// Reads the files of `Data/coverage`; every error names file and place.
struct TableLoader {
    let files: [String: [UInt8]]

    func bytes(_ name: String) throws(TariffError) -> [UInt8] {
        guard let bytes = files[name] else { throw .missingFile(name) }
        guard bytes.count <= CoverageLimits.fileInBytes else {
            throw .data(file: name, "it is larger than \(CoverageLimits.fileInBytes) bytes")
        }
        return bytes
    }

    func json(_ name: String) throws(TariffError) -> JSONReader {
        let bytes = try bytes(name)
        do {
            return JSONReader(
                try JSONValue(
                    parsing: bytes, limits: JSONLimits(sizeInBytes: CoverageLimits.fileInBytes)))
        } catch {
            throw .data(file: name, error.description)
        }
    }

    func reading<Value>(
        _ name: String, _ read: () throws(JSONReadingError) -> Value
    ) throws(TariffError) -> Value {
        do {
            return try read()
        } catch {
            throw .data(file: name, error.description)
        }
    }

    func rows<Row>(
        _ name: String, _ member: String, _ read: (JSONReader) throws(JSONReadingError) -> Row
    ) throws(TariffError) -> [Row] {
        let file = try json(name)
        return try reading(name) { () throws(JSONReadingError) in
            var rows: [Row] = []
            for row in try file.member(member).elements() { rows.append(try read(row)) }
            return rows
        }
    }

    func specialities() throws(TariffError) -> SpecialityTable {
        let file = try json("specialities.json")
        return try reading("specialities.json") { () throws(JSONReadingError) in
            try SpecialityTable(file)
        }
    }

    func anomalies() throws(TariffError) -> [String: (Anomaly.Severity, LocalizedText)] {
        var table: [String: (Anomaly.Severity, LocalizedText)] = [:]
        let rows = try rows("anomalies.json", "anomalies") { row throws(JSONReadingError) in
            (
                try row.member("code").string(),
                try row.member("level").choice(Anomaly.Severity.self),
                try LocalizedText(reading: row.member("text"))
            )
        }
        for (code, severity, text) in rows { table[code] = (severity, text) }
        return table
    }

    func cumulation(_ table: SpecialityTable) throws(TariffError) -> [CumulationRow] {
        let allowed = try rows("cumulation.json", "rows") { row throws(JSONReadingError) in
            try CumulationRow(row, isExclusion: false, specialities: table)
        }
        let excluded = try rows("cumulation.json", "exclusions") { row throws(JSONReadingError) in
            try CumulationRow(row, isExclusion: true, specialities: table)
        }
        guard allowed.count + excluded.count <= 32 else {
            throw .data(file: "cumulation.json", "it has more than 32 rows")
        }
        return allowed + excluded
    }

    func facts() throws(TariffError) -> [String: LocalizedText] {
        let rows = try rows("facts.json", "facts") { row throws(JSONReadingError) in
            (try row.member("id").string(), try LocalizedText(reading: row.member("text")))
        }
        return Dictionary(rows, uniquingKeysWith: { first, _ in first })
    }

    func groups() throws(TariffError) -> [String: [String]] {
        let file = try json("groups.json")
        return try reading("groups.json") { () throws(JSONReadingError) in
            var groups: [String: [String]] = [:]
            for (name, group) in try file.member("groups").members() {
                groups[name] = try group.strings("codes")
            }
            return groups
        }
    }
}
