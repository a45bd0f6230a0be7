// SPDX-License-Identifier: Apache-2.0
import Connector
import Coverage
import FormPacks
import Foundation
import HTTPAPI
import JSON
import NationalAPI
import PDF
import Sandbox
import Trust
import Validation

/// Where the program's data, fonts and state lie.
struct Installation {
    /// Folders that hold `Packs/` and `Data/`, in the order they are tried.
    private static var roots: [String] {
        let executable = URL(
            fileURLWithPath: Bundle.main.executablePath ?? CommandLine.arguments[0]
        )
        .resolvingSymlinksInPath().deletingLastPathComponent()
        return [
            executable.appendingPathComponent("..").standardized.path,
            executable.appendingPathComponent("../share/econnector").standardized.path,
        ]
    }

    private static func folder(_ name: String, given: String?) throws -> String {
        let candidates = given.map { [$0] } ?? roots.map { "\($0)/\(name)" }
        let found = candidates.first { FileManager.default.fileExists(atPath: $0) }
        guard let found else {
            throw CommandFailure(
                .unavailable,
                "the folder \(name) was not found; tried \(candidates.joined(separator: ", ")); use --packs DIR or run from the built tree"
            )
        }
        return found
    }

    /// All packs; one that is refused is reported and the others keep working.
    static func packs(_ directory: String?) throws -> PackLibrary {
        do {
            let library = try PackLibrary.load(directory: folder("Packs", given: directory))
            for refusal in library.refusals {
                Terminal.note("econnector: pack \(refusal.folder) is not used: \(refusal.error)")
            }
            return library
        } catch let error as PackError {
            throw CommandFailure(.unavailable, "\(error)")
        }
    }

    private static func data(_ path: String) throws -> JSONReader {
        let file = try folder("Data", given: nil) + "/" + path
        do {
            return JSONReader(try JSONDocument(parsing: Terminal.read(file)).root)
        } catch let error as JSONError {
            throw CommandFailure(.unavailable, "\(file): \(error)")
        }
    }

    static func profile(_ name: String) throws -> NationalProfile {
        do {
            let file = try data("profiles/\(name).json")
            let base = try NationalProfile.base(of: file).map { try data("profiles/\($0).json") }
            return try NationalProfile(file, base: base)
        } catch let error as JSONReadingError {
            throw CommandFailure(.unavailable, "profile \(name): \(error)")
        }
    }

    static func problems() throws -> ProblemCatalogue {
        do {
            return try ProblemCatalogue(data("problems.json"))
        } catch let error as JSONReadingError {
            throw CommandFailure(.unavailable, "problems.json: \(error)")
        }
    }

    /// The words of the report for people.
    static func reportTexts(_ language: String) throws -> ReportTexts {
        guard ReportTexts.languages.contains(language) else {
            throw CommandFailure(
                .usage, "reports are in \(ReportTexts.languages.joined(separator: ", "))")
        }
        do {
            return try ReportTexts(data("reports/\(language).json"))
        } catch let error as JSONReadingError {
            throw CommandFailure(.unavailable, "reports/\(language).json: \(error)")
        }
    }

    /// The sentences of `doctor`.
    static func findingTexts() throws -> FindingTexts {
        do {
            return try FindingTexts(data("doctor.json"))
        } catch let error as JSONReadingError {
            throw CommandFailure(.unavailable, "doctor.json: \(error)")
        }
    }

    /// The tariff lists and rules of `Data/coverage`.
    static func tariffs() throws -> Tariffs {
        let folder = try folder("Data", given: nil) + "/coverage"
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw CommandFailure(
                .unavailable, "the folder \(folder) was not found; it belongs to the program")
        }
        var files: [String: [UInt8]] = [:]
        for name in names where name.hasSuffix(".json") || name.hasSuffix(".csv") {
            files[name] = try Terminal.read("\(folder)/\(name)")
        }
        do {
            return try Tariffs(files: files)
        } catch {
            throw CommandFailure(.unavailable, "\(folder): \(error)")
        }
    }

    /// Which packs immediate direct payment uses.
    static func pidForms() throws -> PIDForms {
        do {
            return try PIDForms(data("pid.json"))
        } catch let error as JSONReadingError {
            throw CommandFailure(.unavailable, "pid.json: \(error)")
        }
    }

    /// The description of the HTTP interface, as it is served.
    static func openAPI() throws -> [UInt8] {
        try Terminal.read(folder("Data", given: nil) + "/openapi.json")
    }

    static func register() throws -> Register {
        do {
            return try Register(data("sandbox/register.json"))
        } catch let error as JSONReadingError {
            throw CommandFailure(.unavailable, "sandbox/register.json: \(error)")
        }
    }

    /// The fonts the packs ask for, pinned by their hashes; all packs must agree on them.
    static func fonts(for packs: PackLibrary) throws -> FontSet {
        guard let wanted = packs.packs.lazy.compactMap(\.manifest.pdf).first?.fonts else {
            throw CommandFailure(.unavailable, "no form pack is installed, so no font is known")
        }
        var found: [PackManifest.PDF.FontRole: [UInt8]] = [:]
        for font in wanted { found[font.role] = try self.font(font) }
        do {
            return try FontSet(
                regular: found[.regular] ?? [], bold: found[.bold] ?? [],
                fallbackRegular: found[.fallbackRegular] ?? [],
                fallbackBold: found[.fallbackBold] ?? [])
        } catch {
            throw CommandFailure(.unavailable, "a font cannot be read: \(error)")
        }
    }

    private static let fontFolders = ["liberation", "liberation2", "dejavu"].map {
        "/usr/share/fonts/truetype/\($0)"
    }

    private static func font(_ font: PackManifest.PDF.Font) throws -> [UInt8] {
        let folders = roots.map { "\($0)/Fonts" } + fontFolders
        for folder in folders {
            let path = "\(folder)/\(font.file)"
            guard FileManager.default.fileExists(atPath: path) else { continue }
            let bytes = try Terminal.read(path)
            if DigestAlgorithm.sha256.digest(bytes).bytes.hexText == font.sha256 { return bytes }
        }
        throw CommandFailure(
            .unavailable,
            "the font \(font.file) with SHA-256 \(font.sha256.prefix(12))… was not found in \(folders.joined(separator: ", ")); install fonts-liberation2 and fonts-dejavu-core"
        )
    }

    /// `$XDG_STATE_HOME/econnector`, made with mode 0700.
    static func state(_ given: String?) throws -> String {
        let environment = ProcessInfo.processInfo.environment
        let base = environment["XDG_STATE_HOME"] ?? "\(NSHomeDirectory())/.local/state"
        return try privateFolder(given ?? "\(base)/econnector")
    }

    static func privateFolder(_ path: String) throws -> String {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            return path
        } catch {
            throw CommandFailure(
                .unavailable, "the folder \(path) cannot be made; check its parent's permissions")
        }
    }

    /// Writes a file that only this user can read.
    static func writePrivate(_ bytes: [UInt8], to path: String) throws {
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
        else { throw CommandFailure(.unavailable, "\(path) cannot be written") }
    }

    static func makeUUID() -> String { UUID().uuidString.lowercased() }

    static func random(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
