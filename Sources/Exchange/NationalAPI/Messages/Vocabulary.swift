// SPDX-License-Identifier: Apache-2.0
import XML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The namespace of one message vocabulary, all of whose elements are qualified.
package struct Vocabulary: Sendable, Hashable {
    package var namespace: String
    package var prefix: String

    package init(namespace: String, prefix: String) {
        (self.namespace, self.prefix) = (namespace, prefix)
    }

    func element(_ name: String, text: String) -> Element {
        Element(.init(name, prefix: prefix, in: namespace), text: text)
    }

    /// Nothing for nothing.
    func element(_ name: String, optional text: String?) -> Element? {
        text.map { element(name, text: $0) }
    }

    func element(_ name: String, _ children: [Element?]) -> Element {
        Element(.init(name, prefix: prefix, in: namespace), children.compactMap { $0 })
    }
}

/// How messages write amounts and moments.
enum MessageText {
    /// Cents as euros with two decimals.
    static func amount(_ cents: Int) -> String {
        let (euros, rest) = cents.magnitude.quotientAndRemainder(dividingBy: 100)
        return "\(cents < 0 ? "-" : "")\(euros).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// Euros with at most two decimals, not negative and at most ``PIDTotals/largest``.
    static func cents(_ text: String) -> Int? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.count <= 9 }),
            parts.joined().allSatisfy({ (0x30...0x39).contains($0) }),
            let euros = Int(String(decoding: parts[0], as: UTF8.self))
        else { return nil }
        let decimals = parts.count == 2 ? String(decoding: parts[1], as: UTF8.self) : "0"
        guard decimals.utf8.count <= 2, let rest = Int(decimals) else { return nil }
        let cents = euros * 100 + (decimals.utf8.count == 1 ? rest * 10 : rest)
        return cents <= PIDTotals.largest ? cents : nil
    }

    /// UTC with milliseconds.
    static func moment(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    static func date(_ text: String) -> Date? {
        (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
            ?? (try? Date(text, strategy: .iso8601))
    }
}
