// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import JSON

struct MandatesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mandates", abstract: "Lets others act for a provider, or no longer.",
        subcommands: [ListMandates.self, GiveMandate.self, WithdrawMandate.self])
}

struct ListMandates: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the mandates that are in force or will be.",
        discussion: "EXAMPLE\n  econnector mandates list")

    @OptionGroup var connector: ConnectorOptions

    func run() async throws {
        try await connector.withClient { client in
            let answer = try await client.mandates()
            Terminal.result(bytes: answer.value.serialized(.pretty))
        }
    }
}

struct GiveMandate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "give", abstract: "Lets somebody sign forms of a provider.",
        discussion: """
            EXAMPLE
              econnector mandates give --from-provider 90000135 --to LUX-EH-2001 --name "C. Weber" \\
                --form memoire-honoraires --from 2026-12-01 --until 2027-11-30
            """)

    @Option(help: "Provider code of whoever gives it.") var fromProvider: String
    @Option(help: "eHealth ID of the delegate.") var to: String
    @Option(help: "The delegate's name, for people.") var name: String
    @Option(help: "A form it covers; may be repeated.") var form: [String]
    @Option(help: "First day, YYYY-MM-DD.") var from: String
    @Option(help: "Last day; without it until it is withdrawn.") var until: String?
    @OptionGroup var connector: ConnectorOptions

    func run() async throws {
        var members: [JSONMember] = [
            .init("grantor", .string(fromProvider)), .init("delegate", .string(to)),
            .init("delegateName", .string(name)),
            .init("packs", .array(form.map { .string($0) })), .init("from", .string(from)),
        ]
        if let until { members.append(.init("until", .string(until))) }
        let mandate = JSONValue.object(members)
        try await connector.withClient { client in
            let given = try await client.giveMandate(mandate)
            Terminal.result(bytes: given.value.serialized(.pretty))
        }
    }
}

struct WithdrawMandate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: "Withdraws a mandate from now on.",
        discussion: "EXAMPLE\n  econnector mandates withdraw 3f0f6c1e-7f8a-4b7e-9a55-0d6c3c1f2a01")

    @Argument(help: "The mandate; see econnector mandates list.") var id: String
    @OptionGroup var connector: ConnectorOptions

    func run() async throws {
        try await connector.withClient { client in
            try await client.withdrawMandate(id)
            Terminal.result("withdrawn \(id)")
        }
    }
}
