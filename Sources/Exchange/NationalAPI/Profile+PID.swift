// SPDX-License-Identifier: Apache-2.0
import JSON

extension NationalProfile {
    /// One operation beside deposits: its model and the elements that go and come.
    package struct Operation: Sendable, Hashable {
        package var model: String
        package var request: String
        package var response: String
        package var timeoutInSeconds: Int

        init(_ file: JSONReader) throws(JSONReadingError) {
            model = try file.member("model").string()
            request = try file.member("request").string()
            response = try file.member("response").string()
            timeoutInSeconds = try file.member("timeoutInSeconds").int(in: 1...600)
        }
    }

    /// Paiement immédiat direct: its operations, the life of a simulation, and the codes that steer
    /// what a client does next.
    package struct ImmediateDirectPayment: Sendable, Hashable {
        package struct Codes: Sendable, Hashable {
            /// The UUID was used for other content.
            package var reused: String
            /// The insurer does not know the simulation.
            package var unknown: String
            package var expired: String
            /// Validated or contested before: final.
            package var final: String
            /// The totals are not those of the simulation.
            package var totals: String
        }

        package var vocabulary: Vocabulary
        package var simulation: Operation
        package var validation: Operation
        package var contestation: Operation
        /// From the answer on.
        package var validityInMinutes: Int
        /// Whether a simulation ends with its day in Luxembourg.
        package var endsWithTheDay: Bool
        package var codes: Codes

        init(_ file: JSONReader) throws(JSONReadingError) {
            vocabulary = try Vocabulary(file)
            simulation = try Operation(file.member("simulation"))
            validation = try Operation(file.member("validation"))
            contestation = try Operation(file.member("contestation"))
            validityInMinutes = try file.member("validityInMinutes").int(in: 1...1_440)
            endsWithTheDay = try file.member("endsWithTheDay").boolean()
            let codes = try file.member("codes")
            self.codes = Codes(
                reused: try codes.member("reused").string(),
                unknown: try codes.member("unknown").string(),
                expired: try codes.member("expired").string(),
                final: try codes.member("final").string(),
                totals: try codes.member("totals").string())
        }
    }

    /// The query of a UUID's state.
    package struct StatusQuery: Sendable, Hashable {
        package var vocabulary: Vocabulary
        package var operation: Operation

        init(_ file: JSONReader) throws(JSONReadingError) {
            vocabulary = try Vocabulary(file)
            operation = try Operation(file)
        }
    }

    /// The query of payments; the answer is an ISO 20022 document.
    package struct PaymentAdviceQuery: Sendable, Hashable {
        package static let isoNamespace = "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"
        static let isoVocabulary = Vocabulary(namespace: isoNamespace, prefix: "")

        package var vocabulary: Vocabulary
        package var operation: Operation

        init(_ file: JSONReader) throws(JSONReadingError) {
            vocabulary = try Vocabulary(file)
            operation = try Operation(file)
        }
    }
}

extension Vocabulary {
    init(_ file: JSONReader) throws(JSONReadingError) {
        namespace = try file.member("namespace").string()
        prefix = try file.member("prefix").string()
    }
}
