// SPDX-License-Identifier: Apache-2.0
import CFaults
import Connector
import Synchronization
import Trust

/// What a store said is durable, in the order in which it said so.
final class Promises: Sendable {
    enum Promise: Sendable {
        /// The form stands at this step of ``StoreWorkload/steps`` or beyond.
        case stands(uuid: String, step: Int)
        case document(name: String)
    }

    private let list = Mutex<[Promise]>([])

    /// Keeps a promise; a recording in progress notes when it was given.
    func keep(_ promise: Promise) {
        let number = list.withLock { list in
            list.append(promise)
            return list.count - 1
        }
        faults_mark(Int32(number))
    }

    var all: [Promise] { list.withLock { $0 } }
}

/// What a store must hold at least.
struct PromisedContent: Sendable {
    private(set) var steps: [String: Int] = [:]
    private(set) var documents: Set<String> = []

    mutating func add(_ promise: Promises.Promise) {
        switch promise {
        case .stands(let uuid, let step): steps[uuid] = max(steps[uuid] ?? 0, step)
        case .document(let name): documents.insert(name)
        }
    }

    /// The bytes of a part, which follow from its name: what comes back can be compared.
    static func bytes(of name: String) -> [UInt8] {
        let digest = DigestAlgorithm.sha256.digest(Array(name.utf8)).bytes
        let seed = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        var random = SeededRandom(seed: seed)
        let count = Int.random(in: 100...6_000, using: &random)
        var bytes: [UInt8] = []
        while bytes.count < count { withUnsafeBytes(of: random.next()) { bytes += $0 } }
        return bytes
    }
}
