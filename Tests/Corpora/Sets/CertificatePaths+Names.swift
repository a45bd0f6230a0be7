// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON
import Trust

/// Who the peer should be, and whether a certificate says so (RFC 9525, 6).
enum PeerName: CustomStringConvertible {
    case dns(String)
    case ip([UInt8])
    case email(String)
    /// A form that nothing can match.
    case unreadable(String)

    init?(_ value: JSONValue) {
        guard let kind = value["kind"]?.string, let text = value["value"]?.string else {
            return nil
        }
        switch kind {
        case "DNS": self = .dns(text)
        case "RFC822": self = .email(text)
        case "IP": self = IPAddress.octets(of: text).map(PeerName.ip) ?? .unreadable(text)
        default: self = .unreadable(text)
        }
    }

    var description: String {
        switch self {
        case .dns(let text), .email(let text), .unreadable(let text): text
        case .ip(let octets): "\(octets)"
        }
    }

    func isOf(_ certificate: Certificate) -> Bool {
        certificate.extensions.subjectAlternativeNames.contains { name in
            switch (self, name) {
            case (.dns(let wanted), .dns(let presented)):
                Self.host(wanted, matches: presented)
            case (.ip(let wanted), .ip(let presented)): wanted == presented
            case (.email(let wanted), .email(let presented)):
                Self.mailbox(wanted) == Self.mailbox(presented)
            default: false
            }
        }
    }

    /// Case does not count; `*` alone in the left-most place stands for one label.
    private static func host(_ wanted: String, matches presented: String) -> Bool {
        let wanted = wanted.lowercased().split(separator: ".", omittingEmptySubsequences: false)
        let labels = presented.lowercased().split(
            separator: ".", omittingEmptySubsequences: false)
        guard wanted.count == labels.count, labels.first == "*" else { return wanted == labels }
        // RFC 5890: a wildcard stands for no internationalised label.
        return labels.count > 2 && wanted.dropFirst() == labels.dropFirst()
            && wanted.first?.isEmpty == false
    }

    private static func mailbox(_ text: String) -> [String] {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        return parts.dropLast() + [parts.last?.lowercased() ?? ""]
    }
}

/// Addresses as text: dotted decimals, and RFC 5952.
enum IPAddress {
    static func octets(of text: String) -> [UInt8]? {
        if !text.contains(":") { return dotted(text) }
        let halves = text.components(separatedBy: "::")
        guard halves.count <= 2, let head = groups(halves[0]) else { return nil }
        guard halves.count == 2 else { return head.count == 16 ? head : nil }
        guard let tail = groups(halves[1]), head.count + tail.count < 16 else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    private static func dotted(_ text: String) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let octets = parts.compactMap { UInt8($0) }
        let isPlain = zip(parts, octets).allSatisfy { String($1) == $0 }
        return parts.count == 4 && octets.count == 4 && isPlain ? octets : nil
    }

    private static func groups(_ text: String) -> [UInt8]? {
        if text.isEmpty { return [] }
        var octets: [UInt8] = []
        for part in text.split(separator: ":", omittingEmptySubsequences: false) {
            guard part.count <= 4, let value = UInt16(part, radix: 16) else { return nil }
            octets += [UInt8(value >> 8), UInt8(value & 0xFF)]
        }
        return octets
    }

    /// The one text of an address: dotted decimals, or RFC 5952, 4.
    static func text(of octets: [UInt8]) -> String? {
        if octets.count == 4 { return octets.map(String.init).joined(separator: ".") }
        guard octets.count == 16 else { return nil }
        let groups = stride(from: 0, to: 16, by: 2).map {
            UInt16(octets[$0]) << 8 | UInt16(octets[$0 + 1])
        }
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(best.count, 1) { best = start..<end }
            start = max(end, start + 1)
        }
        func joined(_ part: ArraySlice<UInt16>) -> String {
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        if best.isEmpty { return joined(groups[...]) }
        return joined(groups[..<best.lowerBound]) + "::" + joined(groups[best.upperBound...])
    }
}
