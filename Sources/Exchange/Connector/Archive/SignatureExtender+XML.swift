// SPDX-License-Identifier: Apache-2.0
import Trust
import Validation
import XAdES

extension SignatureExtender {
    /// One signature after the other; each step reads the document again.
    func extendXML(
        _ start: CurrentFile, _ task: ExtensionTask, _ chosen: [Int], _ reader: FileReader
    ) async throws -> ExtendedFile {
        var file = ExtendedFile(bytes: start.bytes)
        // A counter-signature stands in the one it signs, and is covered by that one's archive.
        for index in chosen.reversed() {
            do {
                try await extendXML(&file, task, index, reader, start)
            } catch let error as XAdES.SigningError {
                throw ExtensionRefusal.format("signature \(index): \(error)")
            }
        }
        return file
    }

    private func extendXML(
        _ file: inout ExtendedFile, _ task: ExtensionTask, _ index: Int, _ reader: FileReader,
        _ start: CurrentFile
    ) async throws {
        var current = start
        if file.bytes != start.bytes {
            current = try await self.current(file.bytes, reader, knowing: start.material)
        }
        var report = current.report.signatures[index]
        guard !task.isReached(report) else { return }
        var open = try ExtendableSignature(
            reopening: file.bytes, signature: index, detached: reader.detached)
        let isStamped = report.isStamped
        if !isStamped {
            file.add(.signatureTimestamp, index)
            if !task.isDryRun {
                let token = try await timestamps.token(over: open.signatureTimestampInput())
                open = try open.addingSignatureTimestamp(token.der)
                file.stamped(open.bytes, by: token)
            }
        }
        guard task.level >= .longTerm else { return }
        if !isStamped, task.isDryRun {
            return plan(&file, task, index, report)
        }
        let isArchiving = task.level == .archived
        current = try await self.current(
            file.bytes, reader, knowsFresh: isArchiving, knowing: current.material)
        report = current.report.signatures[index]
        try requireGood(report)
        if isArchiving { try current.requireFresh() }
        let added = report.timestampMaterial.union(current.fresh)
        let extended = try open.addingValidationMaterial(
            signer: EncapsulatedValues(report.signerMaterial),
            timestamps: EncapsulatedValues(added))
        file.addMaterial(report.signerMaterial.union(added), of: index, reader, extended.bytes)
        guard isArchiving else { return }
        file.add(.archiveTimestamp, index)
        guard !task.isDryRun else { return }
        let token = try await timestamps.token(
            stamping: extended.archiveTimestampDigest(imprintDigest))
        file.stamped(try extended.addingArchiveTimestamp(token.der).bytes, by: token)
    }

    /// What follows a time-stamp that a dry run does not ask for.
    func plan(
        _ file: inout ExtendedFile, _ task: ExtensionTask, _ index: Int?, _ report: SignatureReport
    ) {
        file.add(.init(report.signerMaterial, beside: ValidationMaterial()), index)
        file.add(.validationDataOfNewTimestamp, index)
        if task.level == .archived {
            file.add(index == nil ? .documentTimestamp : .archiveTimestamp, index)
        }
    }
}

extension ExtendedFile {
    mutating func add(_ kind: ExtensionStep.Kind, _ signature: Int?) {
        steps.append(ExtensionStep(kind: kind, signature: signature))
    }

    /// Takes the file with the time-stamp that the last step is about.
    mutating func stamped(_ bytes: [UInt8], by token: TimestampToken) {
        self.bytes = bytes
        guard let last = steps.indices.last else { return }
        steps[last].authority = token.authorityCertificate(among: []).map { "\($0.subject)" }
    }

    /// Takes the file with its validation data, and says how much of it is new.
    mutating func addMaterial(
        _ material: ValidationMaterial, of signature: Int?, _ reader: FileReader, _ after: [UInt8]
    ) {
        guard after != bytes else { return }
        let known = reader.facts(of: bytes).material
        add(.init(material, beside: known), signature)
        bytes = after
    }
}
