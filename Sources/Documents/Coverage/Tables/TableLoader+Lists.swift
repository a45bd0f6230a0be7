// SPDX-License-Identifier: Apache-2.0

extension TableLoader {
    /// Every act of both lists, rows of one code joined, in the order of the lists.
    func acts() throws(TariffError) -> [ActRow] {
        try acts("nomenclature-doctors.csv", .doctors)
            + acts("nomenclature-dentists.csv", .dentists)
    }

    private func acts(
        _ name: String, _ profession: Profession
    ) throws(TariffError) -> [ActRow] {
        let table = try CSVTable(
            bytes(name), file: name,
            columns: [
                "code", "label_fr", "section", "coefficient", "tariff_eur", "valid_from",
                "valid_to", "remark_letters", "source",
            ])
        let (code, label, section) = (
            table.column("code"), table.column("label_fr"), table.column("section")
        )
        let remarks = table.column("remark_letters")
        var order: [String] = []
        var versions: [String: [ActVersion]] = [:]
        var first: [String: [String]] = [:]
        for (number, row) in table.rows.enumerated() {
            let version = try version(of: row, in: table, number: number + 2)
            if versions[row[code]] == nil {
                order.append(row[code])
                first[row[code]] = row
            }
            versions[row[code], default: []].append(version)
        }
        return order.map { key in
            let row = first[key] ?? []
            return ActRow(
                code: key, label: row[label], section: row[section], profession: profession,
                marks: MedicalAct.Marks(remarks: row[remarks]),
                versions: (versions[key] ?? []).sorted { left, right in
                    switch (left.from, right.from) {
                    case (let left?, let right?): left > right
                    case (.some, nil): true
                    default: false
                    }
                })
        }
    }

    private func version(
        of row: [String], in table: CSVTable, number: Int
    ) throws(TariffError) -> ActVersion {
        func field(_ name: String) -> String? {
            let text = row[table.column(name)]
            return text.isEmpty ? nil : text
        }
        func day(_ name: String) throws(TariffError) -> CalendarDate? {
            guard let text = field(name) else { return nil }
            guard let date = CalendarDate(text) else {
                throw .data(file: table.file, "row \(number): \(name) is no day")
            }
            return date
        }
        let coefficient = field("coefficient").map { Coefficient($0) }
        let tariff = field("tariff_eur").map { Amount($0) }
        if case .some(nil) = coefficient {
            throw .data(file: table.file, "row \(number): coefficient is no number")
        }
        if case .some(nil) = tariff {
            throw .data(file: table.file, "row \(number): tariff_eur is no amount")
        }
        return ActVersion(
            from: try day("valid_from"), to: try day("valid_to"),
            coefficient: coefficient ?? nil, tariff: tariff ?? nil,
            source: field("source") ?? "")
    }

    func sources() throws(TariffError) -> [String: String] {
        let table = try CSVTable(
            bytes("sources.csv"), file: "sources.csv", columns: ["key", "source"])
        let (key, source) = (table.column("key"), table.column("source"))
        return Dictionary(
            table.rows.map { ($0[key], $0[source]) }, uniquingKeysWith: { first, _ in first })
    }

    func holidays() throws(TariffError) -> Set<CalendarDate> {
        let name = "public-holidays.csv"
        let table = try CSVTable(bytes(name), file: name, columns: ["date"])
        var days: Set<CalendarDate> = []
        for row in table.rows {
            guard let day = CalendarDate(row[table.column("date")]) else {
                throw .data(file: name, "\(row[table.column("date")]) is no day")
            }
            days.insert(day)
        }
        return days
    }

    func keyLetters() throws(TariffError) -> [Profession: [(
        from: CalendarDate, to: CalendarDate?, value: KeyLetterValue
    )]] {
        let name = "key-letters.csv"
        let table = try CSVTable(
            bytes(name), file: name, columns: ["group", "value", "valid_from", "valid_to"])
        var letters:
            [Profession: [(from: CalendarDate, to: CalendarDate?, value: KeyLetterValue)]] = [:]
        for row in table.rows {
            let end = row[table.column("valid_to")]
            guard let profession = Profession(rawValue: row[table.column("group")]),
                let value = KeyLetterValue(row[table.column("value")]),
                let from = CalendarDate(row[table.column("valid_from")]),
                end.isEmpty || CalendarDate(end) != nil
            else { throw .data(file: name, "a row has no group, value or day") }
            letters[profession, default: []].append((from, CalendarDate(end), value))
        }
        return letters
    }
}
