// SPDX-License-Identifier: Apache-2.0

/// What a document may cost before it is refused (security-requirements, XM-02).
package struct XMLLimits: Sendable, Hashable {
    package var sizeInBytes = 20 << 20
    package var depth = 64
    package var attributesPerDocument = 10_000
    package var attributesPerElement = 64
    /// libxml2's own bound, which it enforces with an error that says nothing.
    package var textNodeInBytes = 10_000_000
    package var nameInBytes = 1_000
    package var elements = 500_000
    /// Steps one XPath evaluation may take.
    package var xpathOperations: UInt = 10_000_000

    package init() {}

    package static let standard = XMLLimits()
}
