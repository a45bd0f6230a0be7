// SPDX-License-Identifier: Apache-2.0
import Foundation
import Trust
import Validation
import XMLSignature

/// Signed files (sets `xades` and `pades`): the judge's whole verdict against the label.
struct AdvancedSignatures: CorpusSet {
    func outcome(of row: Row) -> Outcome {
        let report = report(on: row)
        guard let expectation = Expectation(rawValue: row.expected) else {
            return .failed(got: "a label that is not known")
        }
        if expectation.isMet(by: report) { return .passed }
        if let clause = Exceptions.clause(for: report) { return .excused(clause: clause) }
        return .failed(got: Self.summary(report))
    }

    func tally(of row: Row) -> [Tally] {
        guard !row.indication.isEmpty else { return [] }
        let found = report(on: row).conclusion
        var tallies = [
            Tally(
                name: "indications", isRight: found.indication.rawValue == row.indication,
                found: found.indication.rawValue)
        ]
        if !row.subIndications.isEmpty {
            tallies.append(
                Tally(
                    name: "sub-indications",
                    isRight: row.subIndications.contains(found.subIndication?.rawValue ?? ""),
                    found: found.subIndication?.rawValue ?? "none"))
        }
        if row.expected == "VALID" {
            let level = report(on: row).signatures.map(\.level.rawValue).max() ?? ""
            tallies.append(
                Tally(
                    name: "levels",
                    isRight: row.formatLevel.split(separator: " ").first
                        .map { $0.hasSuffix("-" + level) } ?? false))
        }
        return tallies
    }

    private func report(on row: Row) -> FileReport {
        var (anchors, material) = ([Certificate](), ValidationMaterial())
        var detached: [DetachedData] = []
        let anchorFile = row.parameter("anchor")
        for path in row.support {
            guard let bytes = row.companion(path) else { continue }
            if let certificate = try? Certificate(der: bytes) {
                if path == anchorFile { anchors.append(certificate) }
                material.certificates.append(certificate)
            } else if let list = try? RevocationList(der: bytes) {
                material.revocationLists.append(list)
            } else if let response = try? OCSPResponse(der: bytes) {
                material.ocspResponses.append(response)
            } else {
                detached.append(
                    DetachedData(
                        name: String(path.split(separator: "/").last ?? ""), bytes: bytes))
            }
        }
        let context = ValidationContext(
            policy: .general, trust: TrustPolicy(anchors: TrustAnchors(anchors)),
            material: material, now: row.time ?? Self.now, timestampDelay: nil)
        let reader = FileReader(detached: detached, certificates: material.certificates)
        let report = Judge(context).report(on: reader.facts(of: row.bytes))
        guard report.signatures.isEmpty, detached.count == 1 else { return report }
        // The row's file is the data, and its companion the signature over it.
        let data = DetachedData(
            name: String(row.file.split(separator: "/").last ?? ""), bytes: row.bytes)
        let other = FileReader(detached: [data], certificates: material.certificates)
        return Judge(context).report(on: other.facts(of: detached[0].bytes))
    }

    /// For rows without a time: when the samples were gathered.
    private static let now = Date(timeIntervalSince1970: 1_772_366_400)

    static func summary(_ report: FileReport) -> String {
        let signatures = report.signatures.map { signature in
            let checks = signature.checks
            return "[\(signature.level.rawValue) \(signature.conclusion.indication.rawValue) "
                + "\(signature.conclusion.subIndication?.rawValue ?? "") "
                + "integrity \(checks.integrity.rawValue), time-stamp \(checks.timestamp.rawValue), "
                + "\(signature.coverage.rawValue)"
                + "\(signature.isModifiedAfterSigning ? ", modified" : ""): "
                + signature.reasons.prefix(2).joined(separator: " ") + "]"
        }
        return "\(report.conclusion.indication.rawValue) "
            + "\(report.conclusion.subIndication?.rawValue ?? "") "
            + (signatures.isEmpty
                ? report.conclusion.reasons.joined() : signatures.joined(separator: " "))
    }
}

/// What a label asks of a report (docs/design.md, section 8).
private enum Expectation: String {
    case valid = "VALID"
    case cryptoValid = "CRYPTO-VALID"
    case cryptoInvalid = "CRYPTO-INVALID"
    case invalid = "INVALID"
    case mixed = "MIXED"
    case reject = "REJECT"
    case modified = "MODIFIED-AFTER-SIGNING"
    case partial = "PARTIAL-SCOPE"
    case untrusted = "UNTRUSTED"
    case weak = "POLICY-WEAK"
    case indeterminate = "INDETERMINATE"
    case indeterminateOrWarning = "INDETERMINATE-OR-WARNING"
    case detachedMissing = "DETACHED-DATA-MISSING"
    case notPAdES = "NOT-PADES"
    case timestampInvalid = "TIMESTAMP-INVALID"
    case uncovered = "REPORT-UNCOVERED-BYTES"
    case opens = "OPENS"
    case noCrash = "NO-CRASH"
    case configuration = "CONFIG-DEPENDENT"

    func isMet(by report: FileReport) -> Bool {
        let signatures = report.signatures
        switch self {
        case .opens, .noCrash, .configuration: return true
        case .valid: return report.isPassed
        case .cryptoValid:
            return !signatures.isEmpty && report.conclusion.indication == .indeterminate
                && signatures.allSatisfy { $0.checks.integrity == .passed }
        case .cryptoInvalid:
            guard !report.isGood else { return false }
            return signatures.isEmpty
                || signatures.contains {
                    $0.checks.integrity == .failed
                        || $0.conclusion.subIndication == .signedDataNotFound
                }
        case .timestampInvalid:
            return signatures.allSatisfy {
                $0.level <= .basic && $0.checks.timestamp == .failed
            }
        case .uncovered: return signatures.allSatisfy { $0.coverage == .partial }
        case .detachedMissing:
            return !report.isGood && report.conclusion.subIndication == .signedDataNotFound
        case .invalid, .mixed, .reject, .modified, .partial, .untrusted, .weak, .indeterminate,
            .indeterminateOrWarning, .notPAdES:
            return !report.isGood
        }
    }
}

extension FileReport {
    /// What must never be said of a bad file.
    fileprivate var isGood: Bool {
        isPassed
            && signatures.contains { $0.coverage == .entire && !$0.isModifiedAfterSigning }
    }
}
