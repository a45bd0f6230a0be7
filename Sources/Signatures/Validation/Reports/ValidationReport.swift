// SPDX-License-Identifier: Apache-2.0
package import Trust
package import XML
import XMLSignature

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension FileReport {
    /// The report in the form of ETSI TS 119 102-2 v1.4.1.
    ///
    /// - Parameters:
    ///   - file: Named in the report by its SHA-256.
    ///   - validator: Whoever seals the report; named by certificate.
    package func xmlReport(of file: [UInt8], validator: Certificate? = nil) -> [UInt8] {
        Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)
            + Writer.bytes(of: validationReport(of: file, validator: validator))
    }

    /// The `ValidationReport` element, to be sealed or written.
    package func validationReport(of file: [UInt8], validator: Certificate? = nil) -> Element {
        var objects = ValidationObjects(now: validationTime)
        let document = objects.add(signedData: DigestAlgorithm.sha256.digest(file))
        var reports = signatures.flatMap { $0.elements(document, &objects, validationTime) }
        if reports.isEmpty {
            reports = [.vr("SignatureValidationReport", [conclusion.status()])]
        }
        for stamp in documentStamps { objects.add(stamp) }
        let validator = validator.map {
            Element.vr(
                "SignatureValidator",
                [
                    .vr(
                        "DigitalId",
                        [
                            Element(
                                .init("X509Certificate", prefix: "tsl", in: tslNamespace),
                                text: Base64.text($0.der))
                        ])
                ])
        }
        return .vr(
            "ValidationReport", reports + [objects.element] + [validator].compactMap { $0 })
    }
}

private let tslNamespace = "http://uri.etsi.org/02231/v2#"

extension Element {
    /// An element of TS 119 102-2.
    static func vr(_ name: String, _ children: [Element]) -> Element {
        Element(.init(name, in: "http://uri.etsi.org/19102/v1.4.1#"), children)
    }

    static func vr(_ name: String, text: String) -> Element {
        Element(.init(name, in: "http://uri.etsi.org/19102/v1.4.1#"), text: text)
    }

    static func vr(_ name: String, time: Date) -> Element {
        vr(name, text: time.formatted(.iso8601))
    }

    /// A reference to validation objects.
    static func vr(_ name: String, to identifiers: String...) -> Element {
        var element = vr(name, [])
        element.attributes = [.init("VOReference", identifiers.joined(separator: " "))]
        return element
    }

    static func digest(_ digest: Digest) -> [Element] {
        [
            Element(
                .init("DigestMethod", prefix: "ds", in: xmldsigNamespace),
                attributes: [.init("Algorithm", digest.algorithm.xmlIdentifier)]),
            Element(
                .init("DigestValue", prefix: "ds", in: xmldsigNamespace),
                text: Base64.text(digest.bytes)),
        ]
    }

    /// A fact that TS 119 102-2 has no seat for.
    static func own(_ name: String, _ text: String) -> Element {
        Element(
            .init(name, prefix: "oec", in: "urn:open-econnector:validation-report:1"), text: text)
    }
}

extension Conclusion {
    fileprivate static let names = "urn:etsi:019102:"

    /// A ValidationStatusType.
    func status(
        _ name: String = "SignatureValidationStatus", data: Element? = nil
    ) -> Element {
        var children: [Element] = [
            .vr(
                "MainIndication",
                text: "\(Self.names)mainindication:\(indication.rawValue.lowercased())")
        ]
        if let subIndication {
            children.append(
                .vr("SubIndication", text: "\(Self.names)subindication:\(subIndication.rawValue)"))
        }
        return .vr(name, children + [data].compactMap { $0 })
    }
}

extension SignatureReport {
    /// This signature's report and those of the signatures inside.
    fileprivate func elements(
        _ document: String, _ objects: inout ValidationObjects, _ now: Date
    ) -> [Element] {
        let identifier = objects.signatureIdentifier(value)
        for stamp in timestamps { objects.add(stamp) }
        objects.add(signerMaterial, provenAt: bestSignatureTime)
        let own = Element.vr(
            "SignatureValidationReport",
            [
                signatureIdentifier(identifier),
                .vr("ValidationConstraintsEvaluationReport", blocks.map(\.element)),
                timeInfo(now, objects),
                .vr(
                    "SignersDocument",
                    [
                        .vr(
                            "DigestAlgAndValue", Element.digest(objects.documentDigest)),
                        .vr("SignersDocumentRef", to: document),
                    ]),
                attributes(objects), signerInformation(&objects), quality,
                .vr(
                    "SignatureValidationProcess",
                    [
                        .vr(
                            "SignatureValidationProcessID",
                            text: "urn:etsi:019102:validationprocess:\(process)")
                    ]),
                conclusion.status(data: reportData(identifier, &objects)), otherInformation,
            ].compactMap { $0 })
        return [own] + inside.flatMap { $0.elements(document, &objects, now) }
    }

    private var process: String {
        switch level {
        case .archived: "LTA"
        case .longTerm, .timestamped: "LTVM"
        case .none, .basic: "Basic"
        }
    }

    private func signatureIdentifier(_ identifier: String) -> Element {
        let digest = (algorithm?.digest ?? .sha256).digest(toBeSigned)
        var element = Element.vr(
            "SignatureIdentifier",
            [
                .vr("DigestAlgAndValue", Element.digest(digest)),
                Element(
                    .init("SignatureValue", prefix: "ds", in: xmldsigNamespace),
                    text: Base64.text(value)),
                .vr("HashOnly", text: "false"), .vr("DocHashOnly", text: "false"),
            ])
        element.attributes = [.init("id", identifier)]
        return element
    }

    private func timeInfo(_ now: Date, _ objects: ValidationObjects) -> Element {
        let proving = timestamps.first {
            $0.isPassed && $0.token?.genTime == bestSignatureTime
        }?.token
        return .vr(
            "ValidationTimeInfo",
            [
                .vr("ValidationTime", time: now),
                .vr(
                    "BestSignatureTime",
                    [
                        .vr("POETime", time: bestSignatureTime ?? now),
                        .vr("TypeOfProof", text: "urn:etsi:019102:poetype:validation"),
                    ]
                        + [proving.map { .vr("POEObject", to: objects.identifier(of: $0)) }]
                        .compactMap { $0 }),
            ])
    }

    private func attributes(_ objects: ValidationObjects) -> Element? {
        func signed(_ name: String, _ children: [Element]) -> Element {
            var element = Element.vr(name, children)
            element.attributes = [.init("Signed", "true")]
            return element
        }
        var list: [Element] = []
        if let signingTime { list.append(signed("SigningTime", [.vr("Time", time: signingTime)])) }
        if let policyIdentifier {
            list.append(
                signed("SigPolicyIdentifier", [.vr("SigPolicyId", text: policyIdentifier)]))
        }
        if !claimedRoles.isEmpty {
            let roles = claimedRoles.map { role in
                Element.vr(
                    "RoleDetails",
                    [.vr("Role", text: role), .vr("EndorsementType", text: "claimed")])
            }
            list.append(signed("SignerRole", roles))
        }
        for stamp in timestamps {
            guard let token = stamp.token else { continue }
            list.append(
                .vr(
                    stamp.kind.attributeName,
                    [
                        .vr("AttributeObject", to: objects.identifier(of: token)),
                        .vr("TimeStampValue", time: token.genTime),
                    ]))
        }
        return list.isEmpty ? nil : .vr("SignatureAttributes", list)
    }

    private func signerInformation(_ objects: inout ValidationObjects) -> Element? {
        guard let signer else { return nil }
        return .vr(
            "SignerInformation",
            [
                .vr("SignerCertificate", to: objects.add(signer)),
                .vr("Signer", text: "\(signer.subject)"),
            ])
    }

    private var quality: Element? {
        let word: String? =
            switch qualification {
            case .qualified: "urn:cef:dss:signatureQualification:QESig"
            case .advancedOnQualifiedCertificate: "urn:cef:dss:signatureQualification:AdESigQC"
            case .advanced: "urn:cef:dss:signatureQualification:AdESig"
            case .unknown: nil
            }
        return word.map {
            .vr("SignatureQuality", [.vr("SignatureQualityInformation", text: $0)])
        }
    }

    private func reportData(
        _ identifier: String, _ objects: inout ValidationObjects
    ) -> Element? {
        var children: [Element] = []
        if let chain = past?.chain ?? certificate?.chain {
            children += objects.chain(chain)
        }
        if case .revoked(let date, _)? = certificate?.revocation.first?.outcome, let signer {
            children.append(
                .vr(
                    "RevocationStatusInformation",
                    [
                        .vr("ValidationObjectId", to: objects.add(signer)),
                        .vr("RevocationTime", time: date),
                    ]))
        }
        if let algorithm = algorithm?.xmlIdentifier {
            let isSecure = !blocks.contains {
                $0.conclusion?.subIndication == .cryptoConstraintsFailureNoPOE
                    || $0.conclusion?.subIndication == .cryptoConstraintsFailure
            }
            children.append(
                .vr(
                    "CryptoInformation",
                    [
                        .vr("ValidationObjectId", to: identifier),
                        .vr("Algorithm", text: algorithm),
                        .vr("SecureAlgorithm", text: isSecure ? "true" : "false"),
                    ]))
        }
        return children.isEmpty ? nil : .vr("AssociatedValidationReportData", children)
    }

    private var otherInformation: Element {
        .vr(
            "OtherInformation",
            [
                .own("format", format.rawValue), .own("level", level.rawValue),
                .own("coverage", coverage.rawValue),
                .own("modifiedAfterSigning", isModifiedAfterSigning ? "true" : "false"),
                .own("qualification", qualification.rawValue),
            ] + [qualificationReason].compactMap { $0 }.map { .own("qualificationReason", $0) }
                + [isTimestampQualified].compactMap { $0 }.map {
                    .own("timestampQualified", $0 ? "true" : "false")
                } + changes.map { .own("change", $0) } + reasons.map { .own("reason", $0) })
    }
}

extension BuildingBlock {
    fileprivate var element: Element {
        let applied = conclusion == nil ? "disabled" : "applied"
        return .vr(
            "ValidationConstraint",
            [
                .vr(
                    "ValidationConstraintIdentifier",
                    text: "urn:open-econnector:building-block:\(name.rawValue)"),
                .vr(
                    "ConstraintStatus",
                    [.vr("Status", text: "urn:etsi:019102:constraintStatus:\(applied)")]),
            ] + [conclusion.map { $0.status("ValidationStatus") }].compactMap { $0 })
    }
}

extension TimestampReport.Kind {
    fileprivate var attributeName: String {
        switch self {
        case .content: "AllDataObjectsTimeStamp"
        case .signature: "SignatureTimeStamp"
        case .validationData: "SigAndRefsTimeStamp"
        case .archive: "ArchiveTimeStamp"
        case .document: "DocTimeStamp"
        }
    }
}
