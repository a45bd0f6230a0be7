// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// A host's address in the public Internet: what certificates of strangers may send us to (AS-05).
package enum PublicAddress {
    /// The host's first address when every address it has is public; `nil` otherwise.
    ///
    /// The connection is then made to this very address, so that a second look-up cannot lead
    /// elsewhere. Blocks while the name is looked up.
    package static func of(host: String) -> String? {
        guard let found = try? SocketAddress.makeAddressResolvingHost(host, port: 80),
            let text = found.ipAddress, isPublic(text)
        else { return nil }
        return text
    }

    /// Neither loopback, private, link-local, shared, multicast nor reserved (RFC 6890).
    package static func isPublic(_ address: String) -> Bool {
        let parts = address.split(separator: ".", omittingEmptySubsequences: false)
            .compactMap { UInt8($0) }
        guard parts.count == 4, !address.contains(":") else { return isPublicIPv6(address) }
        switch (parts[0], parts[1]) {
        case (0, _), (10, _), (127, _), (169, 254), (192, 168), (224..., _): return false
        case (172, 16...31), (100, 64...127), (198, 18...19), (192, 0), (198, 51), (203, 0):
            return false
        default: return true
        }
    }

    /// Global unicast only, and nothing that carries an IPv4 address inside.
    private static func isPublicIPv6(_ address: String) -> Bool {
        guard let first = address.split(separator: ":", omittingEmptySubsequences: false).first,
            let group = UInt16(first, radix: 16)
        else { return false }
        return group & 0xE000 == 0x2000 && group != 0x2002 && !address.hasPrefix("2001:0:")
            && !address.hasPrefix("2001::") && !address.hasPrefix("2001:db8")
    }
}
