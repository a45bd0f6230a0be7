// SPDX-License-Identifier: Apache-2.0
import XML

/// Names of SOAP 1.1 and WS-Security 1.0 (mysecu-wire, section 1).
enum Namespaces {
    static let soap = "http://schemas.xmlsoap.org/soap/envelope/"
    static let wsse =
        "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
    static let base64Encoding =
        "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
    static let x509Token =
        "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
}

extension Element.Name {
    static func soap(_ localName: String) -> Element.Name {
        Element.Name(localName, prefix: "soap", in: Namespaces.soap)
    }

    static func wsse(_ localName: String) -> Element.Name {
        Element.Name(localName, prefix: "wsse", in: Namespaces.wsse)
    }

    static func wsu(_ localName: String) -> Element.Name {
        Element.Name(localName, prefix: "wsu", in: Namespace.wsu)
    }
}
