// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPTypes
import JSON

extension ConnectorClient {
    private static let simulations = "/v1/pid/simulations"

    func simulate(_ form: [UInt8], wait: Int) async throws -> JSONReader {
        try await answer(
            send(
                .post, "\(Self.simulations)?wait=\(wait)", contentType: Self.contentType(of: form),
                body: form))
    }

    func simulation(_ id: String) async throws -> JSONReader {
        try await answer(send(.get, "\(Self.simulations)/\(id)"))
    }

    /// Validation, contestation or abandonment.
    func decide(
        _ id: String, _ decision: String, _ body: JSONValue, wait: Int?
    ) async throws -> JSONReader {
        let query = wait.map { "?wait=\($0)" } ?? ""
        return try await answer(
            send(
                .post, "\(Self.simulations)/\(id)/\(decision)\(query)",
                contentType: "application/json", body: body.serialized()))
    }

    /// A paper of a simulation; `nil` while there is none.
    ///
    /// - Parameter accept: Where it comes in several forms.
    func paper(
        _ name: String, of id: String, accept: String? = nil
    ) async throws -> [UInt8]? {
        let (status, body) = try await send(
            .get, "\(Self.simulations)/\(id)/\(name)", accept: accept)
        return status == 200 ? body : nil
    }

    /// Writes the papers that are there to `ID-NAME.pdf`, `.xml` or `.json`, each in every form.
    func fetchPapers(of id: String, named names: [String], to folder: String?) async throws {
        guard let folder else { return }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (name, accept) in names.flatMap({ [($0, nil), ($0, "application/pdf")] }) {
            guard let bytes = try await paper(name, of: id, accept: accept) else { continue }
            let kind =
                bytes.starts(with: Array("%PDF".utf8))
                ? "pdf" : bytes.first == UInt8(ascii: "<") ? "xml" : "json"
            try Terminal.write(bytes, to: "\(folder)/\(id)-\(name).\(kind)")
        }
    }

    private func answer(_ response: (Int, [UInt8])) throws -> JSONReader {
        let answer = try Self.reader(response.1)
        guard (200...299).contains(response.0) else {
            throw refusal(answer, status: response.0)
        }
        return answer
    }
}
