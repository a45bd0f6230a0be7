// SPDX-License-Identifier: Apache-2.0
import CFaults

/// What a program did to its files, in order, and what it was promised meanwhile.
struct Recording: Sendable {
    struct Call: Sendable {
        enum Act: Sendable {
            case write(offset: Int, bytes: [UInt8])
            case truncate(length: Int)
            case remove
            /// Everything written to the file before is on the disk.
            case sync
            /// A call of the store returned: what it said is durable.
            case promise
        }

        /// Number of the file; of a promise, its number.
        var number: Int
        var act: Act
    }

    /// Names inside the folder that was watched.
    var files: [String]
    var calls: [Call]

    /// Takes over what was recorded since the folder is watched.
    ///
    /// - Parameter folder: The one that was watched.
    static func taken(from folder: String) -> Recording {
        let files = (0..<faults_files()).map { index in
            String(String(cString: faults_file(index)).dropFirst(folder.utf8.count + 1))
        }
        let calls = (0..<faults_records()).map { Call(faults_record($0)) }
        return Recording(files: files, calls: calls)
    }
}

extension Recording.Call {
    fileprivate init(_ record: FaultsRecord) {
        number = Int(record.file)
        switch Int(record.kind) {
        case FAULTS_WRITE:
            let bytes = UnsafeBufferPointer(start: record.bytes, count: Int(record.length))
            act = .write(offset: Int(record.offset), bytes: Array(bytes))
        case FAULTS_TRUNCATE: act = .truncate(length: Int(record.offset))
        case FAULTS_REMOVE: act = .remove
        case FAULTS_SYNC: act = .sync
        default: act = .promise
        }
    }
}
