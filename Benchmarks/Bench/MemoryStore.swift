// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation

/// A store that forgets everything with the process, so that a road is measured without a disk.
actor MemoryStore: TransmissionStore {
    private var transmissions: [String: Transmission] = [:]
    private var outputs: [String: [OutputKind: [UInt8]]] = [:]

    func accept(_ transition: Transition) -> Acceptance {
        let new = transition.transmission
        if let known = transmissions[new.uuid] {
            return known.digest == new.digest ? .replayed(known) : .uuidReused
        }
        keep(transition)
        return .accepted
    }

    func transmission(_ uuid: String) -> Transmission? { transmissions[uuid] }

    func output(_ kind: OutputKind, of uuid: String) -> [UInt8]? { outputs[uuid]?[kind] }

    func record(_ transition: Transition, from state: TransmissionState) -> Bool {
        guard transmissions[transition.transmission.uuid]?.state == state else { return false }
        keep(transition)
        return true
    }

    private func keep(_ transition: Transition) {
        let uuid = transition.transmission.uuid
        transmissions[uuid] = transition.transmission
        for (kind, bytes) in transition.outputs { outputs[uuid, default: [:]][kind] = bytes }
    }

    func due(at moment: Date, limit: Int) -> [Transmission] { [] }
    func nextDue() -> Date? { nil }
    func transmissions(in states: [TransmissionState], limit: Int) -> [Transmission] { [] }

    /// What was made of one form is not needed after its road.
    func forget(_ uuid: String) {
        transmissions[uuid] = nil
        outputs[uuid] = nil
    }
}
