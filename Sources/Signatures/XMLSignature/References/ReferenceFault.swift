// SPDX-License-Identifier: Apache-2.0

/// Why there is nothing to compare a reference's digest with.
enum ReferenceFault: Error, Hashable {
    /// What the reference names is not there, or it is not clear which is meant.
    case notFound(String)
    /// The standard's answer is not computed here, or costs more than one file may.
    case notComputed(String)
}
