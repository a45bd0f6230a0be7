// SPDX-License-Identifier: Apache-2.0
import Coverage
import ArgumentParser
import FormPacks
import Foundation
import HTTPAPI
import JSON
import PDF

/// Where packs come from, and the form of the input: shared by commands that read a form.
struct FormOptions: ParsableArguments {
    @Argument(help: "The form, JSON or XML; - reads standard input.")
    var form: String

    @Option(help: "Folder of form packs; found beside the program otherwise.")
    var packs: String?

    @Option(help: ArgumentHelp("The day on which the form is looked at.", valueName: "YYYY-MM-DD"))
    var today: String?

    func check() throws -> CheckResult {
        let input = FormInput(guessing: try Terminal.read(form, limit: 21 << 20))
        var day = CalendarDate(inLuxembourg: Date())
        if let today {
            guard let given = CalendarDate(today) else {
                throw CommandFailure(.usage, "--today takes a date as YYYY-MM-DD")
            }
            day = given
        }
        do {
            return try Installation.packs(packs).check(
                input, today: day, uuid: Installation.makeUUID())
        } catch let error as FormCheckError {
            let isOurs: Bool
            switch error {
            case .unreadableJSON, .unreadableXML: isOurs = false
            case .disagreement, .rule: isOurs = true
            }
            throw CommandFailure(isOurs ? .ourFault : .unreadableInput, "\(form): \(error)")
        }
    }
}

extension FormOptions {
    /// The page of a checked form.
    func page(of document: CheckedDocument) throws -> [UInt8] {
        let fonts = try Installation.fonts(for: Installation.packs(packs))
        do {
            return try draw(document.pageDescription, fonts: fonts)
        } catch {
            throw CommandFailure(.refused, "the page cannot be drawn: \(error)")
        }
    }
}

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks a form against its pack and lists everything that is wrong.",
        discussion: """
            EXAMPLES
              econnector check form.json
              econnector check form.xml --language de
              cat form.json | econnector check - --json

            Exit status 0 when the form could be sent (warnings allowed), 1 with errors.
            """)

    @OptionGroup var input: FormOptions
    @Option(help: "Language of the sentences: fr, de or en.") var language = "fr"
    @Flag(help: "Print the anomalies as JSON.") var json = false

    func run() async throws {
        guard let language = Language(rawValue: language) else {
            throw CommandFailure(.usage, "--language takes fr, de or en")
        }
        let result = try input.check()
        if json {
            let value: JSONValue = [
                "pack": .init(.string(result.pack?.id ?? "")),
                "anomalies": .init(.array(result.anomalies.map(\.json))),
            ]
            Terminal.result(bytes: value.serialized(.pretty))
        } else {
            for anomaly in result.anomalies {
                Terminal.result(
                    "\(anomaly.severity.rawValue) \(anomaly.code) \(anomaly.pointer): \(anomaly.text[language])"
                )
            }
            if result.anomalies.isEmpty { Terminal.result("OK") }
        }
        guard !result.hasErrors else {
            let count = result.anomalies.count { $0.severity == .error }
            throw CommandFailure(
                .refused, "the form has \(count) \(count == 1 ? "error" : "errors")")
        }
    }
}

struct RenderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render",
        abstract: "Draws a form as PDF/A-2a and PDF/UA-1, unsigned.",
        discussion: """
            EXAMPLES
              econnector render form.json -o form.pdf
              econnector render form.xml -o - | pdfinfo -
            """)

    @OptionGroup var input: FormOptions
    @Option(name: .shortAndLong, help: "The PDF to write; - is standard output.") var output: String

    func run() async throws {
        let result = try input.check()
        guard let document = result.document else {
            for anomaly in result.anomalies where anomaly.severity == .error {
                Terminal.note("\(anomaly.code) \(anomaly.pointer): \(anomaly.text.fr)")
            }
            throw CommandFailure(.refused, "a form with errors is not drawn")
        }
        try Terminal.write(input.page(of: document), to: output)
    }
}

struct UUIDCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uuid", abstract: "Prints a new version-4 UUID in lower case.",
        discussion: "EXAMPLE\n  econnector uuid")

    func run() throws { Terminal.result(Installation.makeUUID()) }
}
