// SPDX-License-Identifier: Apache-2.0
package import JSON

/// One published shape of the national services, as data (security-requirements, GW-01).
///
/// Names, model ids and limits stand here; nothing above this module knows them. The identity
/// provider's assertion and the session token have their seats; a profile whose seats say `none`
/// goes straight to the exchange.
package struct NationalProfile: Sendable, Hashable {
    package enum AssertionProvider: String, Sendable, CaseIterable { case none }
    package enum SessionTokenService: String, Sendable, CaseIterable { case none }
    /// Level of the signed PDF inside the signed XML.
    package enum EmbeddedLevel: String, Sendable, CaseIterable {
        case basic = "B-B"
        case timestamped = "B-T"
    }

    package struct MessageSecurity: Sendable, Hashable {
        /// Identifier of the XML-DSig signature method.
        package var signatureMethod: String
        package var validityInSeconds: Int
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
    package var assertion: AssertionProvider
    package var sessionToken: SessionTokenService
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

    /// Reads a profile file.
    ///
    /// - Throws: The file is not a profile; the error names the member.
    package init(_ file: JSONReader) throws(JSONReadingError) {
        id = try file.member("id").string()
        assertion = try file.member("assertion").choice(AssertionProvider.self)
        sessionToken = try file.member("sessionToken").choice(SessionTokenService.self)
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
    }
}

extension NationalProfile.MessageSecurity {
    fileprivate init(_ file: JSONReader) throws(JSONReadingError) {
        signatureMethod = try file.member("signatureMethod").string()
        validityInSeconds = try file.member("validityInSeconds").int(in: 1...86_400)
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
