// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON

@testable import Coverage

/// The tables that the program ships, as the tests of this target read them.
enum ShippedTables {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static let files = Result { try files(in: root.appending(path: "Data/coverage")) }
    static let tariffs = Result { try Tariffs(files: files.get()) }

    /// One JSON table by name.
    static func table(_ name: String) throws -> JSONReader {
        try reader(of: files.get()[name] ?? [])
    }

    /// A file of cases of `Tests/Fixtures/coverage`.
    static func fixture(_ name: String) throws -> JSONReader {
        let url = root.appending(path: "Tests/Fixtures/coverage").appending(path: name)
        return try reader(of: Array(Data(contentsOf: url)))
    }

    /// Ids of the rows of a table.
    static func ids(_ name: String, _ member: String) throws -> [String] {
        try table(name).member(member).elements().map { try $0.member("id").string() }
    }

    private static func files(in folder: URL) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        let urls = try FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil)
        for url in urls { files[url.lastPathComponent] = Array(try Data(contentsOf: url)) }
        return files
    }

    private static func reader(of bytes: [UInt8]) throws -> JSONReader {
        JSONReader(
            try JSONValue(
                parsing: bytes, limits: JSONLimits(sizeInBytes: CoverageLimits.fileInBytes)))
    }
}
