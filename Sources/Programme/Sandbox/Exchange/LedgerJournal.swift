// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON

/// The file of the ledger: one JSON object a line, the last line of a UUID counts.
///
/// It outlives the process, not a failure of the machine: nothing here is worth anything.
package struct LedgerJournal: Sendable {
    private let file: LineFile

    /// Opens the file, or makes it.
    package init(path: String) throws { file = try LineFile(path: path) }

    package func apply(_ change: Ledger.Change) throws {
        switch change {
        case .cleared: try file.clear()
        case .entries(let entries): try file.append(entries.map { $0.stored.serialized() })
        }
    }

    /// The ledger as it was left.
    ///
    /// - Throws: ``LineFileError`` for a line, but the last, that cannot be read.
    package func ledger() throws -> Ledger {
        var ledger = Ledger()
        for entry in try file.lines({ line in
            try Ledger.Entry(JSONReader(JSONDocument(parsing: line).root))
        }) { ledger.note(entry) }
        return ledger
    }
}
