// SPDX-License-Identifier: Apache-2.0
package import JSON

/// One published shape of the national services, as data (security-requirements, GW-01).
///
/// Names, model ids and limits stand here; nothing above this module knows them. Five parts can be
/// replaced: client identity, assertion, session token, message security and channel. A profile
/// whose assertion and session token say `none` goes straight to the exchange.
package struct NationalProfile: Sendable, Hashable {
    /// Which of its three worlds the national side is in (GW-08).
    package enum Environment: String, Sendable, CaseIterable {
        case sandbox, integration, production
    }
    /// The key of messages is the key of the connection.
    package enum ClientIdentity: String, Sendable, CaseIterable { case certificate }
    package enum Channel: String, Sendable, CaseIterable { case soap }
    /// Level of the signed PDF inside the signed XML.
    package enum EmbeddedLevel: String, Sendable, CaseIterable {
        case basic = "B-B"
        case timestamped = "B-T"
    }

    /// A service that bears only so many calls.
    package enum PacedService: String, Sendable, CaseIterable {
        case timestamps, revocation, platform
    }

    package struct MessageSecurity: Sendable, Hashable {
        /// Identifier of the XML-DSig signature method.
        package var signatureMethod: String
        package var validityInSeconds: Int
        /// What each signature covers, neither more nor less.
        package var signedParts: [SignedPart]
        /// The prefix list of each reference; none where it is empty.
        package var inclusivePrefixes: [String]
    }

    package struct Exchange: Sendable, Hashable {
        package var path: String
        package var soapAction: String
        package var namespace: String
        package var request: String
        package var response: String
        package var timeoutInSeconds: Int
    }

    package struct DepositAnswer: Sendable, Hashable {
        package var element: String
        package var namespace: String
        package var prefix: String
        package var uuid: String
        package var nationalUUID: String
        package var anomaly: AnomalyNames
        /// What the wire calls each ``NationalAnomaly/Level``.
        package var levels: [NationalAnomaly.Level: String]
        /// The code with which the platform says that it has the same bytes already.
        package var duplicateCode: String
    }

    package struct AnomalyNames: Sendable, Hashable {
        package var element: String
        package var level: String
        package var code: String
        package var text: String
    }

    package var id: String
    package var environment: Environment
    package var clientIdentity: ClientIdentity
    package var assertion: AssertionProvider
    package var sessionToken: SessionTokenService
    package var channel: Channel
    package var messageSecurity: MessageSecurity
    package var exchange: Exchange
    package var depositAnswer: DepositAnswer
    package var cancellations: [Cancellation]
    /// Absent when the platform takes none over the exchange.
    package var consent: Consent?
    package var pid: ImmediateDirectPayment
    /// Absent when the platform offers none.
    package var status: StatusQuery?
    package var paymentAdvice: PaymentAdviceQuery?
    package var embeddedLevel: EmbeddedLevel
    /// AS-03: the most a signer's revocation data may be older than the time-stamp.
    package var maxRevocationAgeInHours: Int
    /// AS-03: the most that may lie between SigningTime and the time-stamp.
    package var timestampDelayInHours: Int
    /// RE-07: calls a second that a service bears; one that is not named has no bound.
    package var pacing: [PacedService: Int]

    /// The profile that a file builds on: its members count where the file has none of that name.
    package static func base(of file: JSONReader) throws(JSONReadingError) -> String? {
        try file.optional("base")?.string()
    }

    /// Reads a profile file.
    ///
    /// - Parameter base: The file that this one names as its base.
    /// - Throws: The file is not a profile, or one without full verification of the other side
    ///   (GW-04); the error names the member.
    package init(_ own: JSONReader, base: JSONReader? = nil) throws(JSONReadingError) {
        var members = own.value.object ?? []
        for member in base?.value.object ?? [] where !own.has(member.name) {
            members.append(member)
        }
        let file = JSONReader(.object(members))
        id = try file.member("id").string()
        environment = try file.member("environment").choice(Environment.self)
        try Self.requireVerification(file.member("tls"))
        clientIdentity = try file.member("clientIdentity").choice(ClientIdentity.self)
        assertion = try AssertionProvider(file.member("assertion"))
        sessionToken = try SessionTokenService(file.member("sessionToken"))
        channel = try file.member("channel").choice(Channel.self)
        messageSecurity = try MessageSecurity(file.member("messageSecurity"))
        exchange = try Exchange(file.member("exchange"))
        depositAnswer = try DepositAnswer(file.member("deposit"))
        cancellations = []
        for names in try file.member("cancellations").elements().prefix(Limits.cancellations) {
            cancellations.append(try Cancellation(names))
        }
        consent = try file.optional("consent").map { query throws(JSONReadingError) in
            try Consent(query)
        }
        pid = try ImmediateDirectPayment(file.member("pid"))
        status = try file.optional("status").map { query throws(JSONReadingError) in
            try StatusQuery(query)
        }
        paymentAdvice = try file.optional("paymentAdvice").map { query throws(JSONReadingError) in
            try PaymentAdviceQuery(query)
        }
        embeddedLevel = try file.member("pdf").member("embeddedLevel").choice(EmbeddedLevel.self)
        let trust = try file.member("trust")
        maxRevocationAgeInHours = try trust.member("maxRevocationAgeInHours").int(in: 0...8760)
        timestampDelayInHours = try trust.member("timestampDelayInHours").int(in: 0...8760)
        pacing =
            try file.optional("pacing").map { file throws(JSONReadingError) in
                try Self.pacing(file)
            } ?? [:]
        try requireFittingParts(file)
    }

    private static func pacing(
        _ file: JSONReader
    ) throws(JSONReadingError) -> [PacedService: Int] {
        try file.allowOnly(Set(PacedService.allCases.map(\.rawValue)))
        var pacing: [PacedService: Int] = [:]
        for service in PacedService.allCases {
            pacing[service] = try file.optional(service.rawValue)?.int(in: Limits.callsPerSecond)
        }
        return pacing
    }

    private enum Verification: String, CaseIterable { case full }
    private enum TLSVersion: String, CaseIterable { case one2 = "1.2" }

    /// There is one way to verify the other side, and no word for less.
    private static func requireVerification(_ tls: JSONReader) throws(JSONReadingError) {
        try tls.allowOnly(["verification", "minimumVersion"])
        _ = try tls.member("verification").choice(Verification.self)
        _ = try tls.member("minimumVersion").choice(TLSVersion.self)
    }

    /// A session service takes the proof that the assertion provider gives.
    private func requireFittingParts(_ file: JSONReader) throws(JSONReadingError) {
        switch (assertion, sessionToken) {
        case (.none, .none), (.saml, .trust), (.openID, .exchange): return
        default:
            throw try file.member("sessionToken").unexpected(
                "a method that takes what the assertion's method gives")
        }
    }
}

extension NationalProfile.MessageSecurity {
    init(_ file: JSONReader) throws(JSONReadingError) {
        signatureMethod = try file.member("signatureMethod").string()
        validityInSeconds = try file.member("validityInSeconds").int(in: 1...86_400)
        signedParts = []
        for part in try file.member("signedParts").elements() {
            signedParts.append(try part.choice(SignedPart.self))
        }
        guard signedParts.contains(.body), Set(signedParts).count == signedParts.count else {
            throw try file.member("signedParts").unexpected("a list with `body`, each part once")
        }
        inclusivePrefixes = []
        for prefix in try file.optional("inclusivePrefixes")?.elements() ?? [] {
            inclusivePrefixes.append(try prefix.string())
        }
    }
}

extension NationalProfile.Exchange {
    fileprivate init(_ file: JSONReader) throws(JSONReadingError) {
        path = try file.member("path").string()
        soapAction = try file.member("soapAction").string()
        namespace = try file.member("namespace").string()
        request = try file.member("request").string()
        response = try file.member("response").string()
        timeoutInSeconds = try file.member("timeoutInSeconds").int(in: 1...600)
    }
}

extension NationalProfile.DepositAnswer {
    fileprivate init(_ file: JSONReader) throws(JSONReadingError) {
        let answer = try file.member("answer")
        element = try answer.member("element").string()
        namespace = try answer.member("namespace").string()
        prefix = try answer.member("prefix").string()
        uuid = try answer.member("uuid").string()
        nationalUUID = try answer.member("nationalUUID").string()
        let names = try answer.member("anomaly")
        anomaly = NationalProfile.AnomalyNames(
            element: try names.member("element").string(),
            level: try names.member("level").string(), code: try names.member("code").string(),
            text: try names.member("text").string())
        var levels: [NationalAnomaly.Level: String] = [:]
        for level in NationalAnomaly.Level.allCases {
            levels[level] = try answer.member("levels").member(level.rawValue).string()
        }
        self.levels = levels
        duplicateCode = try file.member("duplicateCode").string()
    }
}
