// SPDX-License-Identifier: Apache-2.0
import Foundation
import PDF
import Testing

@Suite("Hostile files")
struct HostileFileTests {
    /// Reads all there is to read; any clean error will do.
    static func readAll(_ bytes: [UInt8]) {
        guard let file = try? PDFFile(bytes) else { return }
        for revision in file.revisions.indices {
            let view = file.document(atRevision: revision)
            _ = try? view.pages()
            for number in view.objectNumbers {
                guard let object = try? view.object(number: number).1 else { continue }
                if case .stream(let stream) = object { _ = try? view.data(of: stream) }
            }
        }
        _ = try? file.hazards()
    }

    @Test("damaged in any way never bring the reader down", arguments: 0..<12)
    func survivesDamage(seed: Int) throws {
        let original = try draw(SamplePage.make(rows: 2), fonts: SystemFonts.set)
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        for _ in 0..<20 {
            var damaged = original
            for _ in 0..<(1 + seed) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let place = Int(state >> 33) % damaged.count
                switch state >> 20 & 3 {
                case 0: damaged.remove(at: place)
                case 1: damaged.insert(UInt8(ascii: "9"), at: place)
                default: damaged[place] = UInt8(truncatingIfNeeded: state >> 24)
                }
            }
            Self.readAll(damaged)
        }
    }

    @Test(
        "of the reference set end in bounded time", .enabled(if: Corpora.has("robustness-pdf")),
        .timeLimit(.minutes(5)))
    func survivesCorpus() throws {
        let files = Corpora.files(of: "robustness-pdf", suffix: ".pdf")
        #expect(!files.isEmpty)
        for url in files {
            let bytes = [UInt8](try Data(contentsOf: url))
            let time = ContinuousClock().measure { Self.readAll(bytes) }
            #expect(time < .seconds(2), "\(url.lastPathComponent)")
        }
    }
}

/// Reference files that are not part of the project: `CORPORA`, or beside its folder.
enum Corpora {
    private static let root: URL = {
        if let path = ProcessInfo.processInfo.environment["CORPORA"] { return URL(filePath: path) }
        return URL(filePath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(
                path: "shared/corpora")
    }()

    static func has(_ set: String) -> Bool {
        FileManager.default.fileExists(
            atPath: root.appending(path: set).path(percentEncoded: false))
    }

    static func files(of set: String, suffix: String) -> [URL] {
        let folder = root.appending(path: set)
        let names = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        return (names?.compactMap { $0 as? URL } ?? []).filter { $0.path.hasSuffix(suffix) }
            .sorted { $0.path < $1.path }
    }
}
