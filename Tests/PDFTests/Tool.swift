// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Someone else's program that looks at our files; absent ones are skipped.
enum Tool: String {
    case qpdf, pdfinfo

    private var path: String? {
        ["/usr/bin/", "/usr/local/bin/", "/opt/homebrew/bin/"].map { $0 + rawValue }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    var isPresent: Bool { path != nil }

    /// Exit status and standard output; `nil` without the program.
    func run(_ arguments: [String]) throws -> (status: Int32, output: String)? {
        guard let path else { return nil }
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    func withFile<T>(_ bytes: [UInt8], _ body: (String) throws -> T) throws -> T {
        let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ".pdf")
        try Data(bytes).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        return try body(url.path(percentEncoded: false))
    }

    /// Whether `--check` finds the file clean; `nil` without the program.
    func check(_ bytes: [UInt8]) throws -> Bool? {
        try withFile(bytes) { try run(["--check", $0])?.status == 0 }
    }

    /// The file as qpdf rewrites it; `nil` without the program.
    func convert(_ bytes: [UInt8], _ options: [String]) throws -> [UInt8]? {
        try withFile(bytes) { path in
            let target = path + ".out"
            defer { try? FileManager.default.removeItem(atPath: target) }
            guard let result = try run(options + [path, target]), result.status == 0 else {
                return nil
            }
            return [UInt8](try Data(contentsOf: URL(filePath: target)))
        }
    }
}
