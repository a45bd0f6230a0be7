// SPDX-License-Identifier: Apache-2.0

/// Upper bounds of everything a JSON text may ask of us; a text past one of them is refused, never cut.
package struct JSONLimits: Sendable, Hashable {
    /// Bytes of the whole text.
    package var sizeInBytes: Int
    /// Arrays and objects inside each other.
    package var depth: Int
    /// Bytes of one string value, escapes resolved.
    package var stringInBytes: Int
    /// Bytes of one member name, escapes resolved.
    package var nameInBytes: Int
    /// Characters of one number.
    package var numberLength: Int
    /// Values of the whole text: scalars, arrays and objects.
    package var nodes: Int

    package init(
        sizeInBytes: Int = 20 << 20, depth: Int = 64, stringInBytes: Int = 10 << 20,
        nameInBytes: Int = 1_000, numberLength: Int = 100, nodes: Int = 200_000
    ) {
        (self.sizeInBytes, self.depth, self.stringInBytes) = (sizeInBytes, depth, stringInBytes)
        (self.nameInBytes, self.numberLength, self.nodes) = (nameInBytes, numberLength, nodes)
    }

    /// What input from outside gets: the same size and depth as XML (XM-02).
    package static let standard = JSONLimits()
}
