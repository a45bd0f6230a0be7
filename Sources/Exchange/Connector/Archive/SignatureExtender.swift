// SPDX-License-Identifier: Apache-2.0
package import Trust
package import Validation

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Brings signatures, ours and others', XAdES and PAdES, to a higher level: B-T, B-LT, B-LTA, and
/// on with each renewal (EN 319 132-1 and EN 319 142-1, 6).
///
/// Nothing signed or stamped changes, no signature becomes lower, and what comes out was judged
/// from its own bytes.
package struct SignatureExtender: Sendable {
    let gathering: MaterialGathering
    let timestamps: TimestampClient

    /// - Parameters:
    ///   - crypto: Until when algorithms count; new time-stamps use a digest that lasts.
    ///   - allowsPublic: Whether public addresses named by certificates are asked.
    package init(
        addresses: ServiceAddresses, crypto: CryptoPolicy = .ts119312, allowsPublic: Bool = false,
        send: @escaping Send, now: @escaping @Sendable () -> Date,
        random: @escaping @Sendable (Int) -> [UInt8]
    ) {
        gathering = MaterialGathering(
            addresses: addresses, send: send, now: now, random: random, maximumRevocationAge: nil,
            crypto: crypto, allowsPublic: allowsPublic)
        timestamps = TimestampClient(
            address: addresses.timestampAuthority, send: send, random: random)
    }

    /// Extends a file.
    ///
    /// - Parameters:
    ///   - signature: Which signature, counted from 0 as the report has them; nil for each.
    ///   - reader: Knows the data a detached signature was made over.
    ///   - isDryRun: Only says what would be added; no time-stamp is asked for.
    /// - Throws: ``ExtensionRefusal`` for the file, ``StageFailure`` for services.
    package func extended(
        _ file: [UInt8], to level: SignatureReport.Level, signature: Int? = nil,
        reader: FileReader = FileReader(), isDryRun: Bool = false
    ) async throws -> ExtendedFile {
        try await run(
            ExtensionTask(level: level, signature: signature, isDryRun: isDryRun), on: file, reader)
    }

    /// Gives a file another archive time-stamp, whatever level it has.
    package func renewed(
        _ file: [UInt8], reader: FileReader = FileReader(), isDryRun: Bool = false
    ) async throws -> ExtendedFile {
        var task = ExtensionTask(level: .archived, signature: nil, isDryRun: isDryRun)
        task.isRenewal = true
        return try await run(task, on: file, reader)
    }

    /// The verdict on a file with what it misses fetched, and when that is not enough with the
    /// present status of its units.
    package func verdict(
        on file: [UInt8], reader: FileReader = FileReader()
    ) async throws -> FileReport {
        let plain = try await current(file, reader)
        if plain.report.isPassed { return plain.report }
        return try await current(file, reader, knowsFresh: true, knowing: plain.material).report
    }

    /// The verdict on a file with the present status of the units whose stamps hold it, and how
    /// long that lasts.
    package func standing(
        of file: [UInt8], reader: FileReader = FileReader()
    ) async throws -> ArchiveStanding {
        let plain = try await current(file, reader)
        var found = try await current(file, reader, knowsFresh: true, knowing: plain.material)
        try found.requireFresh()
        // What is fetched anew is newer than what the file carries; its level is by what it carries.
        for (index, old) in plain.report.signatures.enumerated() where old.isGood {
            found.report.signatures[index].level = max(
                old.level, found.report.signatures[index].level)
        }
        return ArchiveStanding(found.report, crypto: gathering.trust.crypto)
    }

    private func run(
        _ task: ExtensionTask, on file: [UInt8], _ reader: FileReader
    ) async throws -> ExtendedFile {
        var reader = reader
        reader.looksInside = false
        let start = try await current(file, reader)
        let chosen = try task.indices(in: start.report)
        if let reason = start.report.signatures.compactMap(\.damage).first {
            throw ExtensionRefusal.damaged(reason)
        }
        if let signature = chosen.map({ start.report.signatures[$0] }).first(where: {
            $0.level == .none
        }) {
            throw ExtensionRefusal.notGood("no baseline signature", reasons: signature.reasons)
        }
        let extended: ExtendedFile
        if start.report.signatures[chosen[0]].format == .pades {
            extended = try await extendPDF(start, task, chosen, reader)
        } else {
            extended = try await extendXML(start, task, chosen, reader)
        }
        guard extended.bytes != file, !task.isDryRun else { return extended }
        try await check(extended.bytes, against: start.report, task, chosen, reader)
        return extended
    }

    /// What came out, judged from its own bytes: as high as asked, and nothing worse than before.
    private func check(
        _ bytes: [UInt8], against before: FileReport, _ task: ExtensionTask, _ chosen: [Int],
        _ reader: FileReader
    ) async throws {
        let after = try await current(bytes, reader, knowsFresh: task.level == .archived).report
        guard after.signatures.count == before.signatures.count else {
            throw ExtensionRefusal.selfCheck("A signature was lost.")
        }
        for (index, (old, new)) in zip(before.signatures, after.signatures).enumerated() {
            if let reason = new.damage { throw ExtensionRefusal.selfCheck(reason) }
            // What was fetched beside the file may be newer than what it carries, so that its level
            // looks lower; the new stamp is what counts then.
            let isWorse =
                old.isGood && !new.isGood || task.level != .archived && new.level < old.level
            guard !isWorse, !chosen.contains(index) || new.hasReached(task.level) else {
                throw ExtensionRefusal.selfCheck(
                    (["Signature \(index) would be \(new.level.rawValue)."] + new.reasons)
                        .joined(separator: " "))
            }
        }
    }
}

/// What to do with a file.
struct ExtensionTask {
    let level: SignatureReport.Level
    let signature: Int?
    let isDryRun: Bool
    /// Whether an archive time-stamp is added to what has one already.
    var isRenewal = false

    func isReached(_ signature: SignatureReport) -> Bool {
        !isRenewal && signature.hasReached(level)
    }

    /// The signatures it is about.
    func indices(in report: FileReport) throws(ExtensionRefusal) -> [Int] {
        let all = report.signatures.indices.filter { report.signatures[$0].isExtensible }
        guard !all.isEmpty else {
            throw .nothingToExtend(report.conclusion.reasons.joined(separator: " "))
        }
        guard let signature else { return all }
        guard all.contains(signature) else { throw .noSuchSignature(signature, of: all.count) }
        return [signature]
    }
}

extension SignatureReport {
    fileprivate var isExtensible: Bool { format == .xades || format == .pades }

    var isGood: Bool { conclusion.indication == .totalPassed }

    /// Why no further proof is worth anything: the signature or what it covers was changed.
    var damage: String? {
        if checks.integrity == .failed {
            return "The signature is not intact: \(reasons.joined(separator: " "))"
        }
        guard isModifiedAfterSigning else { return nil }
        let what = changes.prefix(3).joined(separator: "; ")
        return "The document was changed after it was signed (\(what))."
    }

    /// Level B-T needs a time-stamp over the signature, believed or not; the others are believed.
    func hasReached(_ level: Level) -> Bool {
        switch level {
        case .timestamped: return self.level >= level || isStamped
        case .archived:
            return self.level >= level || isGood && isArchived
        default: return self.level >= level
        }
    }

    /// Whether a good stamp over everything stands behind an earlier one. Unlike the level this does
    /// not depend on whether newer data than the file's own were fetched beside it.
    var isArchived: Bool {
        let good = timestamps.filter { $0.isPassed && $0.kind != .content }
        switch newestStamp?.kind {
        case .archive: return true
        case .document: return good.count > 1
        default: return false
        }
    }

    /// Time-stamps that prove when the signature existed, and were made over it.
    var bindingStamps: [TimestampReport] {
        timestamps.filter { $0.kind != .content && $0.token != nil && $0.integrity == .passed }
    }
}
