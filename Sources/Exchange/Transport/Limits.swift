// SPDX-License-Identifier: Apache-2.0

/// Bounds of everything that arrives by HTTP (security-requirements, BL-05 and BL-06).
package struct HTTPLimits: Sendable, Hashable {
    package var requestLineInBytes = 4 << 10
    package var headerBlockInBytes = 32 << 10
    package var headerFields = 100
    package var headerFieldInBytes = 16 << 10
    /// The line before a chunk, with its extensions.
    package var chunkLineInBytes = 256
    package var connections = 64
    /// Connections that a client keeps to one host; more requests than that wait their turn.
    package var connectionsPerHost = 32
    /// From a request's first byte, or from the connection, to the end of its head.
    package var headerRead: Duration = .seconds(5)
    /// Between two parts of a body.
    package var bodyInactivity: Duration = .seconds(10)
    /// From a request's first byte to its last.
    package var request: Duration = .seconds(60)
    /// Between an answer and the next request.
    package var idle: Duration = .seconds(30)
    /// For a client to read its answer before a connection is closed on unread input.
    package var linger: Duration = .milliseconds(500)
    /// For requests in flight when the server stops.
    package var drain: Duration = .seconds(30)
    /// What a client accepts as an answer.
    package var responseInBytes = 32 << 20

    package init() {}

    package static let standard = HTTPLimits()
}
