// SPDX-License-Identifier: Apache-2.0

/// Bounds of everything that arrives by HTTP (security-requirements, BL-05 and BL-06).
package struct HTTPLimits: Sendable, Hashable {
    package var headerBlockInBytes = 32 << 10
    package var headerFields = 100
    package var headerFieldInBytes = 16 << 10
    package var connections = 64
    /// Connections that a client keeps to one host; more requests than that wait their turn.
    package var connectionsPerHost = 32
    package var idle: Duration = .seconds(30)
    /// What a client accepts as an answer.
    package var responseInBytes = 32 << 20

    package init() {}

    package static let standard = HTTPLimits()
}
