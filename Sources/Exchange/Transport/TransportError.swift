// SPDX-License-Identifier: Apache-2.0

/// Why no answer came back, told apart by what the other side may have received.
package enum TransportError: Error, Hashable {
    /// Nothing left this machine: refused, unresolvable, or the TLS handshake failed.
    case notSent(host: String, reason: String)
    /// The request may have arrived; its outcome is unknown (RE-05).
    case outcomeUnknown(host: String, reason: String)
    case responseTooLarge(host: String, limit: Int)
    /// The port is taken by another program.
    case portInUse(Int)
    case cannotListen(reason: String)
    /// A certificate or key given for TLS cannot be used.
    case tlsMaterial(reason: String)
}

extension TransportError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notSent(let host, let reason): "\(host) cannot be reached: \(reason)"
        case .outcomeUnknown(let host, let reason):
            "the connection to \(host) broke before its answer arrived: \(reason)"
        case .responseTooLarge(let host, let limit):
            "the answer of \(host) has more than \(limit) bytes"
        case .portInUse(let port):
            "port \(port) is in use by another program; choose another with --port"
        case .cannotListen(let reason): "cannot listen: \(reason)"
        case .tlsMaterial(let reason): "the TLS certificate or key cannot be used: \(reason)"
        }
    }
}
