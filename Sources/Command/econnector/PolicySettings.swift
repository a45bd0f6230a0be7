// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON
import Trust
import Validation

/// What `verify --policy` names: one of the two policies, or a file that changes what one leaves
/// open.
///
///     {"base": "general", "maximumRevocationAge": 86400, "timestampDelay": 259200,
///      "cryptographicConstraints": {"securitySuitabilityPolicy": …}}
struct PolicySettings {
    var base: PolicyName
    var crypto = CryptoPolicy.ts119312
    /// Seconds.
    var maximumRevocationAge: Double?
    /// Seconds; `general` has no such constraint of its own.
    var timestampDelay: Double?

    /// Seconds between the claimed signing time and the time-stamp under `national-deposit`.
    static let nationalTimestampDelay = 72.0 * 3600

    init(named name: String) throws {
        if let base = PolicyName(rawValue: name) {
            self.base = base
            if base == .nationalDeposit { timestampDelay = Self.nationalTimestampDelay }
            return
        }
        guard FileManager.default.fileExists(atPath: name) else {
            throw CommandFailure(
                .usage, "--policy takes general, national-deposit or the path of a policy file")
        }
        do {
            let root = JSONReader(try JSONValue(parsing: try Terminal.read(name)))
            try root.allowOnly([
                "base", "maximumRevocationAge", "timestampDelay", "cryptographicConstraints",
            ])
            base = try root.member("base").choice(PolicyName.self)
            maximumRevocationAge = try root.optional("maximumRevocationAge").map(Self.seconds)
            timestampDelay = try root.optional("timestampDelay").map(Self.seconds)
            if let constraints = try root.optional("cryptographicConstraints") {
                crypto = try CryptoPolicy(constraints)
            }
        } catch let error as JSONReadingError {
            throw CommandFailure(.unreadableInput, "\(name): \(error)")
        } catch let error as JSONError {
            throw CommandFailure(.unreadableInput, "\(name) is no JSON: \(error)")
        }
    }

    private static func seconds(_ reader: JSONReader) throws -> Double {
        let seconds = try reader.double()
        guard seconds >= 0 else { throw reader.unexpected("a number of seconds, 0 or more") }
        return seconds
    }
}
