// SPDX-License-Identifier: Apache-2.0
import XML

/// A SOAP 1.1 Fault: the platform could not even look at the content.
package struct Fault: Sendable, Hashable {
    package enum Code: String, Sendable {
        case client = "Client"
        case server = "Server"
        /// The session is missing or over (WS-Security 1.0, 12).
        case securityTokenUnavailable = "SecurityTokenUnavailable"
        case invalidSecurityToken = "InvalidSecurityToken"
        /// The assertion or the signature does not authenticate (WS-Security 1.0, 12).
        case failedAuthentication = "FailedAuthentication"

        fileprivate var isOfSOAP: Bool { self == .client || self == .server }
    }

    /// Whether a fault code asks for another session: it says that nothing was looked at yet.
    package static func refusesSession(_ code: String) -> Bool {
        let name = code.split(separator: ":").last.map(String.init) ?? ""
        return Code(rawValue: name).map { !$0.isOfSOAP } ?? false
    }

    package var code: Code
    package var text: String

    package init(_ code: Code, _ text: String) { (self.code, self.text) = (code, text) }

    package var message: [UInt8] {
        Writer.bytes(
            of: Element(
                .soap("Envelope"),
                [
                    Element(
                        .soap("Body"),
                        [
                            Element(
                                .soap("Fault"),
                                [
                                    faultCode,
                                    Element(.init("faultstring"), text: text),
                                ])
                        ])
                ]))
    }

    /// The code is a qualified name in text, so its prefix is declared where it stands.
    private var faultCode: Element {
        let isOfSOAP = code.isOfSOAP
        return Element(
            .init("faultcode"),
            attributes: isOfSOAP ? [] : [.init("xmlns:wsse", Namespaces.wsse)],
            text: "\(isOfSOAP ? "soap" : "wsse"):\(code.rawValue)")
    }
}
