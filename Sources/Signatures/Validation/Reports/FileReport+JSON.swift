// SPDX-License-Identifier: Apache-2.0
package import JSON
import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension FileReport {
    /// The report as `verify --json` prints it (docs/design.md, section 6).
    package func json(file: String) -> JSONValue {
        JSONValue(
            .object(
                [
                    .init("file", .init(.string(file))),
                    .init("signatures", .init(.array(signatures.map(\.json)))),
                ] + conclusion.members))
    }
}

extension Conclusion {
    fileprivate var members: [JSONMember] {
        [
            .init("indication", .init(.string(indication.rawValue))),
            .init("subIndication", subIndication.map { .init(.string($0.rawValue)) } ?? nil),
        ]
    }
}

extension SignatureReport {
    var json: JSONValue {
        func text(_ value: String?) -> JSONValue { value.map { .init(.string($0)) } ?? nil }
        func time(_ date: Date?) -> JSONValue { text(date?.formatted(.iso8601)) }
        var members: [JSONMember] = [
            .init("format", text(format.rawValue)), .init("level", text(level.rawValue)),
        ]
        members += conclusion.members
        members += [
            .init("signer", text(signer?.subject.description)),
            .init("signingTime", time(signingTime)),
            .init("bestSignatureTime", time(bestSignatureTime)),
            .init("coverage", text(coverage.rawValue)),
            .init("modifiedAfterSigning", .init(.boolean(isModifiedAfterSigning))),
            .init("qualification", text(qualification.rawValue)),
            .init("timestampQualified", isTimestampQualified.map { .init(.boolean($0)) } ?? nil),
            .init("checks", checks.json),
            .init("claimedRoles", .init(.array(claimedRoles.map { .init(.string($0)) }))),
            .init("reasons", .init(.array(reasons.map { .init(.string($0)) }))),
            .init("inside", .init(.array(inside.map(\.json)))),
        ]
        return JSONValue(.object(members))
    }
}

extension SignatureReport.Checks {
    fileprivate var json: JSONValue {
        [
            "integrity": .init(.string(integrity.rawValue)),
            "chain": .init(.string(chain.rawValue)),
            "revocation": .init(.string(revocation.rawValue)),
            "timestamp": .init(.string(timestamp.rawValue)),
            "policy": .init(.string(policy.rawValue)),
        ]
    }
}
