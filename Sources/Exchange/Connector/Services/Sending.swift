// SPDX-License-Identifier: Apache-2.0
package import HTTPTypes
import Transport

/// Sends one request over the network, or hands it straight to a handler.
///
/// - Throws: ``TransportError``, which tells what never left from what may have arrived.
package typealias Send =
    @Sendable (HTTPRequest, [UInt8], Duration) async throws -> (HTTPResponse, [UInt8])

extension HTTPRequest {
    /// A POST to an absolute address; `nil` when the address is none.
    static func post(_ address: String, contentType: String) -> HTTPRequest? {
        guard let (scheme, authority, path) = parts(of: address) else { return nil }
        return HTTPRequest(
            method: .post, scheme: scheme, authority: authority, path: path,
            headerFields: [.contentType: contentType])
    }

    static func get(_ address: String) -> HTTPRequest? {
        guard let (scheme, authority, path) = parts(of: address) else { return nil }
        return HTTPRequest(method: .get, scheme: scheme, authority: authority, path: path)
    }

    private static func parts(of address: String) -> (String, String, String)? {
        guard let separator = address.firstRange(of: "://") else { return nil }
        let scheme = address[..<separator.lowerBound].lowercased()
        let rest = address[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        guard scheme == "http" || scheme == "https", !authority.isEmpty else { return nil }
        let path = rest.dropFirst(authority.count)
        return (scheme, String(authority), path.isEmpty ? "/" : String(path))
    }
}

extension HTTPResponse {
    /// Seconds of a `Retry-After` header given in seconds.
    var retryAfter: Int? {
        headerFields[.retryAfter].flatMap { Int($0) }.map { min(max($0, 0), 86_400) }
    }
}
