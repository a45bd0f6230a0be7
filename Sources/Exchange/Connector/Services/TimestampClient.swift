// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Transport
import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Fetches time-stamps (RFC 3161 over HTTP) and checks that they bind what was sent (AS-04).
struct TimestampClient: Sendable {
    let authorities: TimestampAuthorities
    let send: Send
    let random: @Sendable (Int) -> [UInt8]

    init(
        authorities: TimestampAuthorities, send: @escaping Send,
        random: @escaping @Sendable (Int) -> [UInt8]
    ) {
        (self.authorities, self.send, self.random) = (authorities, send, random)
    }

    /// Asks one authority, whatever is known of it.
    init(
        address: String, send: @escaping Send, random: @escaping @Sendable (Int) -> [UInt8]
    ) {
        self.init(
            authorities: TimestampAuthorities(
                [TimestampAuthority(url: address)], now: { .distantPast }, jitter: { 0 }),
            send: send, random: random)
    }

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
        var tried: Set<String> = []
        var last: StageFailure?
        while true {
            let authority: TimestampAuthority
            do {
                authority = try await authorities.next(after: tried)
            } catch let failure as StageFailure {
                throw last ?? failure
            }
            tried.insert(authority.url)
            do {
                let token = try await token(stamping: imprint, from: authority.url)
                await authorities.note(authority, failure: nil)
                return token
            } catch let failure as StageFailure {
                await authorities.note(authority, failure: failure)
                last = failure
            }
        }
    }

    private func token(
        stamping imprint: Digest, from address: String
    ) async throws -> TimestampToken {
        let request = TimestampRequest(imprint: imprint, nonce: Nonce(random: random(8)))
        let answer = try await post(request, to: address)
        do {
            let token = try TimestampResponse(der: answer).token()
            try token.checkBinding(to: request)
            try Self.requireIntact(token)
            return token
        } catch let error as TimestampError {
            throw failure(error)
        } catch let error as StageFailure {
            throw error
        } catch {
            throw StageFailure(
                .timestampUnusable, "The time-stamp authority sent no time-stamp response.",
                actor: .incert, .retry)
        }
    }

    /// A token that was damaged on the way must not get into a form, where it would stay (AS-04).
    private static func requireIntact(_ token: TimestampToken) throws {
        guard let certificate = token.authorityCertificate() else { return }
        switch token.check(by: certificate) {
        case .valid, .unsupported: return
        case .malformed, .digestMismatch, .invalidSignature:
            throw StageFailure(
                .timestampUnusable, "The time-stamp's own signature does not verify.",
                actor: .incert, .retry)
        }
    }

    private func post(
        _ request: TimestampRequest, to address: String
    ) async throws -> [UInt8] {
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
