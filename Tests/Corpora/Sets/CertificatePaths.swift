// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON
import Trust

/// Certificate paths: a case is a JSON text that says what to validate, and from which anchors.
struct CertificatePaths: CorpusSet {
    func outcome(of row: Row) -> Outcome {
        guard let value = try? JSONValue(parsing: row.bytes) else {
            return .failed(got: "unreadable case")
        }
        // One kind names files beside it, the other holds its certificates itself.
        let web = value["trust_anchor"] == nil ? WebCase(value, row) : nil
        guard let refusal = web?.refusal ?? ConformanceCase(value, row)?.refusal else {
            return row.expected == "INVALID"
                ? .passed : .failed(got: "a certificate that cannot be read")
        }
        guard refusal.isEmpty == (row.expected == "VALID") else {
            if !refusal.isEmpty, web?.hasUncomputedKey == true {
                return .excused(
                    clause:
                        "TS 119 312 v1.5.1, 6: a key algorithm outside the catalogue is reported "
                        + "as not computed, never as passed")
            }
            return .failed(got: refusal.isEmpty ? "VALID" : "INVALID: \(refusal)")
        }
        return .passed
    }
}

/// A path of the NIST conformance suite (PKITS): RFC 5280 with its inputs and revocation lists.
struct ConformanceCase {
    /// Why the path is not valid; empty when it is.
    let refusal: String

    /// When rows without a time are judged: inside the validity of all good certificates.
    private static let moment = Date(timeIntervalSince1970: 1_717_200_000)

    /// Nil when anchor or subject cannot be read.
    init?(_ value: JSONValue, _ row: Row) {
        func certificates(_ name: String) -> [Certificate] {
            Self.files(value[name], row).compactMap { try? Certificate(der: $0) }
        }
        guard let anchor = certificates("trust_anchor").first,
            let subject = certificates("cert").first
        else { return nil }
        let material = ValidationMaterial(
            certificates: certificates("other_certs"),
            revocationLists: Self.files(value["crls"], row).compactMap {
                try? RevocationList(der: $0)
            })
        var policy = TrustPolicy(anchors: TrustAnchors([anchor]), crypto: nil)
        policy.paths = PathParameters(value["params"])
        let moment = row.time ?? Self.moment
        let verdict = policy.judge(subject, for: .any, at: moment, now: moment, with: material)
        let reasons = verdict.conclusion.reasons.joined(separator: " ")
        refusal = verdict.isPassed ? "" : "\(verdict.conclusion.indication) \(reasons)"
    }

    /// The DER of the files that a member names, one or several.
    private static func files(_ value: JSONValue?, _ row: Row) -> [[UInt8]] {
        let names = value?.array?.compactMap(\.string) ?? [value?.string].compactMap { $0 }
        return names.compactMap { row.companion($0).map(derOrPEM) }
    }
}

extension PathParameters {
    /// The inputs of RFC 5280, 6.1.1, as the cases spell them.
    fileprivate init(_ value: JSONValue?) {
        let policies = value?["user_initial_policy_set"]?.array?.compactMap {
            $0.string.flatMap { OID(dotted: $0) }
        }
        self.init(
            initialPolicies: policies.map(Set.init),
            requiresExplicitPolicy: value?["initial_explicit_policy"]?.boolean ?? false,
            inhibitsPolicyMapping: value?["initial_policy_mapping_inhibit"]?.boolean ?? false,
            inhibitsAnyPolicy: value?["initial_any_policy_inhibit"]?.boolean ?? false)
    }
}

/// A file that is DER, or base64 with or without the lines of PEM around it.
func derOrPEM(_ bytes: [UInt8]) -> [UInt8] {
    if bytes.first == 0x30, !bytes.prefix(64).allSatisfy({ $0 < 0x80 && $0 >= 0x0A }) {
        return bytes
    }
    let text = String(decoding: bytes, as: UTF8.self)
    if let block = PEM.blocks(in: text).first { return block.der }
    return Data(base64Encoded: text, options: .ignoreUnknownCharacters).map(Array.init) ?? bytes
}
