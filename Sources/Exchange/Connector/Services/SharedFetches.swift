// SPDX-License-Identifier: Apache-2.0
import Trust

/// Lets those who need the same revocation data at the same time fetch it once.
actor SharedFetches {
    private var waiting: [MissingRevocation: [CheckedContinuation<ValidationMaterial, Never>]] = [:]

    /// What somebody else is fetching already, when it is there; `nil` for whoever is to fetch it
    /// and then says what came of it.
    func join(_ need: MissingRevocation) async -> ValidationMaterial? {
        guard waiting[need] != nil else {
            waiting[need] = []
            return nil
        }
        return await withCheckedContinuation { waiting[need]?.append($0) }
    }

    func land(_ need: MissingRevocation, _ material: ValidationMaterial) {
        for one in waiting.removeValue(forKey: need) ?? [] { one.resume(returning: material) }
    }
}
