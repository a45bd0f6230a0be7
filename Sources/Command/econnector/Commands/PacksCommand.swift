// SPDX-License-Identifier: Apache-2.0
import Coverage
import ArgumentParser
import FormPacks

struct PacksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "packs", abstract: "Lists, shows and proves form packs.",
        subcommands: [ListPacks.self, CheckPacks.self, ShowPack.self])
}

struct ListPacks: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the installed packs.",
        discussion: "EXAMPLE\n  econnector packs list")

    @Option(help: "Folder of form packs.") var packs: String?

    func run() throws {
        for pack in try Installation.packs(packs).packs {
            let manifest = pack.manifest
            let end = manifest.validTo.map { " to \($0)" } ?? ""
            Terminal.result(
                "\(pack.id) \(pack.version)  \(manifest.code)  valid from \(manifest.validFrom)\(end)  \(manifest.names.fr)"
            )
        }
    }
}

struct CheckPacks: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Proves every pack in a folder against its own examples.",
        discussion: "EXAMPLE\n  econnector packs check Packs")

    @Argument(help: "A folder of packs.") var directory: String

    func run() throws {
        let library = try Installation.packs(directory)
        var faults = library.refusals.map { "\($0.folder): \($0.error)" }
        for pack in library.packs {
            let proof = PackProof(of: pack)
            faults += proof.failures.map { "\(pack.id) \(pack.version): \($0)" }
            Terminal.note(
                "\(pack.id) \(pack.version): \(proof.exampleCount) examples, \(proof.failures.count) faults"
            )
        }
        for fault in faults { Terminal.result(fault) }
        guard faults.isEmpty, !library.packs.isEmpty else {
            throw CommandFailure(.refused, "\(faults.count) faults in \(library.packs.count) packs")
        }
    }
}

struct ShowPack: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows what a pack says about itself.",
        discussion: "EXAMPLE\n  econnector packs show memoire-honoraires")

    @Argument(help: "The identifier of a pack.") var id: String
    @Option(help: "Folder of form packs.") var packs: String?

    func run() throws {
        guard let pack = try Installation.packs(packs).pack(id: id) else {
            throw CommandFailure(.refused, "there is no pack \(id); see econnector packs list")
        }
        let manifest = pack.manifest
        Terminal.result("\(pack.id) \(pack.version) (\(manifest.code))")
        for language in Language.allCases {
            Terminal.result("  \(language.rawValue): \(manifest.names[language])")
        }
        Terminal.result("  root: \(manifest.root.element) in \(manifest.root.namespace)")
        Terminal.result("  kind: \(manifest.kind.rawValue)")
        if let deposit = manifest.deposit {
            Terminal.result("  deposit model: \(deposit.model)")
            Terminal.result("  XML signature: XAdES \(deposit.signature.level)")
        }
        Terminal.result("  rules: \(pack.ruleCodes.joined(separator: " "))")
        for source in manifest.sources {
            Terminal.result("  \(source.mark) \(source.what): \(source.source)")
        }
    }
}
