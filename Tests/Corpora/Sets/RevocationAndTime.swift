// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON
import Trust

/// OCSP responses, revocation lists and time-stamp tokens.
struct RevocationAndTime: CorpusSet {
    func outcome(of row: Row) -> Outcome {
        if row.file.hasSuffix(".json") { return response(row) }
        if ["PARSE", "PARSE-OK"].contains(row.expected) { return parse(row) }
        return row.formatLevel.contains("token") ? token(row) : status(row)
    }

    private func result(_ isRight: Bool, _ got: String) -> Outcome {
        isRight ? .passed : .failed(got: got)
    }

    private func certificates(_ row: Row) -> [Certificate] {
        row.support.compactMap { path in
            row.companion(path).flatMap { try? Certificate(der: derOrPEM($0)) }
        }
    }

    // MARK: Parsers

    private func parse(_ row: Row) -> Outcome {
        let bytes = derOrPEM(row.bytes)
        if row.formatLevel.contains("token") {
            let token = try? TimestampToken(der: bytes, allowingBER: true)
            return result(token != nil, "unreadable")
        }
        if row.formatLevel.contains("CRL") {
            return result((try? RevocationList(der: bytes)) != nil, "unreadable")
        }
        guard let response = Self.response(bytes) else { return .failed(got: "unreadable") }
        guard row.remark.contains("revoked") else { return .passed }
        let isRevoked = response.answers.contains {
            if case .revoked = $0.status { true } else { false }
        }
        return result(isRevoked, "not revoked")
    }

    /// A whole response, or the basic one alone.
    private static func response(_ bytes: [UInt8]) -> OCSPResponse? {
        (try? OCSPResponse(der: bytes)) ?? (try? OCSPResponse(basicDER: bytes))
    }

    // MARK: Status of one certificate

    private func status(_ row: Row) -> Outcome {
        guard let certificate = named("certificate", row), let issuer = named("issuer", row),
            let time = row.time
        else { return .failed(got: "unreadable row") }
        let bytes = derOrPEM(row.bytes)
        var material = ValidationMaterial(certificates: certificates(row))
        if row.formatLevel.contains("CRL") {
            material.revocationLists = [try? RevocationList(der: bytes)].compactMap { $0 }
        } else {
            do throws(OCSPError) {
                material.ocspResponses = [try OCSPResponse(der: bytes)]
            } catch .refused {
                return result(row.expected == "NO-STATUS", "NO-STATUS")
            } catch { return result(row.expected == "REJECT", "REJECT: \(error)") }
        }
        let anchors = material.certificates.filter(\.isSelfIssued)
        let policy = TrustPolicy(anchors: TrustAnchors(anchors), crypto: nil)
        let statements = RevocationJudge(policy: policy, material: material, now: time)
            .statements(about: certificate, issuer: issuer)
        let got = word(for: statements, at: time)
        let wanted = row.expected == "GOOD-IF-RESPONDER-KNOWN" ? "GOOD" : row.expected
        return result(got == wanted, "\(got) \(statements.compactMap(\.fault))")
    }

    private func word(for statements: [RevocationStatement], at time: Date) -> String {
        // A source without nextUpdate always has newer data (RFC 6960, 4.2.2.1).
        let usable = statements.filter { statement in
            statement.fault == nil && statement.nextUpdate.map { time <= $0 } ?? true
        }
        guard let newest = usable.max(by: { $0.thisUpdate < $1.thisUpdate }) else {
            return "REJECT"
        }
        switch newest.status {
        case .good: return "GOOD"
        case .revoked, .onHold: return "REVOKED"
        case .unknown: return "UNKNOWN"
        }
    }

    private func named(_ parameter: String, _ row: Row) -> Certificate? {
        row.parameter(parameter).flatMap { row.companion($0) }
            .flatMap { try? Certificate(der: derOrPEM($0)) }
    }

    // MARK: A path with OCSP responses

    private func response(_ row: Row) -> Outcome {
        guard let value = try? JSONValue(parsing: row.bytes),
            let folder = row.support.first.map({ ($0 as NSString).deletingLastPathComponent }),
            let time = row.time
        else { return .failed(got: "unreadable case") }
        func files(_ name: String) -> [[UInt8]] {
            let names =
                value[name]?.array?.compactMap(\.string)
                ?? [value[name]?.string].compactMap { $0 }
            return names.compactMap { row.companion("\(folder)/\($0)").map(derOrPEM) }
        }
        func certificates(_ name: String) -> [Certificate] {
            files(name).compactMap { try? Certificate(der: $0) }
        }
        guard let subject = certificates("cert").first else {
            return .failed(got: "unreadable certificate")
        }
        let policy = TrustPolicy(anchors: TrustAnchors(certificates("root")), crypto: nil)
        let material = ValidationMaterial(
            certificates: certificates("other_certs"),
            ocspResponses: files("ocsps").compactMap(Self.response),
            revocationLists: files("crls").compactMap { try? RevocationList(der: $0) })
        let verdict = policy.judge(subject, for: .any, at: time, now: time, with: material)
        let got = verdict.isPassed ? "VALID" : "INVALID: \(verdict.conclusion.reasons)"
        return result(verdict.isPassed == (row.expected == "VALID"), got)
    }

    // MARK: Tokens

    private func token(_ row: Row) -> Outcome {
        let isPassed = isPassed(row)
        switch row.expected {
        case "VALID": return result(isPassed, "not passed")
        case "INVALID-OR-WARN": return .passed
        default: return result(!isPassed, "passed")
        }
    }

    private func isPassed(_ row: Row) -> Bool {
        guard let token = Self.token(row.bytes), let time = row.time,
            let data = row.parameter("data").flatMap({ row.companion($0) }),
            let algorithm = token.imprint.digest?.algorithm,
            let anchor = named("anchor", row)
        else { return false }
        var policy = TrustPolicy(anchors: TrustAnchors([anchor]))
        // No revocation data comes with these rows.
        policy.checksRevocation = false
        return policy.judge(
            token, over: algorithm.digest(data), now: time,
            with: ValidationMaterial(certificates: certificates(row))
        ).isPassed
    }

    private static func token(_ bytes: [UInt8]) -> TimestampToken? {
        let bytes = derOrPEM(bytes)
        if let token = try? TimestampToken(der: bytes, allowingBER: true) { return token }
        return try? TimestampResponse(der: bytes).token()
    }
}
