// SPDX-License-Identifier: Apache-2.0
internal import Coverage
internal import JSON

extension PackManifest {
    private static let formats = 1...1

    init(reading json: JSONReader) throws(JSONReadingError) {
        try json.allowOnly([
            "format", "kind", "id", "version", "code", "names", "validFrom", "validTo", "root",
            "appliesWhen", "paths", "seats", "lowerCase", "leftOut", "deposit", "cancellation",
            "signature", "pdf", "coverage", "examples", "sources",
        ])
        _ = try json.member("format").int(in: Self.formats)
        kind = try json.optional("kind")?.choice(Kind.self) ?? .form
        id = try json.member("id").string()
        version = try json.member("version").string()
        code = try json.member("code").string()
        names = try LocalizedText(reading: json.member("names"))
        validFrom = try json.member("validFrom").date()
        validTo = try json.optional("validTo")?.date()
        root = try Root(reading: json.member("root"))
        appliesWhen = try json.optional("appliesWhen")?.string()
        paths = try Paths(reading: json.member("paths"))
        lowerCase = try json.optional("lowerCase")?.paths() ?? []
        leftOut = try json.optional("leftOut")?.paths() ?? []
        deposit = try Self.deposit(json, of: kind)
        pdf = try Self.pdf(json, of: kind)
        coverage = try Self.coverage(json.optional("coverage"))
        examplesToday = try json.member("examples").member("today").date()
        sources = try Self.sources(json.member("sources"))
    }

    private static func deposit(
        _ json: JSONReader, of kind: Kind
    ) throws(JSONReadingError) -> Deposit? {
        guard kind == .form else {
            try refuse(["seats", "deposit", "cancellation", "signature"], in: json)
            return nil
        }
        return Deposit(
            model: try json.member("deposit").member("model").string(),
            cancellationModel: try json.member("cancellation").member("model").string(),
            seats: try Seats(reading: json.member("seats")),
            signature: try Signature(reading: json.member("signature")))
    }

    private static func pdf(
        _ json: JSONReader, of kind: Kind
    ) throws(JSONReadingError) -> PDF? {
        guard kind == .message else { return try PDF(reading: json.member("pdf")) }
        try refuse(["pdf"], in: json)
        return nil
    }

    /// Members that a pack of this kind cannot have.
    private static func refuse(
        _ names: [String], in json: JSONReader
    ) throws(JSONReadingError) {
        for name in names {
            if let member = try json.optional(name) {
                throw member.unexpected("nothing: a pack of this kind has none")
            }
        }
    }

    private static func coverage(
        _ json: JSONReader?
    ) throws(JSONReadingError) -> [String: FormPath] {
        var coverage: [String: FormPath] = [:]
        for (name, reader) in try json?.members() ?? [] { coverage[name] = try reader.path() }
        return coverage
    }

    private static func sources(_ json: JSONReader) throws(JSONReadingError) -> [Source] {
        var sources: [Source] = []
        for entry in try json.elements() {
            let mark = try entry.member("mark").string()
            guard ["[V]", "[2H]", "[OA]"].contains(mark) else {
                throw try entry.member("mark").unexpected("[V], [2H] or [OA]")
            }
            sources.append(
                Source(
                    what: try entry.member("what").string(), mark: mark,
                    source: try entry.member("source").string()))
        }
        return sources
    }
}

extension PackManifest.Root {
    fileprivate init(reading json: JSONReader) throws(JSONReadingError) {
        element = try json.member("element").string()
        namespace = try json.member("namespace").string()
        prefix = try json.member("prefix").string()
    }
}

extension PackManifest.Paths {
    fileprivate init(reading json: JSONReader) throws(JSONReadingError) {
        try json.allowOnly(["uuid", "date", "providerCode", "number", "total"])
        uuid = try json.member("uuid").path()
        date = try json.member("date").path()
        providerCode = try json.optional("providerCode")?.path()
        number = try json.optional("number")?.path()
        total = try json.optional("total")?.path()
    }
}

extension PackManifest.Seats {
    fileprivate init(reading json: JSONReader) throws(JSONReadingError) {
        signature = try json.member("signature").path()
        document = try json.member("document").path()
    }
}

extension PackManifest.Signature {
    fileprivate init(reading json: JSONReader) throws(JSONReadingError) {
        try json.allowOnly([
            "level", "certification", "mimeType", "commitmentType", "claimedRole", "policy",
            "allowsDelegate",
        ])
        level = try json.member("level").string()
        certification = try json.member("certification").choice(Certification.self)
        mimeType = try json.member("mimeType").string()
        commitmentType = try json.optional("commitmentType")?.string()
        claimedRole = try json.optional("claimedRole")?.string()
        allowsDelegate = try json.optional("allowsDelegate")?.boolean() ?? false
        policy = try json.optional("policy")?.string()
    }
}

extension PackManifest.PDF {
    fileprivate init(reading json: JSONReader) throws(JSONReadingError) {
        try json.allowOnly(["conformance", "copies", "fonts"])
        conformance = try json.member("conformance").choice(Conformance.self)
        copies = []
        for copy in try json.member("copies").elements() {
            copies.append(
                Copy(
                    name: try copy.member("name").string(), level: try copy.member("level").string()
                ))
        }
        fonts = []
        for font in try json.member("fonts").elements() {
            fonts.append(
                Font(
                    role: try font.member("role").choice(FontRole.self),
                    file: try font.member("file").string(),
                    sha256: try font.member("sha256").string()))
        }
    }
}

extension LocalizedText {
    init(reading json: JSONReader) throws(JSONReadingError) {
        self.init(
            fr: try json.member("fr").string(), de: try json.member("de").string(),
            en: try json.member("en").string())
    }
}

extension JSONReader {
    func date() throws(JSONReadingError) -> CalendarDate {
        guard let date = CalendarDate(try string()) else {
            throw unexpected("a date in the form YYYY-MM-DD")
        }
        return date
    }

    func path() throws(JSONReadingError) -> FormPath {
        let path = FormPath(try string())
        guard !path.steps.isEmpty else { throw unexpected("a path of element names") }
        return path
    }

    func paths() throws(JSONReadingError) -> [FormPath] {
        var paths: [FormPath] = []
        for element in try elements() { paths.append(try element.path()) }
        return paths
    }
}
