// SPDX-License-Identifier: Apache-2.0

/// How much of each thing a document's signatures may have (security-requirements, 7).
enum Limits {
    static let signatures = 50
    /// Time-stamp properties of one signature, and tokens of one property.
    static let timestamps = 60
    static let encapsulatedValues = 500
    static let unsignedProperties = 400
    static let references = 1_000
}
