// SPDX-License-Identifier: Apache-2.0
import Foundation
import PAdES
import PDF

/// Damaged and hostile PDF files: every one ends in a document or a clean refusal.
struct HostilePDF: CorpusSet {
    func outcome(of row: Row) -> Outcome {
        let bytes = row.bytes
        let refusal = Self.refusal(of: bytes)
        // The judge's own way in reads what the strict one refuses; it must end as cleanly.
        _ = try? signatures(in: bytes)
        switch (row.expected, refusal) {
        case ("REFUSE", nil): return .failed(got: "accepted")
        case ("ACCEPT", let reason?): return .failed(got: reason)
        case ("REFUSE", _), ("ACCEPT", _), ("NO-CRASH", _): return .passed
        default: return .skipped(reason: "no judge for \(row.expected)")
        }
    }

    /// Why the file is refused: it, its pages or one of its objects cannot be read.
    private static func refusal(of bytes: [UInt8]) -> String? {
        do throws(PDFError) {
            let file = try PDFFile(bytes)
            guard try !file.current.pages().isEmpty else { return "no page" }
            for hazard in try file.hazards() {
                if case .damagedObject(let place) = hazard {
                    return "object \(place.number) is damaged"
                }
            }
            for number in file.current.objectNumbers {
                guard case .stream(let stream) = try file.current.object(number: number).1 else {
                    continue
                }
                do throws(PDFError) {
                    _ = try file.current.data(of: stream)
                } catch {
                    // Pictures and the like are not decoded here.
                    if case .unsupportedFilter = error { continue }
                    throw error
                }
            }
            return nil
        } catch {
            return "\(error)"
        }
    }
}
