// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Transport
import Trust
package import Validation

/// Fetches what a verdict on a stranger's file is missing, from where its certificates say it is:
/// OCSP answers, revocation lists, issuers. Only public addresses are asked (AS-05).
package struct PublicMaterial: Sendable {
    private let send: Send
    private let random: @Sendable (Int) -> [UInt8]

    package init(send: @escaping Send, random: @escaping @Sendable (Int) -> [UInt8]) {
        (self.send, self.random) = (send, random)
    }

    /// Judges again after each round of fetching, until nothing more comes; what cannot be had is
    /// left out, and the verdict says so.
    package func verdict(
        on facts: FileFacts, _ context: ValidationContext, first: FileReport
    ) async -> FileReport {
        var (context, verdict) = (context, first)
        for _ in 0..<Limits.fetchRounds where !verdict.missing.isEmpty {
            let before = context.material
            context.material.formUnion(await fetch(verdict.missing))
            guard context.material != before else { break }
            verdict = Judge(context).report(on: facts)
        }
        return verdict
    }

    private func fetch(_ missing: MissingMaterial) async -> ValidationMaterial {
        var material = ValidationMaterial()
        for need in missing.issuers.prefix(Limits.fetchedItems) {
            material.certificates += await issuers(need)
        }
        for need in missing.revocation.prefix(Limits.fetchedItems) {
            if let response = await ocspResponse(need) {
                material.ocspResponses.append(response)
            } else if let list = await list(need) {
                material.revocationLists.append(list)
            }
        }
        return material
    }

    private func issuers(_ need: MissingIssuer) async -> [Certificate] {
        for address in need.urls.prefix(Limits.fetchedAddresses) {
            guard let body = await answer(HTTPRequest.get(address), []) else { continue }
            if let certificate = try? Certificate(der: body) { return [certificate] }
            if let bag = try? SignedData(parsing: body, allowingBER: true) {
                return bag.certificates
            }
        }
        return []
    }

    private func ocspResponse(_ need: MissingRevocation) async -> OCSPResponse? {
        for address in need.ocspURLs.prefix(Limits.fetchedAddresses) {
            let nonce = Nonce(random: random(16))
            let request = HTTPRequest.post(address, contentType: "application/ocsp-request")
            guard let body = await answer(request, need.ocspRequest(nonce: nonce).der),
                let response = try? need.response(body, to: nonce)
            else { continue }
            return response
        }
        return nil
    }

    private func list(_ need: MissingRevocation) async -> RevocationList? {
        for address in need.listURLs.prefix(Limits.fetchedAddresses) {
            guard let body = await answer(HTTPRequest.get(address), []) else { continue }
            if let list = try? RevocationList(der: body) { return list }
        }
        return nil
    }

    /// The body of a good answer from a public address over HTTP; what is fetched proves itself by
    /// its signature, so TLS adds nothing.
    private func answer(_ request: HTTPRequest?, _ body: [UInt8]) async -> [UInt8]? {
        guard var request, request.scheme == "http", let authority = request.authority else {
            return nil
        }
        let parts = authority.split(separator: ":", maxSplits: 1)
        guard let host = parts.first.map(String.init),
            let address = PublicAddress.of(host: host)
        else { return nil }
        let literal = address.contains(":") ? "[\(address)]" : address
        if let name = HTTPField.Name("Host") { request.headerFields[name] = authority }
        request.authority = parts.count > 1 ? "\(literal):\(parts[1])" : literal
        guard let (response, bytes) = try? await send(request, body, .seconds(5)),
            response.status == .ok
        else { return nil }
        return bytes
    }
}
