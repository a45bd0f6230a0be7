// SPDX-License-Identifier: Apache-2.0
import Coverage
import Connector
import FormPacks
import HTTPTypes

/// Who may talk to the connector: programs that can read the client secret (BL-03, BL-11, BL-12).
package struct AccessRules: Sendable {
    private let hosts: Set<String>
    private let secret: [UInt8]

    /// - Parameter port: The one that was bound.
    package init(port: Int, secret: String) {
        hosts = ["127.0.0.1:\(port)", "localhost:\(port)", "[::1]:\(port)"]
        self.secret = Array(secret.utf8)
    }

    /// The request with its target as a path, when it is for this listener.
    ///
    /// The Host header, and the authority of a target in absolute form, are exactly this
    /// listener's, so that no foreign name leads here.
    func target(of request: HTTPRequest) throws(Problem) -> HTTPRequest {
        try checkHost(request)
        let path = request.path ?? ""
        guard path.first != "/" else { return request }
        guard path.lowercased().hasPrefix("http://") else {
            throw Problem(.badRequest, "The target is no address.")
        }
        let rest = path.dropFirst("http://".count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard hosts.contains(authority.lowercased()) else {
            throw Problem(.wrongHost, "The address is not this connector's.")
        }
        var target = request
        target.path = String(rest.dropFirst(authority.count))
        return target
    }

    private func checkHost(_ request: HTTPRequest) throws(Problem) {
        guard let host = request.authority?.lowercased(), !host.isEmpty else {
            throw Problem(.badRequest, "The request has no Host.")
        }
        guard hosts.contains(host) else {
            throw Problem(.wrongHost, "The Host is not this connector's.")
        }
        guard (request.path ?? "").utf8.count <= Limits.pathInBytes else {
            throw Problem(.badRequest, "The address is too long.")
        }
    }

    /// A body is of a type that its address takes, and packed by nobody (BL-14, W-11, W-12, W-30).
    func checkBody(_ request: HTTPRequest, types: Set<String>) throws(Problem) {
        let fields = request.headerFields
        guard fields[.contentEncoding].map({ $0.lowercased() == "identity" }) ?? true else {
            throw Problem(.unsupportedMediaType, "Bodies are taken as they are, not compressed.")
        }
        let isEmpty = fields[.transferEncoding] == nil && fields[.contentLength] ?? "0" == "0"
        if isEmpty, fields[.contentType] == nil { return }
        guard types.contains(request.plainContentType) else {
            let known = types.sorted().joined(separator: ", ")
            throw Problem(.unsupportedMediaType, "This address takes \(known).")
        }
    }

    /// No page of a web site, and the right secret.
    func checkCaller(_ request: HTTPRequest) throws(Problem) {
        guard request.headerFields[.origin] == nil else {
            throw Problem(.originRefused, "The request comes from a web page.")
        }
        let prefix = "Bearer "
        guard let header = request.headerFields[.authorization], header.hasPrefix(prefix),
            isSecret(Array(header.dropFirst(prefix.count).utf8))
        else { throw Problem(.notAuthorised, "The client secret is missing or wrong.") }
    }

    /// Takes as long for a wrong secret as for the right one.
    private func isSecret(_ given: [UInt8]) -> Bool {
        guard given.count == secret.count else { return false }
        return zip(given, secret).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

extension HTTPRequest {
    /// The declared type of the body without parameters; only `charset=utf-8` is taken (BL-14).
    var plainContentType: String {
        let parts = (headerFields[.contentType] ?? "").lowercased().split(separator: ";").map {
            $0.trimmingPrefix { $0 == " " }
        }
        guard let type = parts.first, parts.dropFirst().allSatisfy({ $0 == "charset=utf-8" })
        else { return "" }
        return String(type)
    }

    /// The form in the body, by its declared type (BL-14).
    func formInput(_ body: [UInt8]) throws(Problem) -> FormInput {
        switch plainContentType {
        case "application/json": return .json(body)
        case "application/xml": return .xml(body)
        default:
            throw Problem(
                .unsupportedMediaType, "Forms come as application/json or application/xml.")
        }
    }

    /// The first of our languages in Accept-Language; French otherwise.
    var preferredLanguage: String {
        let wishes = (headerFields[.acceptLanguage] ?? "").lowercased().split(separator: ",")
        let known = wishes.compactMap { wish in
            ProblemCatalogue.languages.first { wish.trimmingPrefix { $0 == " " }.hasPrefix($0) }
        }
        return known.first ?? "fr"
    }
}
