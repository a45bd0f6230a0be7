// SPDX-License-Identifier: Apache-2.0

/// The UUID that software gives to what it sends (DSR 3.3.2).
enum FormUUID {
    /// Whether a text is a UUID of version 4, lower case (RFC 9562, 5.4).
    static func isVersion4(_ text: String) -> Bool {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        return groups.map(\.utf8.count) == [8, 4, 4, 4, 12]
            && groups.allSatisfy { $0.allSatisfy { "0123456789abcdef".contains($0) } }
            && groups[2].first == "4" && groups[3].first.map { "89ab".contains($0) } == true
    }
}
