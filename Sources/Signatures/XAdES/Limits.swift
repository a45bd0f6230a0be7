// SPDX-License-Identifier: Apache-2.0

/// How much of each thing a document's signatures may have (security-requirements, 7).
enum Limits {
    static let signatures = 50
    static let timestamps = 20
    static let encapsulatedValues = 200
}
