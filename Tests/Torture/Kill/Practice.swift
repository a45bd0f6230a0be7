// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPTypes
import JSON
import Transport

/// A practice that repeats every request under its UUID until it is answered.
actor Practice {
    /// One thing it wants, until somebody answered.
    struct Errand: Sendable {
        enum Aim: Sendable { case form, cancellation, simulation, decision }

        var aim: Aim
        var path: String
        var body: [UInt8]
        /// What is accepted with it.
        var uuids: [String]
    }

    private let sender: HTTPSender
    private let example: String
    private var open: [Errand] = []
    private var cancellable: [String] = []
    private var decisions = 0
    /// What the connector said is accepted.
    private(set) var forms: Set<String> = []
    private(set) var simulations: Set<String> = []
    private(set) var violations: [String] = []

    /// - Parameter example: The fee statement that every form is made from, as JSON.
    init(sender: HTTPSender, example: String) {
        (self.sender, self.example) = (sender, example)
    }

    var hasOpenErrands: Bool { !open.isEmpty }

    // MARK: Errands

    @discardableResult
    func wantForm() -> String {
        let (uuid, form) = makeForm()
        open.append(Errand(aim: .form, path: "/v1/forms", body: form, uuids: [uuid]))
        return uuid
    }

    /// Takes an earlier form back, every other time with one in its place.
    func wantCancellation() {
        guard !cancellable.isEmpty else { return }
        let subject = cancellable.removeFirst()
        var body = #"{"reason": "Erreur de saisie""#
        var uuids: [String] = []
        if cancellable.count % 2 == 0 {
            let (uuid, form) = makeForm()
            body += #", "replacement": "# + String(decoding: form, as: UTF8.self)
            uuids = [uuid]
        }
        open.append(
            Errand(
                aim: .cancellation, path: "/v1/forms/\(subject)/cancel",
                body: Array((body + "}").utf8), uuids: uuids))
    }

    func wantSimulation() {
        let uuid = UUID().uuidString.lowercased()
        open.append(
            Errand(
                aim: .simulation, path: "/v1/pid/simulations?wait=2", body: bill(uuid),
                uuids: []))
    }

    private func makeForm() -> (uuid: String, form: [UInt8]) {
        let uuid = UUID().uuidString.lowercased()
        return (uuid, Array(example.replacing(Self.exampleUUID, with: uuid).utf8))
    }

    static let exampleUUID = "3f0f6c1e-7f8a-4b7e-9a55-0d6c3c1f2a01"
    static let patient = "2010123199966"
    private static let entitled = "1985061501293"

    /// A statement of today for a person of the register, not yet paid.
    private func bill(_ uuid: String) -> [UInt8] {
        let today = Date().formatted(.iso8601.year().month().day())
        let text = example.replacing(Self.exampleUUID, with: uuid)
            .replacing(Self.patient, with: Self.entitled)
            .replacing("2026-0001", with: "T-\(uuid.prefix(8))")
            .replacing(
                /"acquitte": true,\s*"dateAcquittement": "[^"]*"/, with: #""acquitte": false"#
            )
            .replacing(
                #""libre": {}"#,
                with: #""libre": {"texteLibreVirement": "IBAN LU00 0000 0000 0000 0000"}"#
            )
            .replacing("2026-07-15", with: today)
        return Array(text.utf8)
    }

    // MARK: Running them

    /// Sends what is not answered yet; what gets no answer now stays.
    func runErrands(at address: ConnectorAtWork) async {
        var left: [Errand] = []
        let wanted = open
        open = []
        for (index, errand) in wanted.enumerated() {
            guard let (status, answer) = await send(errand, to: address) else {
                left += wanted[index...]
                break
            }
            if status >= 500 || status == 429 {
                left.append(errand)
            } else {
                note(errand, status, answer)
            }
        }
        open = left + open
    }

    private func send(
        _ errand: Errand, to address: ConnectorAtWork
    ) async -> (status: Int, answer: JSONValue?)? {
        await address.ask(.post, errand.path, body: errand.body, through: sender)
    }

    private func note(_ errand: Errand, _ status: Int, _ answer: JSONValue?) {
        let isAccepted = status == 200 || status == 202
        switch errand.aim {
        case .form:
            guard isAccepted else { return refuse(errand, status, answer) }
            forms.formUnion(errand.uuids)
            cancellable += errand.uuids
        case .cancellation:
            // One that comes too late is refused for a reason.
            guard isAccepted else { return }
            forms.formUnion(errand.uuids)
            if let uuid = answer?["cancellation"]?["uuid"]?.string { forms.insert(uuid) }
        case .simulation:
            guard isAccepted, let id = answer?["id"]?.string else {
                return refuse(errand, status, answer)
            }
            simulations.insert(id)
            decide(id)
        case .decision: break
        }
    }

    private func refuse(_ errand: Errand, _ status: Int, _ answer: JSONValue?) {
        violations.append(
            "\(errand.path) is refused: \(status) \(answer?["code"]?.string ?? "")"
                + " \(answer?["detail"]?.string ?? "")")
    }

    /// Validates, contests and gives up in turn.
    private func decide(_ id: String) {
        decisions += 1
        let (name, body): (String, String) =
            switch decisions % 3 {
            case 0: ("abandonment", "{}")
            case 1: ("validation", "{}")
            default: ("contestation", #"{"reason": "AUTRE", "text": "Essai"}"#)
            }
        open.append(
            Errand(
                aim: .decision, path: "/v1/pid/simulations/\(id)/\(name)?wait=2",
                body: Array(body.utf8), uuids: []))
    }
}

/// Where a connector answers, and what opens it.
struct ConnectorAtWork: Sendable {
    var authority: String
    var secret: String

    /// As it has written it into its state folder.
    init(state: String) throws {
        let file = try Data(contentsOf: URL(fileURLWithPath: "\(state)/connector.json"))
        let url = try JSONDocument(parsing: [UInt8](file)).root["url"]?.string ?? ""
        authority = url.replacing("http://", with: "")
        secret = try String(contentsOfFile: "\(state)/client-secret", encoding: .utf8)
    }

    /// - Returns: `nil` when no answer came.
    func ask(
        _ method: HTTPRequest.Method, _ path: String, body: [UInt8] = [],
        through sender: HTTPSender
    ) async -> (status: Int, answer: JSONValue?)? {
        guard let (status, bytes) = await fetch(method, path, body: body, through: sender) else {
            return nil
        }
        return (status, try? JSONDocument(parsing: bytes).root)
    }

    func fetch(
        _ method: HTTPRequest.Method, _ path: String, body: [UInt8] = [],
        through sender: HTTPSender
    ) async -> (status: Int, bytes: [UInt8])? {
        var request = HTTPRequest(
            method: method, scheme: "http", authority: authority, path: path)
        request.headerFields[.authorization] = "Bearer \(secret)"
        if !body.isEmpty { request.headerFields[.contentType] = "application/json" }
        guard
            let (response, bytes) = try? await sender.send(
                request, body: body, timeout: .seconds(20))
        else { return nil }
        return (response.status.code, bytes)
    }
}
