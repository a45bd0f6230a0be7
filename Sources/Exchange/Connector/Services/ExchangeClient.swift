// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import NationalAPI
import Transport
package import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Sends one business message through the national profile and believes only a signed answer
/// (GW-05).
struct ExchangeClient: Sendable {
    let profile: NationalProfile
    let addresses: ServiceAddresses
    let identity: MessageIdentity
    let send: Send
    let now: @Sendable () -> Date

    init(_ environment: PipelineEnvironment) {
        (profile, addresses) = (environment.profile, environment.addresses)
        (identity, send, now) = (environment.identity, environment.send, environment.now)
    }

    /// Sends business bytes and reads the verified answer; repeating it with the same bytes is
    /// safe (RE-05).
    ///
    /// - Parameters:
    ///   - model: Names the operation.
    ///   - read: What the answer says; a message it cannot read is no answer.
    /// - Returns: The answer, and its bytes as they came.
    /// - Throws: ``StageFailure`` whose consequence says whether the message may have arrived.
    func call<Answer>(
        model: String, business: [UInt8], timeoutInSeconds: Int,
        read: (VerifiedMessage) throws(MessageError) -> Answer
    ) async throws -> (answer: Answer, bytes: [UInt8]) {
        let message = try await message(modelUID: model, business: business)
        let bytes = try await post(message, timeoutInSeconds: timeoutInSeconds)
        do {
            let verified = try VerifiedMessage(
                parsing: bytes, security: profile.messageSecurity, now: now(),
                memory: identity.memory)
            try requirePlatform(verified.certificate)
            return (try read(verified), bytes)
        } catch MessageError.fault(let code, _) {
            throw fault(code)
        } catch {
            throw StageFailure(
                .answerNotTrusted, "MySecu's answer: \(error).", actor: .mysecu, .unknown)
        }
    }

    private func message(modelUID: String, business: [UInt8]) async throws -> [UInt8] {
        do {
            let unsigned = try ExchangeRequest.message(
                modelUID: modelUID, business: business, profile: profile,
                certificate: identity.certificate, now: now())
            return unsigned.signed(with: try await identity.sign(unsigned.toBeSigned))
        } catch let error as MessageError {
            throw StageFailure(.internalFault, "\(error)", actor: .connector, .attention)
        } catch let error as StageFailure {
            throw error
        } catch {
            throw StageFailure(
                .signingFailed, "The key for messages cannot sign.", actor: .you, .retry)
        }
    }

    private func post(_ message: [UInt8], timeoutInSeconds: Int) async throws -> [UInt8] {
        let address = addresses.exchange + profile.exchange.path
        guard var request = HTTPRequest.post(address, contentType: "text/xml; charset=utf-8"),
            let action = HTTPField.Name("SOAPAction")
        else {
            throw StageFailure(
                .platformUnreachable, "The address of MySecu is not a URL.", actor: .you,
                .attention)
        }
        request.headerFields[action] = "\"\(profile.exchange.soapAction)\""
        do {
            let (response, body) = try await send(request, message, .seconds(timeoutInSeconds))
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

    /// The platform's certificate bears its name, chains to an anchor and is current: another
    /// certificate of the same authority cannot answer in its place.
    private func requirePlatform(_ certificate: Certificate) throws(MessageError) {
        var unrevoked = TrustPolicy(anchors: TrustAnchors(addresses.anchors))
        unrevoked.checksRevocation = false
        unrevoked.memory = identity.memory
        let verdict = unrevoked.judge(
            certificate, for: .any, at: now(), now: now(),
            with: ValidationMaterial(certificates: identity.platformIntermediates))
        guard verdict.isPassed, certificate.subject[.commonName] == addresses.platform else {
            throw .notSigned(what: "the platform's certificate chain")
        }
    }

    /// The platform could not look at the content. Nobody signed the fault, so it settles nothing,
    /// and its words are not repeated: they may name anybody.
    private func fault(_ code: String) -> StageFailure {
        let isClient = code.hasSuffix("Client")
        return StageFailure(
            .platformFault,
            isClient ? "MySecu refuses the message as faulty." : "MySecu has a fault.",
            actor: isClient ? .connector : .mysecu, .unknown)
    }
}

/// The key and certificate with which messages and TLS connections are made.
package struct MessageIdentity: Sendable {
    package var certificate: Certificate
    /// Authorities between the platform's certificate and the anchors.
    package var platformIntermediates: [Certificate]
    package var sign: @Sendable ([UInt8]) async throws -> [UInt8]
    /// Of the certificates that answers come with.
    let memory = VerificationMemory()

    package init(
        certificate: Certificate, platformIntermediates: [Certificate],
        sign: @escaping @Sendable ([UInt8]) async throws -> [UInt8]
    ) {
        (self.certificate, self.platformIntermediates) = (certificate, platformIntermediates)
        self.sign = sign
    }
}
