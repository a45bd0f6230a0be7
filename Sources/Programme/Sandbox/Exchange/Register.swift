// SPDX-License-Identifier: Apache-2.0
package import JSON

/// The fictitious persons and providers the sandbox knows.
package struct Register: Sendable {
    package struct Provider: Sendable, Hashable {
        /// Eight digits.
        package var code: String
        /// Stands in the serialNumber of the provider's certificates.
        package var eHealthID: String
        package var givenName: String
        package var surname: String
        package var speciality: String
    }

    package let providers: [Provider]
    package let matricules: Set<String>

    /// Reads `Data/sandbox/register.json`.
    package init(_ file: JSONReader) throws(JSONReadingError) {
        var providers: [Provider] = []
        for item in try file.member("providers").elements() {
            providers.append(
                Provider(
                    code: try item.member("code").string(),
                    eHealthID: try item.member("eHealthID").string(),
                    givenName: try item.member("givenName").string(),
                    surname: try item.member("surname").string(),
                    speciality: try item.member("speciality").string()))
        }
        var matricules: Set<String> = []
        for item in try file.member("persons").elements() {
            matricules.insert(try item.member("matricule").string())
        }
        (self.providers, self.matricules) = (providers, matricules)
    }

    package func provider(code: String) -> Provider? { providers.first { $0.code == code } }
}
