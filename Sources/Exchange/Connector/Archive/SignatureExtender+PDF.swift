// SPDX-License-Identifier: Apache-2.0
import PAdES
import PDF
import Trust
import Validation

extension SignatureExtender {
    /// All signatures of a PDF together: validation data and document time-stamps serve the file.
    func extendPDF(
        _ start: CurrentFile, _ task: ExtensionTask, _ chosen: [Int], _ reader: FileReader
    ) async throws -> ExtendedFile {
        var file = ExtendedFile(bytes: start.bytes)
        do throws(PAdES.SigningError) {
            try Self.requireExtensible(start.bytes)
        } catch { throw Self.refusal(error) }
        let open = chosen.filter { !task.isReached(start.report.signatures[$0]) }
        guard !open.isEmpty else { return file }
        do {
            try await extendPDF(&file, start, task, open, reader)
        } catch let error as PAdES.SigningError {
            throw Self.refusal(error)
        }
        return file
    }

    private func extendPDF(
        _ file: inout ExtendedFile, _ start: CurrentFile, _ task: ExtensionTask, _ open: [Int],
        _ reader: FileReader
    ) async throws {
        let unstamped = open.filter { !start.report.signatures[$0].isStamped }
        if !unstamped.isEmpty {
            try await stampPDF(&file, unstamped, start.report.signatures.count, task)
        }
        guard task.level >= .longTerm else { return }
        if !unstamped.isEmpty, task.isDryRun {
            return plan(&file, task, nil, start.report.signatures[open[0]])
        }
        let isArchiving = task.level == .archived
        let current = try await current(
            file.bytes, reader, knowsFresh: isArchiving, knowing: start.material)
        if isArchiving { try current.requireFresh() }
        var material = current.fresh
        for index in open {
            let report = current.report.signatures[index]
            try requireGood(report)
            material.formUnion(report.signerMaterial.union(report.timestampMaterial))
        }
        let carried = reader.facts(of: file.bytes).material
        if !material.isCarried(by: carried) {
            let extended = try addingValidationMaterial(material, to: file.bytes)
            file.add(.init(material, beside: carried), nil)
            file.bytes = extended
        }
        guard isArchiving else { return }
        file.add(.documentTimestamp, nil)
        if !task.isDryRun { try await stampDocument(&file) }
    }

    /// Level B-T: into the signature's own room where that is possible, else over the whole file.
    private func stampPDF(
        _ file: inout ExtendedFile, _ unstamped: [Int], _ count: Int, _ task: ExtensionTask
    ) async throws {
        let found = try signatures(in: file.bytes)
        let last = found.signatures.last { $0.kind == .signature }
        if unstamped == [count - 1], let last,
            let signed = try? SignedPDF(reopening: last, of: found.file), last.hasRoom
        {
            file.add(.signatureTimestamp, unstamped[0])
            guard !task.isDryRun else { return }
            let token = try await timestamps.token(over: signed.signatureValue)
            if let stamped = try? signed.adding(timestamp: token) {
                return file.stamped(stamped.bytes, by: token)
            }
            // The room was too small after all.
            file.steps.removeLast()
        }
        file.add(.documentTimestamp, nil)
        if !task.isDryRun { try await stampDocument(&file) }
    }

    /// A document time-stamp; the room for it grows once when the token says that it must.
    private func stampDocument(_ file: inout ExtendedFile) async throws {
        var room = 8_192
        for _ in 0..<2 {
            let prepared = try prepareDocumentTimestamp(
                pdf: file.bytes, digest: imprintDigest, timestampRoom: room)
            let token = try await timestamps.token(stamping: prepared.imprint)
            do throws(PAdES.SigningError) {
                let stamped = try prepared.stamped(with: token)
                return file.stamped(stamped, by: token)
            } catch {
                guard case .noRoom(let needed, _) = error, needed > room else { throw error }
                room = needed + 1_024
            }
        }
        throw ExtensionRefusal.format("the time-stamps of this authority do not fit into a PDF")
    }

    private static func requireExtensible(_ bytes: [UInt8]) throws(PAdES.SigningError) {
        do throws(PDFError) {
            let file = try PDFFile(bytes)
            _ = try file.current.catalog()
        } catch { throw .unreadable(error) }
    }

    static func refusal(_ error: PAdES.SigningError) -> ExtensionRefusal {
        switch error {
        case .unreadable(.encrypted):
            .format(
                "the PDF is encrypted: nothing can be added to it; ask for a file without password")
        case .unreadable(let reason): .format("the PDF cannot be read as it should be: \(reason)")
        case .forbiddenByCertification:
            .format("the PDF is certified against any change (DocMDP, P 1)")
        case .lockedField(let name):
            .format("a signature of the PDF locks the field \(name) (FieldMDP)")
        default: .format("\(error)")
        }
    }
}

extension PDFSignature {
    /// Whether a time-stamp of the usual size fits behind the signature.
    fileprivate var hasRoom: Bool {
        let numbers = byteRange.numbers
        guard numbers.count == 4, let signedData else { return false }
        return (numbers[2] - numbers[1] - 2) / 2 - signedData.der.count >= timestampRoom(for: [])
    }
}

extension ValidationMaterial {
    fileprivate func isCarried(by other: ValidationMaterial) -> Bool {
        certificates.allSatisfy(other.certificates.contains)
            && ocspResponses.allSatisfy(other.ocspResponses.contains)
            && revocationLists.allSatisfy(other.revocationLists.contains)
    }
}
