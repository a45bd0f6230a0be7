// SPDX-License-Identifier: Apache-2.0

extension DistinguishedName: CustomStringConvertible {
    /// The string of RFC 4514: last relative name first, specials escaped.
    package var description: String {
        relativeNames.reversed()
            .map { $0.map(\.description).joined(separator: "+") }
            .joined(separator: ",")
    }
}

extension DistinguishedName.Attribute: CustomStringConvertible {
    /// `type=value` (RFC 4514, 2.3 and 2.4).
    package var description: String {
        guard let name = Self.names[type], let text else {
            return "\(type.dotted)=#\(value.hexText)"
        }
        return "\(name)=\(Self.escaped(text))"
    }

    private static let names: [OID: String] = [
        .commonName: "CN", .surname: "SN", .serialNumber: "serialNumber", .countryName: "C",
        .localityName: "L", .stateOrProvinceName: "ST", .streetAddress: "STREET",
        .organizationName: "O", .organizationalUnitName: "OU", .title: "title",
        .givenName: "givenName", .pseudonym: "pseudonym", .userID: "UID",
        .organizationIdentifier: "organizationIdentifier", .domainComponent: "DC",
        .emailAddress: "emailAddress",
    ]

    private static func escaped(_ text: String) -> String {
        var result = ""
        for (index, character) in text.unicodeScalars.enumerated() {
            let isEdge = index == 0 || index == text.unicodeScalars.count - 1
            switch character {
            case "\"", "+", ",", ";", "<", ">", "\\": result += "\\\(character)"
            case " " where isEdge: result += "\\ "
            case "#" where index == 0: result += "\\#"
            case "\0": result += "\\00"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}

extension Sequence<UInt8> {
    /// Lower-case hexadecimal digits.
    package var hexText: String {
        let digits = Array("0123456789abcdef".utf8)
        let text = flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
