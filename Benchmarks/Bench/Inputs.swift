// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import Foundation
import Keys
import PDF
import Trust

/// What is measured on, ourselves and peers alike.
struct Inputs {
    /// The full example of the fee statement, as practice software sends it.
    let form: [UInt8]
    let checked: CheckedDocument
    /// Its page, unsigned.
    let page: [UInt8]
    /// A fee statement of about 40 KB, many acts, unsigned.
    let document: [UInt8]

    /// The form, and what is composed of it, without its identifier.
    private let before, after: [UInt8]
    private let composedBefore, composedAfter: [UInt8]

    private static let documentSizeInBytes = 40 << 10
    private static let exampleUUID = "5b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d"

    init(_ world: World) async throws {
        guard let form = world.pack.examples["valid-full.json"] else {
            throw BenchError.missing("the example valid-full.json")
        }
        self.form = form
        (before, after) = try Self.parts(form)
        let result = try world.packs.check(
            .json(form), today: CalendarDate(inLuxembourg: Date()))
        guard let checked = result.document else { throw BenchError.wrong("valid-full.json") }
        self.checked = checked
        (composedBefore, composedAfter) = try Self.parts(checked.xml)
        page = try draw(checked.pageDescription, fonts: world.fonts)
        document = try Self.grown(checked.xml)
    }

    /// The example under another identifier: a new form.
    func form(uuid: String) -> [UInt8] { before + Array(uuid.utf8) + after }

    /// What is composed of that new form.
    func composed(uuid: String) -> [UInt8] { composedBefore + Array(uuid.utf8) + composedAfter }

    /// What stands before and after the identifier.
    private static func parts(_ form: [UInt8]) throws -> ([UInt8], [UInt8]) {
        let text = String(decoding: form, as: UTF8.self)
        guard let place = text.range(of: exampleUUID) else {
            throw BenchError.wrong("the identifier of valid-full.json")
        }
        return (Array(text[..<place.lowerBound].utf8), Array(text[place.upperBound...].utf8))
    }

    /// The statement with its acts repeated until it has the size.
    private static func grown(_ xml: [UInt8]) throws -> [UInt8] {
        let text = String(decoding: xml, as: UTF8.self)
        guard let first = text.range(of: "<prestation>"),
            let last = text.range(of: "</prestation>", options: .backwards)
        else { throw BenchError.wrong("the composed form") }
        let acts = text[first.lowerBound..<last.upperBound]
        var grown = text
        while grown.utf8.count < documentSizeInBytes {
            grown.insert(contentsOf: acts, at: first.lowerBound)
        }
        return Array(grown.utf8)
    }

    /// Leaves everything for the peers in a folder; the key is a throw-away.
    func write(to folder: String, key: SoftwareKey) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let files: [(String, [UInt8])] = [
            ("form.json", form), ("page.pdf", page), ("document.xml", document),
            ("key.pem", Array(PEM.text(label: "PRIVATE KEY", der: key.pkcs8).utf8)),
            ("chain.pem", Array(key.certificateChain.map(\.pem).joined().utf8)),
        ]
        for (name, bytes) in files {
            try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
    }
}
