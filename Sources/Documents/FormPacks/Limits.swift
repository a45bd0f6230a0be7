// SPDX-License-Identifier: Apache-2.0
internal import Coverage
package import JSON
package import XML

/// Upper bounds of what this module reads from outside.
package struct FormLimits: Sendable, Hashable {
    package var json = JSONLimits.standard
    package var xml = XMLLimits.standard
    /// Anomalies of one answer; the rest is counted by one last anomaly.
    package var anomalies = 1_000

    package init() {}

    package static let standard = FormLimits()
}

/// Upper bounds of a pack and its parts.
enum PackLimits {
    static let fileInBytes = 4 << 20
    static let filesPerPack = 500
    static let packsPerLibrary = 500
    /// States of one compiled pattern, repetitions written out.
    static let patternStates = 4_000
    /// Levels of complex types inside each other.
    static let schemaDepth = 32
}
