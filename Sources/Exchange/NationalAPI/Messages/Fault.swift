// SPDX-License-Identifier: Apache-2.0
import XML

/// A SOAP 1.1 Fault: the platform could not even look at the content.
package struct Fault: Sendable, Hashable {
    package enum Code: String, Sendable {
        case client = "Client"
        case server = "Server"
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
                                    Element(.init("faultcode"), text: "soap:\(code.rawValue)"),
                                    Element(.init("faultstring"), text: text),
                                ])
                        ])
                ]))
    }
}
