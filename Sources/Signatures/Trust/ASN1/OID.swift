// SPDX-License-Identifier: Apache-2.0

/// An ASN.1 object identifier, kept as the contents of its DER encoding (X.690, 8.19).
package struct OID: Sendable, Hashable {
    /// The encoded subidentifiers, without tag and length.
    package let content: [UInt8]

    /// Reads encoded subidentifiers; nil when they are not minimal, truncated or beyond the limits.
    package init?(content: some Collection<UInt8>) {
        guard !content.isEmpty, content.count <= Limits.objectIdentifierSizeInBytes else {
            return nil
        }
        var bits = 0
        for byte in content {
            if bits == 0, byte == 0x80 { return nil }
            bits += 7
            if bits > Limits.arcSizeInBits + 6 { return nil }
            if byte & 0x80 == 0 { bits = 0 }
        }
        guard bits == 0 else { return nil }
        self.content = Array(content)
    }

    /// Reads the dotted form, `1.2.840.113549`; nil when it is none.
    package init?(dotted: String) {
        let parts = dotted.split(separator: ".", omittingEmptySubsequences: false)
        let arcs = parts.compactMap { UInt128($0) }
        guard arcs.count == parts.count, arcs.count >= 2 else { return nil }
        guard arcs[0] <= 2, arcs[1] < 40 || arcs[0] == 2 else { return nil }
        let (first, overflow) = arcs[1].addingReportingOverflow(arcs[0] * 40)
        guard !overflow else { return nil }
        let content = ([first] + arcs.dropFirst(2)).flatMap(Self.encode)
        guard content.count <= Limits.objectIdentifierSizeInBytes else { return nil }
        self.content = content
    }

    private static func encode(_ arc: UInt128) -> [UInt8] {
        var bytes = [UInt8(truncatingIfNeeded: arc & 0x7F)]
        var rest = arc >> 7
        while rest > 0 {
            bytes.append(UInt8(truncatingIfNeeded: rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return bytes.reversed()
    }

    /// The identifier's numbers.
    package var arcs: [UInt128] {
        var arcs: [UInt128] = []
        var value: UInt128 = 0
        for byte in content {
            value = value << 7 | UInt128(byte & 0x7F)
            guard byte & 0x80 == 0 else { continue }
            if arcs.isEmpty {
                let root = min(value / 40, 2)
                arcs = [root, value - root * 40]
            } else {
                arcs.append(value)
            }
            value = 0
        }
        return arcs
    }

    /// The dotted form.
    package var dotted: String { arcs.map(String.init).joined(separator: ".") }
}

extension OID: CustomStringConvertible, ExpressibleByStringLiteral {
    package var description: String { dotted }

    /// A constant of the source code; never used with text from outside.
    package init(stringLiteral value: StaticString) {
        guard let oid = OID(dotted: "\(value)") else {
            preconditionFailure("not an object identifier: a constant of this program is wrong")
        }
        self = oid
    }
}
