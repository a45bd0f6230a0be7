// SPDX-License-Identifier: Apache-2.0
import Trust
import XML
import XMLSignature

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The elements of a message before it is signed, and the identifiers by which they are.
struct MessageParts {
    let body: Element
    let certificate: Element
    let timestamp: Element
    let token: HeaderToken?

    private static let bodyID = "id-body"
    private static let certificateID = "id-token"
    private static let timestampID = "id-timestamp"
    private static let keyInfoID = "id-key-info"

    init(
        content: Element, certificate: Certificate, token: HeaderToken?, validityInSeconds: Int,
        now: Date
    ) {
        body = Element(.soap("Body"), attributes: [.init(.wsu("Id"), Self.bodyID)], [content])
        self.certificate = Element(
            .wsse("BinarySecurityToken"),
            attributes: [
                .init("EncodingType", Namespaces.base64Encoding),
                .init("ValueType", Namespaces.x509Token), .init(.wsu("Id"), Self.certificateID),
            ], text: Base64.text(certificate.der))
        let expires = now.addingTimeInterval(TimeInterval(validityInSeconds))
        timestamp = Element(
            .wsu("Timestamp"), attributes: [.init(.wsu("Id"), Self.timestampID)],
            [
                Element(.wsu("Created"), text: now.formatted(.iso8601)),
                Element(.wsu("Expires"), text: expires.formatted(.iso8601)),
            ])
        self.token = token
    }

    static var keyInfo: Element {
        let reference = Element(
            .wsse("Reference"),
            attributes: [
                .init("URI", "#\(certificateID)"), .init("ValueType", Namespaces.x509Token),
            ])
        return Element(
            .ds("KeyInfo"), attributes: [.init("Id", keyInfoID)],
            [Element(.wsse("SecurityTokenReference"), [reference])])
    }

    /// The envelope, in which documents have no place yet.
    var envelope: Element {
        let security = Element(
            .wsse("Security"), attributes: [.init(.soap("mustUnderstand"), "1")],
            [certificate, timestamp] + [sessionToken].compactMap { $0 })
        return Element(.soap("Envelope"), [Element(.soap("Header"), [security]), body])
    }

    /// `nil` for what is carried as a document, or not at all.
    func element(of part: SignedPart) -> Element? {
        switch part {
        case .body: body
        case .timestamp: timestamp
        case .certificate: certificate
        case .keyInfo: Self.keyInfo
        case .token: sessionToken
        }
    }

    func id(of part: SignedPart) -> String? {
        switch (part, token) {
        case (.body, _): Self.bodyID
        case (.timestamp, _): Self.timestampID
        case (.certificate, _): Self.certificateID
        case (.keyInfo, _): Self.keyInfoID
        case (.token, .assertion(let id, _)): id
        case (.token, .session(let token)):
            if case .binary(let id, _) = token.kind { id } else { nil }
        case (.token, nil): nil
        }
    }

    private var sessionToken: Element? {
        guard case .session(let token)? = token, case .binary(let id, let type) = token.kind else {
            return nil
        }
        return Element(
            .wsse("BinarySecurityToken"),
            attributes: [.init("ValueType", type), .init(.wsu("Id"), id)], text: token.value)
    }
}
