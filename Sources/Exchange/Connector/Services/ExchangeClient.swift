// SPDX-License-Identifier: Apache-2.0
import NationalAPI
package import Trust

/// Sends one business message through the gateway and believes only a signed answer (GW-05).
struct ExchangeClient: Sendable {
    let profile: NationalProfile
    private let gateway: Gateway

    init(_ environment: PipelineEnvironment) {
        profile = environment.profile
        gateway = Gateway(environment)
    }

    /// Sends business bytes and reads the verified answer; repeating it with the same bytes is
    /// safe (RE-05).
    ///
    /// A message whose session was refused goes out once more under a new one, and never again:
    /// the first was refused before anything happened (GW-03).
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
        let session = try await gateway.session()
        do {
            return try await exchange(model, business, session, timeoutInSeconds, read)
        } catch is SessionRefused {
            guard let session else { throw Self.refusedTwice }
            let renewed = try await gateway.session(replacing: session)
            do {
                return try await exchange(model, business, renewed, timeoutInSeconds, read)
            } catch is SessionRefused {
                throw Self.refusedTwice
            }
        }
    }

    private func exchange<Answer>(
        _ model: String, _ business: [UInt8], _ session: Session?, _ timeoutInSeconds: Int,
        _ read: (VerifiedMessage) throws(MessageError) -> Answer
    ) async throws -> (answer: Answer, bytes: [UInt8]) {
        let message = try await gateway.security.secured(
            modelUID: model, business: business, session: session)
        let bytes = try await gateway.channel.send(message, timeoutInSeconds: timeoutInSeconds)
        do {
            return (try read(try gateway.security.verified(bytes)), bytes)
        } catch MessageError.fault(let code, _) {
            if Fault.refusesSession(code) { throw SessionRefused() }
            throw Self.fault(code)
        } catch {
            throw StageFailure(
                .answerNotTrusted, "MySecu's answer: \(error).", actor: .mysecu, .unknown)
        }
    }

    /// The platform could not look at the content. Nobody signed the fault, so it settles nothing,
    /// and its words are not repeated: they may name anybody.
    private static func fault(_ code: String) -> StageFailure {
        let isClient = code.hasSuffix("Client")
        return StageFailure(
            .platformFault,
            isClient ? "MySecu refuses the message as faulty." : "MySecu has a fault.",
            actor: isClient ? .connector : .mysecu, .unknown)
    }

    private static let refusedTwice = StageFailure(
        .sessionRefused, "MySecu refuses the session, also a new one.", actor: .mysecu, .unknown)
}

/// The key and certificate with which messages and TLS connections are made.
package struct MessageIdentity: ClientIdentity {
    package var certificate: Certificate
    /// Authorities between the platform's certificate and the anchors.
    package var platformIntermediates: [Certificate]
    /// The space at the platform for which sessions are opened; a profile without needs none.
    package var providerCode: String?
    package var sign: @Sendable ([UInt8]) async throws -> [UInt8]
    let memory = Memory()

    /// What this identity learned and opened, shared by all who act with it.
    struct Memory: Sendable {
        /// Of the certificates that answers come with.
        let certificates = VerificationMemory()
        let sessions = Sessions()
        let issuerKeys = IssuerKeys()
    }

    package init(
        certificate: Certificate, platformIntermediates: [Certificate],
        providerCode: String? = nil,
        sign: @escaping @Sendable ([UInt8]) async throws -> [UInt8]
    ) {
        (self.certificate, self.platformIntermediates) = (certificate, platformIntermediates)
        (self.providerCode, self.sign) = (providerCode, sign)
    }
}
