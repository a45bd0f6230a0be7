// SPDX-License-Identifier: Apache-2.0

/// What a pack knows about certain elements of its form, as a tree that a walk descends.
struct Places: Sendable {
    enum Seat: Sendable, Hashable { case signature, document }

    var isLowerCase = false
    /// Read and checked, but no part of the form we compose.
    var isLeftOut = false
    var seat: Seat?
    /// What to put here when the caller left the element out.
    var supplied: String?
    /// Whether a child has a supplied value.
    private(set) var holdsSupplied = false
    private var children: [String: Places] = [:]

    init() {}

    init(_ manifest: PackManifest, uuid: String?) {
        for path in manifest.lowerCase { change(path) { $0.isLowerCase = true } }
        for path in manifest.leftOut { change(path) { $0.isLeftOut = true } }
        if let seats = manifest.deposit?.seats {
            change(seats.signature) { $0.seat = .signature }
            change(seats.document) { $0.seat = .document }
        }
        guard let uuid else { return }
        change(manifest.paths.uuid) { $0.supplied = uuid }
        change(FormPath(steps: manifest.paths.uuid.steps.dropLast())) { $0.holdsSupplied = true }
    }

    subscript(name: String) -> Places? { children[name] }

    private mutating func change(_ path: FormPath, _ body: (inout Places) -> Void) {
        change(path.steps[...], body)
    }

    private mutating func change(_ steps: ArraySlice<String>, _ body: (inout Places) -> Void) {
        guard let first = steps.first else { return body(&self) }
        children[first, default: Places()].change(steps.dropFirst(), body)
    }
}
