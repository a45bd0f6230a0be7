// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Transport

/// Where the certificates of a file may send us (AS-05).
struct AddressRules: Sendable {
    /// Hosts with port that are configured.
    var allowedHosts: Set<String> = []
    /// Whether any public address may be asked beside them, over plain HTTP: what is fetched
    /// proves itself by its signature.
    var allowsPublic = false

    /// The request as it may be sent; nil when its host may not be asked.
    ///
    /// A public host is asked under the address that was checked, so that a second look-up cannot
    /// lead elsewhere. Blocks while the name is looked up.
    func permitted(_ request: HTTPRequest?) -> HTTPRequest? {
        guard let request, let authority = request.authority else { return nil }
        if allowedHosts.contains(authority) { return request }
        guard allowsPublic, request.scheme == "http" else { return nil }
        let parts = authority.split(separator: ":", maxSplits: 1)
        guard let host = parts.first.map(String.init),
            let address = PublicAddress.of(host: host)
        else { return nil }
        let literal = address.contains(":") ? "[\(address)]" : address
        var pinned = request
        if let name = HTTPField.Name("Host") { pinned.headerFields[name] = authority }
        pinned.authority = parts.count > 1 ? "\(literal):\(parts[1])" : literal
        return pinned
    }
}
