// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import NationalAPI
import Transport

/// SOAP 1.1 over HTTP to the exchange (mysecu-wire, section 1, step 3).
struct SOAPChannel: BusinessChannel {
    let wire: GatewayWire

    func send(_ message: SecuredMessage, timeoutInSeconds: Int) async throws -> [UInt8] {
        let request = try request(bearer: message.bearer)
        do {
            let (response, body) = try await wire.send(
                request, message.bytes, .seconds(timeoutInSeconds))
            if response.status == .unauthorized { throw SessionRefused() }
            if body.isEmpty || response.status.kind == .redirection {
                throw StageFailure(
                    .outcomeUnknown,
                    "MySecu answered with status \(response.status.code) and no message.",
                    actor: .mysecu, .unknown, retryAfter: response.retryAfter)
            }
            return body
        } catch TransportError.notSent(let host, let reason) {
            throw StageFailure(
                .platformUnreachable, "MySecu at \(host) cannot be reached: \(reason).",
                actor: .mysecu, .retry)
        } catch let error as TransportError {
            throw StageFailure(.outcomeUnknown, "\(error)", actor: .mysecu, .unknown)
        }
    }

    private func request(bearer: String?) throws -> HTTPRequest {
        guard
            var request = HTTPRequest.post(
                wire.exchangeAddress, contentType: "text/xml; charset=utf-8"),
            let action = HTTPField.Name("SOAPAction")
        else {
            throw StageFailure(
                .platformUnreachable, "The address of MySecu is not a URL.", actor: .you,
                .attention)
        }
        request.headerFields[action] = "\"\(wire.profile.exchange.soapAction)\""
        if let bearer { request.headerFields[.authorization] = "Bearer \(bearer)" }
        return request
    }
}
