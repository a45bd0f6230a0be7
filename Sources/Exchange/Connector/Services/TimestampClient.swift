// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Transport
import Trust

/// Fetches time-stamps (RFC 3161 over HTTP) and checks that they bind what was sent (AS-04).
struct TimestampClient: Sendable {
    let address: String
    let send: Send
    let random: @Sendable (Int) -> [UInt8]

    /// A token over these bytes.
    ///
    /// - Throws: ``StageFailure``; the authority may be asked again.
    func token(over bytes: [UInt8]) async throws -> TimestampToken {
        try await token(stamping: DigestAlgorithm.sha256.digest(bytes))
    }

    /// A token over a digest.
    ///
    /// - Throws: ``StageFailure``; the authority may be asked again.
    func token(stamping imprint: Digest) async throws -> TimestampToken {
        let request = TimestampRequest(imprint: imprint, nonce: Nonce(random: random(8)))
        let answer = try await post(request)
        do {
            let token = try TimestampResponse(der: answer).token()
            try token.checkBinding(to: request)
            return token
        } catch let error as TimestampError {
            throw failure(error)
        } catch {
            throw StageFailure(
                .timestampUnusable, "The time-stamp authority sent no time-stamp response.",
                actor: .incert, .retry)
        }
    }

    private func post(_ request: TimestampRequest) async throws -> [UInt8] {
        guard let message = HTTPRequest.post(address, contentType: "application/timestamp-query")
        else {
            throw StageFailure(
                .timestampUnreachable, "The address of the time-stamp authority is not a URL.",
                actor: .you, .attention)
        }
        do {
            let (response, body) = try await send(message, request.der, .seconds(5))
            guard response.status == .ok else {
                throw StageFailure(
                    .timestampUnreachable,
                    "The time-stamp authority answered with status \(response.status.code).",
                    actor: .incert, .retry, retryAfter: response.retryAfter)
            }
            return body
        } catch let error as TransportError {
            try Task.checkCancellation()
            throw StageFailure(.timestampUnreachable, "\(error)", actor: .incert, .retry)
        }
    }

    private func failure(_ error: TimestampError) -> StageFailure {
        switch error {
        case .refused(let status, _, _):
            StageFailure(
                .timestampRefused,
                "The time-stamp authority refused the request with PKIStatus \(status).",
                actor: .incert, .retry)
        case .missingToken, .malformed, .nonceMismatch, .imprintMismatch, .policyMismatch:
            StageFailure(
                .timestampUnusable, "The time-stamp does not belong to what was sent.",
                actor: .incert, .retry)
        }
    }
}
