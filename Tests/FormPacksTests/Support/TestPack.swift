// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import Foundation
import JSON
import Testing

/// The pack of this repository that the tests look at, and ways to bend its examples.
enum TestPack {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let packs = root.appending(path: "Packs").path(percentEncoded: false)
    static let folder = packs + "/memoire-honoraires/2025.1"
    static let fixtures = root.appending(path: "Tests/Fixtures/forms")
        .path(percentEncoded: false)
    static let today = CalendarDate("2026-08-01")!  // a constant date

    private static let loaded = Result { () throws(PackError) in try FormPack.load(folder: folder) }

    static func pack() throws -> FormPack { try loaded.get() }

    static func example(_ name: String) throws -> [UInt8] {
        try #require(pack().examples[name])
    }

    static func json(_ name: String = "valid-minimal.json") throws -> JSONValue {
        try JSONValue(parsing: example(name))
    }

    static func xml(_ name: String = "valid-minimal.xml") throws -> String {
        String(decoding: try example(name), as: UTF8.self)
    }

    /// The files of the pack's folder, by path.
    static func files() throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
        for name in names where name.contains(".") {
            files[name] = try [UInt8](Data(contentsOf: URL(filePath: folder + "/" + name)))
        }
        return files
    }

    static func files(replacing old: String, with new: String, in file: String) throws
        -> [String: [UInt8]]
    {
        var files = try files()
        let text = String(decoding: try #require(files[file]), as: UTF8.self)
        try #require(text.contains(old), "\(file) does not contain \(old)")
        files[file] = Array(text.replacing(old, with: new).utf8)
        return files
    }

    static func check(_ value: JSONValue) throws -> CheckResult {
        try pack().check(.json(value.serialized()), today: today)
    }

    static func check(xml: String) throws -> CheckResult {
        try pack().check(.xml(Array(xml.utf8)), today: today)
    }
}

extension JSONValue {
    /// A copy with another value at `pointer`; `nil` takes the value away, `-` appends to an array.
    func setting(_ pointer: String, to value: JSONValue?) throws -> JSONValue {
        setting(try #require(JSONPointer(pointer)).tokens[...], to: value)
    }

    private func setting(_ tokens: ArraySlice<String>, to value: JSONValue?) -> JSONValue {
        guard let token = tokens.first else { return value ?? self }
        let isLast = tokens.count == 1
        if var values = array {
            let index = token == "-" ? values.count : Int(token) ?? 0
            if token == "-" {
                if let value { values.append(value) }
            } else if isLast {
                values.replaceSubrange(index...index, with: value.map { [$0] } ?? [])
            } else {
                values[index] = values[index].setting(tokens.dropFirst(), to: value)
            }
            return .array(values)
        }
        var members = object ?? []
        let index = members.firstIndex { $0.name == token }
        if isLast {
            if let index { members.remove(at: index) }
            if let value { members.insert(JSONMember(token, value), at: index ?? members.count) }
        } else if let index {
            members[index].value = members[index].value.setting(tokens.dropFirst(), to: value)
        }
        return .object(members)
    }
}

extension CheckResult {
    /// Code, detail and pointer of each anomaly, for comparison.
    var summary: [String] {
        anomalies.map { "\($0.code)\($0.detail.map { " \($0)" } ?? "") \($0.pointer)" }
    }
}
