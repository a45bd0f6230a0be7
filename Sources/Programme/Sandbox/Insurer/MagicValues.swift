// SPDX-License-Identifier: Apache-2.0
import Coverage

/// The magic values as people read them.
package enum MagicValues {
    /// The table that `sandbox --list` prints.
    package static func table(_ register: Register) -> String {
        let providers = register.providers.dropLast(register.crowd.providers).map { provider in
            "  \(provider.code)  \(provider.givenName) \(provider.surname), "
                + "\(provider.speciality), eHealth ID \(provider.eHealthID)"
                + note(remarks(provider))
        }
        let persons = register.persons.dropLast(register.crowd.persons).map { person in
            "  \(person.matricule)  \(person.fund)\(note(remarks(person)))"
        }
        let acts = register.magicActs.sorted { $0.key < $1.key }.map { "  \($0.key)  \($0.value)" }
        let crowd =
            "for load tests: \(register.crowd.providers) providers from "
            + "\(register.providers.suffix(register.crowd.providers).first?.code ?? "-") on, "
            + "\(register.crowd.persons) persons (Data/sandbox/register.json)"
        return
            (["providers (fictitious)"] + providers + ["persons (fictitious)"] + persons
            + ["acts that force an anomaly"] + acts + [crowd] + delegates(register) + faults())
            .joined(separator: "\n")
    }

    private static func delegates(_ register: Register) -> [String] {
        ["delegates (fictitious)"]
            + register.delegates.map { delegate in
                let mandates = register.mandates.filter { $0.delegate == delegate.eHealthID }
                    .map {
                        "mandate of \($0.provider) for \($0.scopes.sorted().joined(separator: ", "))"
                    }
                return "  \(delegate.eHealthID)  \(delegate.givenName) \(delegate.surname)"
                    + note(mandates)
            }
    }

    /// What `POST /admin/faults` can be told.
    private static func faults() -> [String] {
        ["faults (POST /admin/faults)"]
            + ServiceFault.allCases.map { fault in
                let services = SandboxService.allCases.filter { $0.faults.contains(fault) }
                let names =
                    services.count == SandboxService.allCases.count
                    ? "every service" : services.map(\.rawValue).joined(separator: ", ")
                return "  \(fault.rawValue)  \(fault.summary) (\(names))"
            }
    }

    private static func note(_ remarks: [String]) -> String {
        remarks.isEmpty ? "" : ": " + remarks.joined(separator: "; ")
    }

    private static func remarks(_ provider: Register.Provider) -> [String] {
        var remarks: [String] = []
        if !provider.hasActiveEHealthID { remarks.append("eHealth ID not active (OEC-PID-004)") }
        if !provider.hasActiveSpace { remarks.append("no active MySecu space (OEC-PID-004)") }
        if !provider.hasWebServices { remarks.append("web services switched off (OEC-PID-004)") }
        if !provider.takesInstantTransfers { remarks.append("paid by ordinary transfer") }
        if let association = provider.association {
            remarks.append("bills in the association \(association)")
        }
        if !provider.devices.isEmpty {
            let codes = provider.devices.map(\.code).joined(separator: ", ")
            remarks.append("declared device \(codes)")
        }
        return remarks
    }

    private static func remarks(_ person: Register.Person) -> [String] {
        let rights = person.rights.map { right in
            "covered from \(right.from)" + (right.to.map { " to \($0)" } ?? "")
                + ", else OEC-PAT-002"
        }
        return rights + [person.effect?.description].compactMap { $0 }
    }
}
