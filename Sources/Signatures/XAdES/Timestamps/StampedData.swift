// SPDX-License-Identifier: Apache-2.0
package import Trust
import XML
import XMLSignature

/// What the tokens of a time-stamp property must have stamped (EN 319 132-1, 5.2.8, 5.3, 5.5.2 and
/// annex A.1.5): parts one after the other, digested when asked for.
///
/// The standard's versions differ in whether an archive time-stamp repeats a ds:Object that a
/// reference covers anyway; both readings cover the same data, so both are tried.
package final class StampedData {
    enum Part {
        case nodes(NodeSet, Canonicalization)
        case octets([UInt8])
    }

    package let coverage: SignatureTimestamp.Coverage
    /// Why the bytes cannot be computed, if so.
    package private(set) var fault: String?
    private let resolver: ReferenceResolver
    private let readings: [[Part]]
    private var digests: [DigestAlgorithm: [[UInt8]]] = [:]

    init(
        _ readings: [[Part]], coverage: SignatureTimestamp.Coverage, resolver: ReferenceResolver
    ) {
        (self.readings, self.coverage, self.resolver) = (readings, coverage, resolver)
    }

    init(fault: String, resolver: ReferenceResolver) {
        (readings, coverage, self.fault) = ([], .init(), fault)
        self.resolver = resolver
    }

    /// The bytes to stamp after the present edition; `nil` when they cannot be computed.
    package var bytes: [UInt8]? {
        guard fault == nil, let parts = readings.first else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard let piece = octets(of: part) else { return nil }
            bytes += piece
        }
        return bytes
    }

    /// The digest of the bytes to stamp; `nil` when they cannot be computed.
    package func digest(_ algorithm: DigestAlgorithm) -> Digest? {
        values(algorithm)?.first.map { Digest(algorithm, $0) }
    }

    /// Whether `digest` is over the bytes to stamp; `nil` when they cannot be computed.
    package func matches(_ digest: Digest) -> Bool? {
        values(digest.algorithm).map { $0.contains(digest.bytes) }
    }

    private func values(_ algorithm: DigestAlgorithm) -> [[UInt8]]? {
        if let known = digests[algorithm] { return known }
        guard fault == nil else { return nil }
        var values: [[UInt8]] = []
        for reading in readings {
            var running = algorithm.running
            for part in reading {
                guard let piece = octets(of: part) else { return nil }
                running.update(piece)
            }
            values.append(running.finished().bytes)
        }
        digests[algorithm] = values
        return values
    }

    private func octets(of part: Part) -> [UInt8]? {
        switch part {
        case .octets(let octets): return octets
        case .nodes(let nodes, let canonicalization):
            do {
                return try resolver.canonical(nodes, canonicalization)
            } catch {
                fault = error.description
                return nil
            }
        }
    }
}
