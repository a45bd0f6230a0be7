// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import JSON

struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Prints what happened, one event a line, as JSON.",
        discussion: """
            EXAMPLES
              econnector events
              econnector events --after 120
              econnector events --follow        until Ctrl-C
            """)

    @Option(help: "Only what happened after this event.") var after = 0
    @Flag(help: "Wait for what happens next.") var follow = false
    @OptionGroup var connector: ConnectorOptions

    func validate() throws {
        guard after >= 0 else { throw ValidationError("--after takes the number of an event") }
    }

    func run() async throws {
        try await connector.withClient { client in
            var position = after
            while true {
                let answer = try await client.events(after: position, wait: follow ? 50 : 0)
                let events = answer.value["events"]?.array ?? []
                for event in events { Terminal.result(bytes: event.serialized() + [0x0A]) }
                position = answer.value["next"]?.int ?? position
                if events.isEmpty, !follow { return }
            }
        }
    }
}

struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Takes a deposited form back, alone or with another in its place.",
        discussion: """
            EXAMPLES
              econnector cancel 3f0f6c1e-7f8a-4b7e-9a55-0d6c3c1f2a01 --reason "wrong patient"
              econnector cancel 3f0f6c1e-7f8a-4b7e-9a55-0d6c3c1f2a01 --reason typing --replace form.json

            Exit status 0 the cancellation is durable and goes its way, 1 refused, 69 the connector
            is not there.
            """)

    @Argument(help: "The UUID of a form.") var uuid: String
    @Option(help: "Why, 1 to 200 characters; the platform keeps it.") var reason: String
    @Option(help: ArgumentHelp("The form in its place, JSON or XML.", valueName: "FORM"))
    var replace: String?
    @OptionGroup var connector: ConnectorOptions

    func run() async throws {
        let form = try replace.map { try Terminal.read($0, limit: 21 << 20) }
        try await connector.withClient { client in
            let answer = try await client.cancel(uuid, reason: reason, replacement: form)
            Terminal.result(bytes: answer.value.serialized(.pretty))
        }
    }
}
