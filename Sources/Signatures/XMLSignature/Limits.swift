// SPDX-License-Identifier: Apache-2.0

/// How much of each thing one signature may have (tighter than security-requirements, 7, until
/// the work of one file is bounded as a whole).
enum Limits {
    static let references = 100
    static let transforms = 5
    static let certificates = 50
}
