// SPDX-License-Identifier: Apache-2.0
import NationalAPI
import Trust

/// Whether a message comes in a session, before anything of it is looked at.
struct SessionCheck: Sendable {
    let sessions: SessionService

    enum Refusal: Error {
        /// The token stood in the message, or nowhere: a SOAP fault says so.
        case fault(Fault.Code)
        /// The token stood in the `Authorization` header: status 401 says so.
        case unauthorized
    }

    /// - Parameter bearer: The token of the `Authorization` header.
    func check(_ message: VerifiedMessage, bearer: String?) async throws(Refusal) {
        let eHealthID = message.certificate.subject[.serialNumber]
        if let bearer {
            guard let holder = await sessions.holder(of: bearer), holder.eHealthID == eHealthID
            else { throw .unauthorized }
            return
        }
        guard let token = message.sessionToken else { throw .fault(.securityTokenUnavailable) }
        guard let holder = await sessions.holder(of: token.value), holder.eHealthID == eHealthID
        else { throw .fault(.invalidSecurityToken) }
    }
}
