// SPDX-License-Identifier: Apache-2.0

/// Why the data of `Data/coverage` cannot be used.
package enum TariffError: Error, Sendable, Hashable, CustomStringConvertible {
    case missingFile(String)
    case data(file: String, String)

    package var description: String {
        switch self {
        case .missingFile(let name): "the file \(name) is missing"
        case .data(let file, let what): "\(file): \(what)"
        }
    }
}
