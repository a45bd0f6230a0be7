// SPDX-License-Identifier: Apache-2.0
package import Coverage
package import JSON

/// The fictitious persons and providers the sandbox knows, and the acts that force an outcome.
package struct Register: Sendable {
    package struct Provider: Sendable, Hashable {
        /// Eight digits.
        package var code: String
        /// Stands in the serialNumber of the provider's certificates.
        package var eHealthID: String
        package var givenName: String
        package var surname: String
        /// Identifier of the rules engine's table.
        package var speciality: String
        package var hasActiveEHealthID: Bool
        /// His space at MySecu is open.
        package var hasActiveSpace: Bool
        /// He switched the web services of his space on.
        package var hasWebServices: Bool
        /// His bank takes instant transfers.
        package var takesInstantTransfers: Bool
        package var devices: [DeclaredDevice]
        /// Code of the association he bills in; its members count as one doctor (art. 1).
        package var association: String?
    }

    /// Somebody who acts for providers: enrolled like them, a provider of nothing.
    package struct Delegate: Sendable, Hashable {
        package var eHealthID: String
        package var givenName: String
        package var surname: String
    }

    /// When somebody is covered, both days included.
    package struct Right: Sendable, Hashable {
        package var from: CalendarDate
        package var to: CalendarDate?

        func covers(_ day: CalendarDate) -> Bool {
            from <= day && to.map { day <= $0 } ?? true
        }
    }

    package struct Person: Sendable, Hashable {
        package var matricule: String
        /// His caisse.
        package var fund: String
        /// Empty: always covered.
        package var rights: [Right]
        package var effect: MagicEffect?

        func isCovered(on day: CalendarDate) -> Bool {
            rights.isEmpty || rights.contains { $0.covers(day) }
        }
    }

    /// Those with a name, and the crowd behind them.
    package let providers: [Provider]
    package let persons: [Person]
    /// How many of each are the crowd: doctors and patients for load tests.
    let crowd: (providers: Int, persons: Int)
    /// Act codes that no list has, and the anomaly each forces.
    package let magicActs: [String: String]
    /// Identifiers of the authorisations and quotations that the insurer gave; `nil` takes any.
    private(set) package var agreements: Set<String>?
    private(set) package var delegates: [Delegate] = []
    /// Those that exist from the beginning.
    private(set) package var mandates: [Mandate] = []
    private let providerByCode: [String: Int]
    private let providerByEHealthID: [String: Int]
    private let personByMatricule: [String: Int]

    /// A register without a crowd, to which any agreement is good.
    package init(providers: [Provider], persons: [Person], magicActs: [String: String] = [:]) {
        self.init(providers, persons, magicActs, crowd: (0, 0))
    }

    private init(
        _ providers: [Provider], _ persons: [Person], _ magicActs: [String: String],
        crowd: (Int, Int)
    ) {
        (self.providers, self.persons, self.magicActs) = (providers, persons, magicActs)
        self.crowd = crowd
        providerByCode = Self.index(providers, by: \.code)
        providerByEHealthID = Self.index(providers, by: \.eHealthID)
        personByMatricule = Self.index(persons, by: \.matricule)
    }

    /// Reads `Data/sandbox/register.json`.
    package init(_ file: JSONReader) throws(JSONReadingError) {
        var providers: [Provider] = []
        for item in try file.member("providers").elements() { providers.append(try Provider(item)) }
        var persons: [Person] = []
        for item in try file.member("persons").elements() { persons.append(try Person(item)) }
        var acts: [String: String] = [:]
        for item in try file.optional("acts")?.elements() ?? [] {
            acts[try item.member("code").string()] = try item.member("anomaly").string()
        }
        let crowd = try file.optional("crowd")
        let doctors = try crowd?.member("providers").crowd() ?? []
        let patients = try crowd?.member("persons").elements() ?? []
        for patient in patients { persons.append(Person(matricule: try patient.string())) }
        self.init(
            providers + doctors, persons, acts, crowd: (doctors.count, patients.count))
        if let known = try file.optional("agreements")?.elements() {
            var agreements: Set<String> = []
            for agreement in known { agreements.insert(try agreement.string().lowercased()) }
            self.agreements = agreements
        }
        for item in try file.optional("delegates")?.elements() ?? [] {
            delegates.append(try Delegate(item))
        }
        for item in try file.optional("mandates")?.elements() ?? [] {
            mandates.append(try Mandate(item))
        }
    }

    private static func index<Entry>(
        _ entries: [Entry], by key: (Entry) -> String
    ) -> [String: Int] {
        Dictionary(
            entries.enumerated().map { (key($1), $0) }, uniquingKeysWith: { first, _ in first })
    }

    package func provider(code: String) -> Provider? {
        providerByCode[code].map { providers[$0] }
    }

    func provider(eHealthID: String) -> Provider? {
        providerByEHealthID[eHealthID].map { providers[$0] }
    }

    func delegate(eHealthID: String) -> Delegate? {
        delegates.first { $0.eHealthID == eHealthID }
    }

    func person(matricule: String) -> Person? {
        personByMatricule[matricule].map { persons[$0] }
    }

    /// Whether two codes are one doctor or doctors of one association.
    func areAssociates(_ one: String, _ other: String) -> Bool {
        if one == other { return true }
        guard let association = provider(code: one)?.association else { return false }
        return provider(code: other)?.association == association
    }

    /// Whether the insurer gave an authorisation or a quotation of that identifier.
    func knowsAgreement(_ identifier: String) -> Bool {
        agreements.map { $0.contains(identifier.lowercased()) } ?? true
    }

    package var matricules: Set<String> { Set(personByMatricule.keys) }
}

extension Register.Provider {
    package init(
        code: String, eHealthID: String, givenName: String, surname: String, speciality: String
    ) {
        (self.code, self.eHealthID, self.speciality) = (code, eHealthID, speciality)
        (self.givenName, self.surname) = (givenName, surname)
        (hasActiveEHealthID, hasActiveSpace, hasWebServices) = (true, true, true)
        (takesInstantTransfers, devices, association) = (true, [], nil)
    }

    fileprivate init(_ item: JSONReader) throws(JSONReadingError) {
        self.init(
            code: try item.member("code").string(),
            eHealthID: try item.member("eHealthID").string(),
            givenName: try item.member("givenName").string(),
            surname: try item.member("surname").string(),
            speciality: try item.member("speciality").string())
        hasActiveEHealthID = try item.optional("eHealthIDActive")?.boolean() ?? true
        hasActiveSpace = try item.optional("spaceActive")?.boolean() ?? true
        hasWebServices = try item.optional("webServicesActive")?.boolean() ?? true
        takesInstantTransfers = try item.optional("instantTransfer")?.boolean() ?? true
        association = try item.optional("association")?.string()
        for device in try item.optional("devices")?.elements() ?? [] {
            devices.append(DeclaredDevice(code: try device.string()))
        }
    }
}

extension Register.Delegate {
    fileprivate init(_ item: JSONReader) throws(JSONReadingError) {
        eHealthID = try item.member("eHealthID").string()
        givenName = try item.member("givenName").string()
        surname = try item.member("surname").string()
    }
}

extension Register.Person {
    package init(matricule: String, fund: String = "CNS") {
        (self.matricule, self.fund, rights, effect) = (matricule, fund, [], nil)
    }

    fileprivate init(_ item: JSONReader) throws(JSONReadingError) {
        matricule = try item.member("matricule").string()
        fund = try item.optional("fund")?.string() ?? "CNS"
        rights = []
        for right in try item.optional("rights")?.elements() ?? [] {
            rights.append(
                Register.Right(
                    from: try right.member("from").calendarDate(),
                    to: try right.optional("to")?.calendarDate()))
        }
        effect = try item.optional("effect").map { reader throws(JSONReadingError) in
            try MagicEffect(reader)
        }
    }
}

extension JSONReader {
    /// So many doctors in a row.
    fileprivate func crowd() throws(JSONReadingError) -> [Register.Provider] {
        let first = try member("first").int(in: 900_000...999_999)
        let count = try member("count").int(in: 0...999_999 - first)
        let speciality = try member("speciality").string()
        return (first..<first + count).map { number in
            Register.Provider(
                code: "\(number)" + CalendarDate.padded(number % 97, to: 2),
                eHealthID: "2000\(number)", givenName: "Docteur", surname: "Foule",
                speciality: speciality)
        }
    }
}
