// SPDX-License-Identifier: Apache-2.0
package import HTTPTypes

/// Who sent a request: the leaf certificate of mutual TLS, DER, already verified to an anchor.
package struct Peer: Sendable {
    package var certificate: [UInt8]?
    package init(certificate: [UInt8]? = nil) { self.certificate = certificate }
}

/// What a handler lets a server do with a request.
package enum HTTPAnswer: Sendable {
    case whole(HTTPResponse, [UInt8])
    /// The body as it comes, until the sequence ends or the client leaves; never with a length.
    case stream(HTTPResponse, AsyncStream<[UInt8]>)
    /// The connection is closed without an answer.
    case close

    /// Status and headers with the whole body; `nil` for an answer that is none of these.
    package var whole: (response: HTTPResponse, body: [UInt8])? {
        if case .whole(let response, let body) = self { (response, body) } else { nil }
    }
}

/// Answers a request; the body is `nil` when it was larger than the limit for that request.
package typealias HTTPHandler =
    @Sendable (HTTPRequest, [UInt8]?, Peer) async -> HTTPAnswer
