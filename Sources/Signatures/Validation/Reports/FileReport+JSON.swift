// SPDX-License-Identifier: Apache-2.0
package import JSON
import Trust
import XMLSignature

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension FileReport {
    /// The report as `verify --json` prints it (docs/design.md, section 6), with all that the
    /// verdict rests on.
    package func json(file: String) -> JSONValue {
        JSONValue(
            .object(
                [
                    .init("file", .text(file)),
                    .init("validationTime", .time(validationTime)),
                    .init("signatures", .list(signatures, \.json)),
                    .init("documentTimestamps", .list(documentStamps, \.json)),
                ] + conclusion.members + [.init("reasons", .texts(conclusion.reasons))]))
    }
}

extension Conclusion {
    fileprivate var members: [JSONMember] {
        [
            .init("indication", .text(indication.rawValue)),
            .init("subIndication", .text(subIndication?.rawValue)),
        ]
    }

    fileprivate var json: JSONValue {
        JSONValue(.object(members + [.init("reasons", .texts(reasons))]))
    }
}

extension SignatureReport {
    var json: JSONValue {
        JSONValue(
            .object(
                [.init("format", .text(format.rawValue)), .init("level", .text(level.rawValue))]
                    + conclusion.members + facts + grounds))
    }

    private var facts: [JSONMember] {
        [
            .init("signer", .text(signer?.subject.description)),
            .init("signingTime", .time(signingTime)),
            .init("bestSignatureTime", .time(bestSignatureTime)),
            .init("coverage", .text(coverage.rawValue)),
            .init("modifiedAfterSigning", .init(.boolean(isModifiedAfterSigning))),
            .init("qualification", .text(qualification.rawValue)),
            .init("timestampQualified", .flag(isTimestampQualified)),
            .init("checks", checks.json),
            .init("claimedRoles", .texts(claimedRoles)),
            .init("reasons", .texts(reasons)),
            .init("inside", .list(inside, \.json)),
        ]
    }

    /// What the facts rest on.
    private var grounds: [JSONMember] {
        [
            .init("qualificationReason", .text(qualificationReason)),
            .init("signaturePolicy", .text(policyIdentifier)),
            .init("algorithm", .text(algorithm?.xmlIdentifier ?? algorithm.map { "\($0)" })),
            .init("changes", .texts(changes)),
            .init("references", .list(references, \.json)),
            .init("timestamps", .list(timestamps, \.json)),
            .init("chain", .chain(past?.chain ?? certificate?.chain)),
            .init("buildingBlocks", .list(blocks, \.json)),
            .init("missing", missing.json),
        ]
    }
}

extension SignatureReport.Checks {
    fileprivate var json: JSONValue {
        [
            "integrity": .text(integrity.rawValue), "chain": .text(chain.rawValue),
            "revocation": .text(revocation.rawValue), "timestamp": .text(timestamp.rawValue),
            "policy": .text(policy.rawValue),
        ]
    }
}

extension SignatureReport.SignedReference {
    fileprivate var json: JSONValue { ["name": .text(name), "check": .text(check.rawValue)] }
}

extension TimestampReport {
    fileprivate var json: JSONValue {
        var members: [JSONMember] = [
            .init("kind", .text(kind.rawValue)), .init("genTime", .time(token?.genTime)),
        ]
        members += conclusion.members
        members += [
            .init("authority", .text(authority?.certificate.subject.description)),
            .init("integrity", .text(integrity.rawValue)),
            .init("qualified", .flag(isQualified)),
            .init("qualification", .text(qualification?.outcome.rawValue)),
            .init("claimsQualified", .flag(profile?.claimsQualified)),
            .init("chain", .chain(past?.chain ?? authority?.chain)),
            .init("reasons", .texts(conclusion.reasons)), .init("remarks", .texts(remarks)),
        ]
        return JSONValue(.object(members))
    }
}

extension BuildingBlock {
    fileprivate var json: JSONValue {
        ["name": .text(name.rawValue), "conclusion": conclusion?.json ?? nil]
    }
}

extension MissingMaterial {
    /// By name and serial number, with where it may be had.
    fileprivate var json: JSONValue {
        [
            "issuers": .list(issuers) { need in
                ["of": .text("\(need.certificate.subject)"), "addresses": .texts(need.urls)]
            },
            "revocation": .list(revocation) { need in
                [
                    "of": .text("\(need.certificate.subject)"),
                    "serialNumber": .text(need.certificate.serialNumber.decimal),
                    "addresses": .texts(need.ocspURLs + need.listURLs),
                ]
            },
        ]
    }
}

extension JSONValue {
    fileprivate static func text(_ value: String?) -> JSONValue {
        value.map { JSONValue(.string($0)) } ?? nil
    }

    fileprivate static func time(_ value: Date?) -> JSONValue { .text(value?.formatted(.iso8601)) }

    fileprivate static func flag(_ value: Bool?) -> JSONValue {
        value.map { JSONValue(.boolean($0)) } ?? nil
    }

    fileprivate static func texts(_ values: [String]) -> JSONValue { .list(values) { .text($0) } }

    fileprivate static func list<Value>(
        _ values: [Value], _ json: (Value) -> JSONValue
    ) -> JSONValue { JSONValue(.array(values.map(json))) }

    /// The subjects from the end entity to the anchor; null without a chain.
    fileprivate static func chain(_ chain: CertificateChain?) -> JSONValue {
        chain.map { .texts($0.certificates.map { "\($0.subject)" }) } ?? nil
    }
}
