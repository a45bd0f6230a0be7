// SPDX-License-Identifier: Apache-2.0
package import Trust

/// Compares the text of a distinguished name, as XML carries it, with a name as encoded.
///
/// The text is after RFC 4514, RFC 2253 or what programs made of them: order, spaces, the names of
/// attribute types and their escapes differ. Attributes are therefore compared as a set; what is
/// asked is only whether the text contradicts the certificate.
package enum NameText {
    package static func isName(_ text: String, of name: DistinguishedName) -> Bool {
        guard let attributes = attributes(of: text) else { return false }
        let expected = name.relativeNames.joined().map { attribute in
            Pair(type: attribute.type, value: attribute.text.map(folded), der: attribute.value)
        }
        guard attributes.count == expected.count else { return false }
        var left = expected
        for attribute in attributes {
            guard let index = left.firstIndex(where: { $0.matches(attribute) }) else {
                return false
            }
            left.remove(at: index)
        }
        return true
    }

    /// Decimal after the standard; hexadecimal is met too, and says the same number.
    package static func isSerialNumber(_ text: String, of certificate: Certificate) -> Bool {
        let compact = String(text.filter { !$0.isWhitespace })
        return SerialNumber(decimal: compact) == certificate.serialNumber
            || certificate.serialNumber.decimal == compact
    }

    private struct Written {
        let type: String
        let value: String
    }

    private struct Pair {
        let type: OID
        let value: String?
        let der: [UInt8]

        func matches(_ written: Written) -> Bool {
            let type = written.type.uppercased()
            let isType =
                NameText.names[type] == self.type || type == self.type.dotted
                || type == "OID." + self.type.dotted
            guard isType else { return false }
            if written.value.hasPrefix("#") {
                return written.value.dropFirst().lowercased() == der.hexText
            }
            return value == NameText.folded(written.value)
        }
    }

    private static func folded(_ text: String) -> String {
        text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// Splits at separators that are neither escaped nor quoted; nil when the text is no name.
    private static func attributes(of text: String) -> [Written]? {
        var list: [Written] = []
        var current: [Character] = []
        var isQuoted = false
        var rest = Array(text)[...]
        while let character = rest.popFirst() {
            switch character {
            case "\\":
                guard let next = rest.popFirst() else { return nil }
                if let first = next.hexDigitValue, let second = rest.first?.hexDigitValue {
                    rest.removeFirst()
                    var bytes = [UInt8(first * 16 + second)]
                    while rest.first == "\\", rest.count >= 3,
                        let high = rest[rest.startIndex + 1].hexDigitValue,
                        let low = rest[rest.startIndex + 2].hexDigitValue
                    {
                        bytes.append(UInt8(high * 16 + low))
                        rest = rest.dropFirst(3)
                    }
                    current += Array(String(decoding: bytes, as: UTF8.self))
                } else {
                    current.append(next)
                }
            case "\"": isQuoted.toggle()
            case ",", ";", "+":
                guard !isQuoted else {
                    current.append(character)
                    continue
                }
                guard let attribute = written(current) else { return nil }
                list.append(attribute)
                current = []
            default: current.append(character)
            }
        }
        guard let last = written(current), !isQuoted else { return nil }
        return list + [last]
    }

    private static func written(_ characters: [Character]) -> Written? {
        guard let sign = characters.firstIndex(of: "=") else { return nil }
        let type = String(characters[..<sign]).filter { !$0.isWhitespace }
        return Written(type: type, value: folded(String(characters[(sign + 1)...])))
    }

    private static let names: [String: OID] = [
        "CN": .commonName, "COMMONNAME": .commonName, "SN": .surname, "SURNAME": .surname,
        "SERIALNUMBER": .serialNumber, "C": .countryName, "COUNTRYNAME": .countryName,
        "L": .localityName, "LOCALITYNAME": .localityName, "S": .stateOrProvinceName,
        "ST": .stateOrProvinceName, "STATEORPROVINCENAME": .stateOrProvinceName,
        "STREET": .streetAddress, "O": .organizationName, "ORGANIZATIONNAME": .organizationName,
        "OU": .organizationalUnitName, "ORGANIZATIONALUNITNAME": .organizationalUnitName,
        "T": .title, "TITLE": .title, "GIVENNAME": .givenName, "G": .givenName, "GN": .givenName,
        "PSEUDONYM": .pseudonym, "ORGANIZATIONIDENTIFIER": .organizationIdentifier,
        "DC": .domainComponent, "DOMAINCOMPONENT": .domainComponent, "UID": .userID,
        "USERID": .userID, "E": .emailAddress, "EMAIL": .emailAddress,
        "EMAILADDRESS": .emailAddress, "MAIL": .emailAddress,
    ]
}
