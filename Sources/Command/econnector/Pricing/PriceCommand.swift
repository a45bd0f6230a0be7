// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Coverage
import FormPacks
import Foundation
import HTTPAPI
import JSON

struct PriceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "price",
        abstract: "Prices acts: what the insurer takes on, what the patient pays, and why.",
        discussion: """
            Works without any network, by the tariff lists and rules of this installation
            (Data/coverage); `dataAsOf` says how old they are. Anomalies stand beside the
            prices and change no exit status; 1 is a request that cannot be priced at all,
            65 one that cannot be read.

            REQUEST is JSON; only date, place, speciality, patient and lines are needed:
              date        day of the acts, YYYY-MM-DD; a line may have its own
              time        HH:MM, for acts whose label names hours; a line may have its own
              place       practice, home, hospital-ambulatory, hospital-stationary,
                          teleconsultation, or a code (CA, DO, HA, HS, MM, CI, TE, AU);
                          a line may have its own
              speciality  the doctor's: a name in French, German or English, an
                          abbreviation, or the code of his consultation (C1)
              patient     {"birthDate"}
              devices     [{"code", "reduced", "firstUse", "usesThisYear", "lowActivity"}]
                          devices declared to the CNS, by the code of their lump sum
              history     [{"date", "time", "code", "quantity", "own"}]  earlier acts of
                          the patient; left out when nobody looked them up; "own" false:
                          by another doctor
              baseAmountConsumed  of the yearly base amount of dental care, as "0.00"
              facts       {"urgent": true, ...}  what rules ask for
                          (Data/coverage/facts.json)
              parameters  {"name": value}  open questions decided otherwise
                          (Data/coverage/parameters.json); "acts": [{"code", "tariff",
                          "group", "marks"}] declares acts that no list has
              lines       [{"line", "code", "suffixes", "quantity", "date", "time",
                          "requestedTime", "place", "billed", "tooth", "authorised",
                          "facts"}]; only "code" is needed; amounts are strings
                          ("48.40"); without "billed" the tariff is billed
            A fee statement (JSON or XML of an installed pack that bills acts) is taken
            too, with --speciality and --device.

            EXAMPLES
              econnector price request.json
              econnector price statement.xml --speciality cardiologie --trace
              econnector price - --json <<'END'
              {"date": "2026-09-15", "place": "practice", "speciality": "C1",
               "patient": {"birthDate": "1985-06-15"}, "lines": [{"code": "C1"}]}
              END
            """)

    @Argument(help: "REQUEST.json or a fee statement; - reads standard input.") var request: String
    @Flag(help: "Print the answer as JSON.") var json = false
    @Flag(help: "Show every step of every amount.") var trace = false
    @Option(help: "Language of the sentences: fr, de or en.") var language = "fr"
    @Option(help: "Speciality of the doctor, for a fee statement.") var speciality: String?
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "A declared device, by the code of its lump sum; may be repeated; CODE:reduced for the reduced amount.",
            valueName: "CODE"))
    var device: [String] = []
    @Option(help: "Folder of form packs.") var packs: String?

    func run() async throws {
        let language = try Language.named(language)
        let asked = try read(language)
        let tariffs = try Installation.tariffs()
        let priced: PricedStatement
        do {
            priced = try tariffs.price(asked)
        } catch {
            throw CommandFailure(.refused, "\(request): \(error)")
        }
        guard !json else {
            let answer = priced.json(language, parameters: asked.parameters)
            return Terminal.result(bytes: answer.serialized(.pretty))
        }
        let table = PriceTable(words: PriceWords(language: language), showsTrace: trace)
        Terminal.result(table.text(of: priced))
    }

    private func read(_ language: Language) throws -> PricingRequest {
        let input = FormInput(guessing: try Terminal.read(request, limit: 21 << 20))
        let today = CalendarDate(inLuxembourg: Date())
        let devices = try device.map(Self.device)
        do {
            return try PriceInput(packs: Installation.packs(packs), today: today).request(
                input, speciality: speciality, devices: devices)
        } catch PriceInputError.specialityMissing {
            throw CommandFailure(
                .usage, "a fee statement does not name the speciality; give --speciality")
        } catch PriceInputError.refused(let anomalies) {
            for anomaly in anomalies {
                Terminal.note(
                    "\(anomaly.severity.rawValue) \(anomaly.code) \(anomaly.pointer): \(anomaly.text[language])"
                )
            }
            throw CommandFailure(.refused, "\(request): a statement with errors is not priced")
        } catch let failure as CommandFailure {
            throw failure
        } catch let error as BillingError {
            throw CommandFailure(.refused, "\(request): \(error)")
        } catch {
            throw CommandFailure(.unreadableInput, "\(request): \(error)")
        }
    }

    private static func device(_ text: String) throws -> DeclaredDevice {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard !parts[0].isEmpty, parts.count == 1 || parts.dropFirst() == ["reduced"] else {
            throw CommandFailure(.usage, "--device takes CODE or CODE:reduced")
        }
        return DeclaredDevice(code: parts[0].uppercased(), reduced: parts.count > 1)
    }
}

extension Language {
    /// - Throws: The name is none of ours.
    static func named(_ name: String) throws -> Language {
        guard let language = Language(rawValue: name) else {
            throw CommandFailure(.usage, "--language takes fr, de or en")
        }
        return language
    }
}
