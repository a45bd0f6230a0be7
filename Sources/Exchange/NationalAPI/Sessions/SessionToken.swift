// SPDX-License-Identifier: Apache-2.0

/// The opaque token of a session at the exchange; it has no textual form of its own (DP-04).
package struct SessionToken: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// A `wsse:BinarySecurityToken` with this `wsu:Id`.
        case binary(id: String, valueType: String)
        /// For `Authorization: Bearer` (RFC 6750).
        case bearer
    }

    package var kind: Kind
    package var value: String

    package init(_ kind: Kind, value: String) { (self.kind, self.value) = (kind, value) }
}

extension SessionToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "SessionToken(...)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
