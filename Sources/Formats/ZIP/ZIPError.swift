// SPDX-License-Identifier: Apache-2.0

/// Why an archive is not read.
package enum ZIPError: Error, Hashable, CustomStringConvertible {
    case notAnArchive
    case damaged
    case tooManyEntries
    /// More than the ratio or the total size allows.
    case expandsTooMuch
    /// Encrypted, spanned over several files, ZIP64 or compressed in a way that is not processed.
    case unsupported(String)
    /// The name leads out of the archive, or names a place twice.
    case unsafeName
    case duplicateName
    /// The file and the directory disagree about an entry.
    case contradictoryEntry

    package var description: String {
        switch self {
        case .notAnArchive: "it is no ZIP archive"
        case .damaged: "the archive is damaged"
        case .tooManyEntries: "the archive has too many entries"
        case .expandsTooMuch: "the archive expands beyond the limit"
        case .unsupported(let what): "the archive uses \(what), which is not processed"
        case .unsafeName: "an entry's name leads out of the archive"
        case .duplicateName: "two entries have the same name"
        case .contradictoryEntry: "an entry's two headers contradict each other"
        }
    }
}
