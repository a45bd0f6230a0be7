// SPDX-License-Identifier: Apache-2.0
package import Connector
package import Foundation
import GRDB
import Trust

/// Simulations and their parts stand in tables of their own, in the same file.
extension SQLiteTransmissionStore {
    package func accept(_ change: SimulationChange) async throws -> SimulationAcceptance {
        try await committer.write { database in
            let new = change.simulation
            if let known = try Row.fetchSimulation(new.uuid, in: database) {
                return known.digest == new.digest ? .replayed(known) : .uuidReused
            }
            try new.insert(into: database)
            try change.writeParts(to: database)
            try new.writeLog(after: nil, to: database)
            return .accepted
        }
    }

    package func simulation(_ uuid: String) async throws -> Simulation? {
        try await pool.read { try Row.fetchSimulation(uuid, in: $0) }
    }

    package func part(_ part: SimulationPart, of uuid: String) async throws -> [UInt8]? {
        try await pool.read { database in
            try Data.fetchOne(
                database, sql: "SELECT bytes FROM simulation_part WHERE uuid = ? AND kind = ?",
                arguments: [uuid, part.rawValue]
            ).map { [UInt8]($0) }
        }
    }

    package func record(
        _ change: SimulationChange, from state: SimulationState
    ) async throws -> Bool {
        try await committer.write { database in
            guard try change.simulation.update(in: database, from: state) else { return false }
            try change.writeParts(to: database)
            try change.simulation.writeLog(after: state, to: database)
            return true
        }
    }

    package func dueSimulations(at moment: Date, limit: Int) async throws -> [Simulation] {
        try await pool.read { database in
            try Row.fetchSimulations(
                database, where: "settled = 0 AND due_at <= ? ORDER BY due_at LIMIT ?",
                [moment.timeIntervalSince1970, limit])
        }
    }

    package func nextSimulationDue() async throws -> Date? {
        try await pool.read { database in
            try Double.fetchOne(
                database, sql: "SELECT min(due_at) FROM simulation WHERE settled = 0"
            ).map(Date.init(timeIntervalSince1970:))
        }
    }

    package func simulations(
        in states: [SimulationState], limit: Int
    ) async throws -> [Simulation] {
        let names = (states.isEmpty ? SimulationState.allCases : states).map(\.rawValue)
        return try await pool.read { database in
            try Row.fetchSimulations(
                database,
                where: "state IN (\(databaseQuestionMarks(count: names.count)))"
                    + " ORDER BY accepted_at DESC LIMIT ?",
                StatementArguments(names) + [limit])
        }
    }
}
