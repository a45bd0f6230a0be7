// SPDX-License-Identifier: Apache-2.0
import Trust
import XAdES
import XML
import XMLSignature

/// Bombs, foreign entities and malformed documents: a clean refusal, or a clean reading.
struct HostileXML: CorpusSet {
    func outcome(of row: Row) -> Outcome {
        do {
            let document = try XMLDocument(parsing: row.bytes)
            for case .success(let signature) in AdvancedSignature.all(in: document) {
                _ = signature.core.validateCore()
                for timestamp in signature.timestamps { _ = timestamp.imprint.digest(.sha256) }
            }
            return row.expected == "REFUSE" ? .failed(got: "accepted") : .passed
        } catch {
            return row.expected == "ACCEPT" ? .failed(got: "\(error)") : .passed
        }
    }
}
