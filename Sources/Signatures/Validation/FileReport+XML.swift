// SPDX-License-Identifier: Apache-2.0
import Trust
import XML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension FileReport {
    /// The report as an XML document of our own, naming the file by its SHA-256.
    ///
    /// The form of ETSI TS 119 102-2 is not written yet.
    package func xmlReport(of file: [UInt8]) -> [UInt8] {
        let digest = DigestAlgorithm.sha256.digest(file).bytes.hexText
        let root = Element(
            .report("validationReport"), attributes: [.init("sha256", digest)],
            conclusion.elements + signatures.map(\.element))
        return Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8) + Writer.bytes(of: root)
    }
}

extension Element.Name {
    fileprivate static func report(_ localName: String) -> Element.Name {
        Element.Name(localName, in: "urn:open-econnector:validation-report:1")
    }
}

extension Conclusion {
    fileprivate var elements: [Element] {
        [Element(.report("indication"), text: indication.rawValue)]
            + [subIndication.map { Element(.report("subIndication"), text: $0.rawValue) }]
            .compactMap { $0 }
    }
}

extension SignatureReport {
    fileprivate var element: Element {
        var children = conclusion.elements
        func add(_ name: String, _ value: String?) {
            if let value { children.append(Element(.report(name), text: value)) }
        }
        add("format", format.rawValue)
        add("level", level.rawValue)
        add("signer", signer?.subject.description)
        add("signingTime", signingTime?.formatted(.iso8601))
        add("bestSignatureTime", bestSignatureTime?.formatted(.iso8601))
        add("coverage", coverage.rawValue)
        add("modifiedAfterSigning", isModifiedAfterSigning ? "true" : "false")
        for (name, check) in [
            ("integrity", checks.integrity), ("chain", checks.chain),
            ("revocation", checks.revocation), ("timestamp", checks.timestamp),
            ("policy", checks.policy),
        ] {
            children.append(
                Element(
                    .report("check"), attributes: [.init("name", name)], text: check.rawValue))
        }
        for reason in reasons { add("reason", reason) }
        children += inside.map { Element(.report("inside"), [$0.element]) }
        return Element(.report("signature"), children)
    }
}
