// SPDX-License-Identifier: Apache-2.0
import Foundation

/// One labelled sample of a corpus: a line of its `manifest.csv`.
struct Row: Sendable {
    let folder: URL
    let file: String
    let formatLevel: String
    /// The label, without the remark after a semicolon.
    let expected: String
    let remark: String
    let indication: String
    /// Any of these is right; empty when the manifest is silent.
    let subIndications: [String]
    let reason: String
    /// Companion files, relative to the set's folder.
    let support: [String]
    /// `key value` pairs between semicolons, as they stand.
    let parameters: String

    init?(_ fields: [String: String], in folder: URL) {
        guard let file = fields["file"], let expected = fields["expected"] else { return nil }
        self.folder = folder
        self.file = file
        formatLevel = fields["format_level"] ?? ""
        let label = expected.split(separator: ";", maxSplits: 1).map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        self.expected = label.first ?? ""
        remark = label.count > 1 ? label[1] : ""
        indication = fields["indication"] ?? ""
        subIndications = (fields["subindication"] ?? "").components(separatedBy: " or ")
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        reason = fields["reason"] ?? ""
        support = (fields["support"] ?? "").split(separator: ";").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        parameters = fields["params"] ?? ""
    }

    /// The sample itself; empty when it cannot be read.
    var bytes: [UInt8] { companion(file) ?? [] }

    func companion(_ path: String) -> [UInt8]? {
        (try? Data(contentsOf: folder.appending(path: path))).map(Array.init)
    }

    /// The text after `key ` in the parameters, up to the next semicolon.
    func parameter(_ key: String) -> String? {
        for part in parameters.split(separator: ";") {
            let text = part.trimmingCharacters(in: .whitespaces)
            if text.hasPrefix(key + " ") {
                return String(text.dropFirst(key.count + 1)).trimmingCharacters(in: .whitespaces)
            }
        }
        return nil
    }

    /// The `validation time` or `time` of the row.
    var time: Date? {
        guard let text = parameter("validation time") ?? parameter("time") else { return nil }
        return try? Date(text, strategy: .iso8601)
    }
}

extension Row {
    /// The rows of a manifest: RFC 4180 with a header line.
    static func all(in folder: URL) throws -> [Row] {
        let text = try String(contentsOf: folder.appending(path: "manifest.csv"), encoding: .utf8)
        let lines = fields(of: text)
        guard let header = lines.first else { return [] }
        return lines.dropFirst().compactMap { line in
            Row(
                Dictionary(zip(header, line), uniquingKeysWith: { first, _ in first }), in: folder)
        }
    }

    private static func fields(of text: String) -> [[String]] {
        var (lines, line, field) = ([[String]](), [String](), "")
        var isQuoted = false
        var scalars = text.unicodeScalars.makeIterator()
        var pending = scalars.next()
        while let scalar = pending {
            pending = scalars.next()
            switch scalar {
            case "\"" where isQuoted && pending == "\"":
                field.unicodeScalars.append(scalar)
                pending = scalars.next()
            case "\"": isQuoted.toggle()
            case "," where !isQuoted:
                line.append(field)
                field = ""
            case "\r" where !isQuoted: continue
            case "\n" where !isQuoted:
                lines.append(line + [field])
                (line, field) = ([], "")
            default: field.unicodeScalars.append(scalar)
            }
        }
        if !field.isEmpty || !line.isEmpty { lines.append(line + [field]) }
        return lines
    }
}
