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
    static let saml = "urn:oasis:names:tc:SAML:2.0:assertion"
    static let samlp = "urn:oasis:names:tc:SAML:2.0:protocol"
    static let wst = "http://docs.oasis-open.org/ws-sx/ws-trust/200512"
    static let wsp = "http://schemas.xmlsoap.org/ws/2004/09/policy"
    static let wsa = "http://www.w3.org/2005/08/addressing"
}

extension Element.Name {
    static func soap(_ localName: String) -> Element.Name {
        Element.Name(localName, prefix: "soap", in: Namespaces.soap)
    }

    static func wsse(_ localName: String) -> Element.Name {
        Element.Name(localName, prefix: "wsse", in: Namespaces.wsse)
    }

    static func saml(_ localName: String) -> Element.Name {
        Element.Name(localName, prefix: "saml", in: Namespaces.saml)
    }

    static func samlp(_ localName: String) -> Element.Name {
        Element.Name(localName, prefix: "samlp", in: Namespaces.samlp)
    }

    static func wst(_ localName: String) -> Element.Name {
        Element.Name(localName, prefix: "wst", in: Namespaces.wst)
    }

    static func wsu(_ localName: String) -> Element.Name {
        Element.Name(localName, prefix: "wsu", in: Namespace.wsu)
    }
}
