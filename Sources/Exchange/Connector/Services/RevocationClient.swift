// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Transport
import Trust

/// Fetches what a verdict is missing: OCSP answers first, then revocation lists (AS-03, AS-05).
struct RevocationClient: Sendable {
    let allowedHosts: Set<String>
    let send: Send
    let random: @Sendable (Int) -> [UInt8]

    /// What is missing, all of it.
    ///
    /// - Throws: ``StageFailure`` when one certificate's status cannot be learned.
    func fetch(_ missing: MissingMaterial) async throws -> ValidationMaterial {
        var material = ValidationMaterial()
        for need in missing.revocation {
            if let response = await ocspResponse(need) {
                material.ocspResponses.append(response)
            } else if let list = await list(need) {
                material.revocationLists.append(list)
            } else {
                throw StageFailure(
                    .revocationUnreachable,
                    "Neither OCSP nor a revocation list can be had for a certificate of \(need.issuer.subject).",
                    actor: .incert, .retry)
            }
        }
        return material
    }

    private func ocspResponse(_ need: MissingRevocation) async -> OCSPResponse? {
        for address in need.ocspURLs where isAllowed(address) {
            let nonce = Nonce(random: random(16))
            guard
                let request = HTTPRequest.post(address, contentType: "application/ocsp-request"),
                let (response, body) = try? await send(
                    request, need.ocspRequest(nonce: nonce).der, .seconds(5)),
                response.status == .ok, let answer = try? need.response(body, to: nonce)
            else { continue }
            return answer
        }
        return nil
    }

    private func list(_ need: MissingRevocation) async -> RevocationList? {
        for address in need.listURLs where isAllowed(address) {
            guard let request = HTTPRequest.get(address),
                let (response, body) = try? await send(request, [], .seconds(5)),
                response.status == .ok, let list = try? RevocationList(der: body)
            else { continue }
            return list
        }
        return nil
    }

    private func isAllowed(_ address: String) -> Bool {
        guard let authority = HTTPRequest.get(address)?.authority else { return false }
        return allowedHosts.contains(authority)
    }
}
