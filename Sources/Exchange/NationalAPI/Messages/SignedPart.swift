// SPDX-License-Identifier: Apache-2.0

/// A part of a message that its WS-Security signature covers.
package enum SignedPart: String, Sendable, Hashable, CaseIterable {
    case body, timestamp
    /// The signer's certificate as BinarySecurityToken.
    case certificate
    case keyInfo = "key-info"
    /// What the header carries beside the certificate: an assertion or a session token. Without
    /// one there is nothing to cover.
    case token

    /// What a reader of errors knows it by.
    var title: String {
        switch self {
        case .body: "Body"
        case .timestamp: "Timestamp"
        case .certificate: "BinarySecurityToken"
        case .keyInfo: "KeyInfo"
        case .token: "session token or assertion"
        }
    }
}

/// What a message carries in its Security header beside the signer's certificate.
package enum HeaderToken: Sendable, Hashable {
    case session(SessionToken)
    /// A signed assertion as a document, whose bytes stay as they came.
    case assertion(id: String, document: [UInt8])
}
