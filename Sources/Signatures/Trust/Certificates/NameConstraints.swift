// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

/// NameConstraints (RFC 5280, 4.2.1.10): which names an authority's certificates may bear.
package struct NameConstraints: Sendable, Hashable {
    package let permitted: [GeneralName]
    package let excluded: [GeneralName]

    package init(permitted: [GeneralName], excluded: [GeneralName]) {
        self.permitted = permitted
        self.excluded = excluded
    }

    init(parsing value: [UInt8]) throws(DERError) {
        var fields = try DERElement(parsing: value).elements(in: "NameConstraints")
        permitted = try Self.subtrees(fields.next(if: .context(0)), .context(0))
        excluded = try Self.subtrees(fields.next(if: .context(1)), .context(1))
        try fields.finish()
        guard !permitted.isEmpty || !excluded.isEmpty else {
            throw .unexpectedElement(in: "NameConstraints")
        }
    }

    private static func subtrees(
        _ element: DERElement?, _ tag: ASN1Identifier
    ) throws(DERError) -> [GeneralName] {
        guard let element else { return [] }
        var fields = try element.elements(as: tag, in: "GeneralSubtrees")
        var bases: [GeneralName] = []
        for field in try fields.rest(limit: Limits.namesPerExtension) {
            var subtree = try field.elements(in: "GeneralSubtree")
            bases.append(try GeneralName(subtree.next()))
            // RFC 5280: minimum is 0 and maximum is absent.
            try subtree.finish()
        }
        return bases
    }

    /// The names of `certificate` that these constraints forbid or cannot judge.
    package func refusals(of certificate: Certificate) -> [GeneralName] {
        certificate.constrainedNames.filter { !allows($0) }
    }

    /// How many comparisons ``refusals(of:)`` may take.
    func effort(for certificate: Certificate) -> Int {
        certificate.constrainedNames.count * (permitted.count + excluded.count)
    }

    private func allows(_ name: GeneralName) -> Bool {
        if excluded.contains(where: { $0.isSameForm(as: name) && name.meets($0) != false }) {
            return false
        }
        let relevant = permitted.filter { $0.isSameForm(as: name) }
        return relevant.isEmpty || relevant.contains { name.isWithin($0) == true }
    }
}

extension Certificate {
    /// The names that constraints apply to (RFC 5280, 4.2.1.10): the subject, the alternative
    /// names, and the e-mail addresses of the subject when no alternative name is one.
    fileprivate var constrainedNames: [GeneralName] {
        var names = extensions.subjectAlternativeNames
        let hasEmail = names.contains(where: \.isEmail)
        if !subject.isEmpty { names.append(.directory(subject)) }
        guard !hasEmail else { return names }
        return names
            + subject.relativeNames.joined().filter { $0.type == .emailAddress }
            .compactMap(\.text).map(GeneralName.email)
    }
}

extension GeneralName {
    fileprivate var isEmail: Bool { if case .email = self { true } else { false } }

    fileprivate func isSameForm(as other: GeneralName) -> Bool {
        switch (self, other) {
        case (.email, .email), (.dns, .dns), (.directory, .directory), (.uri, .uri), (.ip, .ip):
            true
        case (.other(let left), .other(let right)): left.first == right.first
        default: false
        }
    }

    /// Whether this name lies in the subtree; nil when that cannot be told.
    fileprivate func isWithin(_ base: GeneralName) -> Bool? {
        switch (self, base) {
        case (.directory(let name), .directory(let base)): name.isWithin(base)
        case (.dns(let name), .dns(let base)):
            Self.isDomain(base) ? Self.host(name, isWithin: base, includingItself: true) : nil
        case (.email(let name), .email(let base)): Self.mailbox(name, isWithin: base)
        case (.uri(let name), .uri(let base)):
            Self.authority(of: name).flatMap { Self.host($0, isWithin: base) }
        case (.ip(let address), .ip(let range)): Self.address(address, isWithin: range)
        default: nil
        }
    }

    /// Whether this name, or any that it stands for, lies in the subtree; nil when that cannot be
    /// told. A wildcard stands for every name with one label in its place.
    fileprivate func meets(_ base: GeneralName) -> Bool? {
        if case .dns(let name) = self, case .dns(let base) = base, name.hasPrefix("*."),
            let dot = base.firstIndex(of: "."), dot != base.startIndex,
            name.dropFirst().lowercased() == base[dot...].lowercased()
        {
            return true
        }
        return isWithin(base)
    }

    /// Whether a constraint on host names has their form: no leading dot, no wildcard.
    private static func isDomain(_ base: String) -> Bool {
        !base.hasPrefix(".") && !base.contains("*") && !base.contains(where: \.isWhitespace)
    }

    /// A host in a domain: `.example.org` covers what is below, `example.org` the host itself.
    private static func host(
        _ name: String, isWithin base: String, includingItself: Bool = false
    ) -> Bool {
        let (name, base) = (name.lowercased(), base.lowercased())
        if base.isEmpty { return true }
        if base.hasPrefix(".") { return name.hasSuffix(base) }
        return name == base || includingItself && name.hasSuffix("." + base)
    }

    private static func mailbox(_ name: String, isWithin base: String) -> Bool? {
        guard let at = name.lastIndex(of: "@") else { return nil }
        if base.contains("@") {
            guard let baseAt = base.lastIndex(of: "@"), base.firstIndex(of: "@") == baseAt,
                baseAt != base.startIndex, base[baseAt...].count > 1
            else { return nil }
            return name[..<at] == base[..<baseAt]
                && name[at...].lowercased() == base[baseAt...].lowercased()
        }
        return host(String(name[name.index(after: at)...]), isWithin: base)
    }

    /// The host of a URI; nil when it has none or is an address (RFC 5280, 4.2.1.10).
    private static func authority(of uri: String) -> String? {
        guard let scheme = uri.firstRange(of: "://") else { return nil }
        let rest = uri[scheme.upperBound...].prefix { !"/?#".contains($0) }
        let host = rest.split(separator: "@").last.map { $0.prefix { $0 != ":" } } ?? ""
        let isAddress = host.hasPrefix("[") || host.allSatisfy { $0.isNumber || $0 == "." }
        return isAddress ? nil : String(host)
    }

    private static func address(_ address: [UInt8], isWithin range: [UInt8]) -> Bool? {
        guard range.count == 8 || range.count == 32,
            isPrefixMask(range.suffix(range.count / 2))
        else { return nil }
        guard address.count * 2 == range.count else { return false }
        return address.indices.allSatisfy {
            let mask = range[address.count + $0]
            return address[$0] & mask == range[$0] & mask
        }
    }

    /// Whether a mask is ones and then zeros, in the manner of RFC 4632.
    private static func isPrefixMask(_ mask: ArraySlice<UInt8>) -> Bool {
        let rest = mask.drop { $0 == 0xFF }
        guard let first = rest.first else { return true }
        return (~first).leadingZeroBitCount + (~first).nonzeroBitCount == 8
            && rest.dropFirst().allSatisfy { $0 == 0 }
    }
}
