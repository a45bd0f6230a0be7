// SPDX-License-Identifier: Apache-2.0

/// A disk that keeps what was synced, and of the rest whatever it likes when the power goes.
struct PoweredDisk {
    static let sectorInBytes = 512

    /// What is on the disk for sure; a file that is not there has none.
    private var safe: [Int: [UInt8]] = [:]
    /// What was done to each file since it was synced, in order.
    private var unsynced: [Int: [Recording.Call.Act]] = [:]
    /// The folder's own number: syncing it makes removals durable.
    private let folder: Int?
    /// Says that it synced and did not: what a run must then find shows that it would.
    private let isLying: Bool

    init(folder: Int?, isLying: Bool = false) { (self.folder, self.isLying) = (folder, isLying) }

    mutating func see(_ call: Recording.Call) {
        switch call.act {
        case .promise: return
        case .sync where isLying: return
        case .sync where call.number == folder: syncRemovals()
        case .sync:
            for act in unsynced.removeValue(forKey: call.number) ?? [] {
                act.apply(to: &safe[call.number])
            }
        default: unsynced[call.number, default: []].append(call.act)
        }
    }

    private mutating func syncRemovals() {
        for (file, acts) in unsynced {
            guard let last = acts.lastIndex(where: \.isRemoval) else { continue }
            safe[file] = nil
            unsynced[file] = Array(acts[(last + 1)...])
        }
    }

    /// The files after a power cut: of what was not synced any subset, single writes torn at sectors.
    func surviving(_ random: inout SeededRandom) -> [Int: [UInt8]] {
        var files = safe
        for file in unsynced.keys.sorted() {
            // Some cuts lose nearly all, some nearly nothing.
            let kept = [0.0, 0.1, 0.5, 0.9, 1.0].randomElement(using: &random) ?? 0.0
            for act in unsynced[file] ?? [] where random.chance(kept) {
                guard case .write(let offset, let bytes) = act, random.chance(0.2) else {
                    act.apply(to: &files[file])
                    continue
                }
                for piece in Self.sectors(offset, bytes) where random.chance(0.5) {
                    piece.apply(to: &files[file])
                }
            }
        }
        return files
    }

    /// A write in pieces, each within one sector.
    private static func sectors(_ offset: Int, _ bytes: [UInt8]) -> [Recording.Call.Act] {
        var pieces: [Recording.Call.Act] = []
        var start = 0
        while start < bytes.count {
            let room = sectorInBytes - (offset + start) % sectorInBytes
            let end = min(start + room, bytes.count)
            pieces.append(.write(offset: offset + start, bytes: Array(bytes[start..<end])))
            start = end
        }
        return pieces
    }
}

extension Recording.Call.Act {
    var isRemoval: Bool {
        if case .remove = self { true } else { false }
    }

    /// Does to a file what was done then; `nil` stands for no file.
    func apply(to file: inout [UInt8]?) {
        switch self {
        case .remove: file = nil
        case .truncate(let length):
            var bytes = file ?? []
            file = nil
            if length < bytes.count { bytes.removeLast(bytes.count - length) }
            bytes += repeatElement(0, count: length - bytes.count)
            file = bytes
        case .write(let offset, let written):
            // Taken out first, so that it is changed in place.
            var bytes = file ?? []
            file = nil
            let end = offset + written.count
            if bytes.count < end { bytes += repeatElement(0, count: end - bytes.count) }
            bytes.replaceSubrange(offset..<end, with: written)
            file = bytes
        case .sync, .promise: break
        }
    }
}
