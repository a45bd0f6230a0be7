// SPDX-License-Identifier: Apache-2.0

/// How much of each thing one signature may have (security-requirements, 7: policy `general`).
enum Limits {
    static let references = 1_000
    static let transforms = 5
    static let certificates = 50
}
