// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON
import NationalAPI
import Testing

@Suite("Profile: what does not load")
struct ProfileTests {
    private let folder =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path + "/Data/profiles/"

    private func value(_ name: String) throws -> JSONValue {
        try JSONValue(
            parsing: [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(folder)\(name).json"))))
    }

    private func load(_ name: String, _ member: String, _ new: JSONValue) throws -> NationalProfile
    {
        var members = try value(name).object ?? []
        members.removeAll { $0.name == member }
        members.append(JSONMember(member, new))
        return try NationalProfile(
            JSONReader(.object(members)), base: JSONReader(value("lu-mysecu-2023")))
    }

    @Test(
        "a profile that turns the verification of the other side off (GW-04)",
        arguments: [
            ["verification": "none", "minimumVersion": "1.2"], ["minimumVersion": "1.2"],
            ["verification": "full", "minimumVersion": "1.0"],
            ["verification": "full", "minimumVersion": "1.2", "insecure": true],
        ] as [JSONValue])
    func verification(_ tls: JSONValue) throws {
        _ = try load("lu-mysecu-2023", "id", "same")
        #expect(throws: JSONReadingError.self) { try load("lu-mysecu-2023", "tls", tls) }
    }

    @Test("a session service that does not take what the assertion is (GW-01)")
    func parts() throws {
        let expected = JSONReadingError(
            .unexpected(expected: "a method that takes what the assertion's method gives"),
            at: JSONPointer(["sessionToken"]))
        #expect(throws: expected) { try load("lu-mysecu-2023", "assertion", "none") }
        #expect(throws: expected) { try load("open-oidc-2026", "sessionToken", "none") }
    }

    @Test("a profile without both still does, and one on a base has the base's members")
    func loads() throws {
        var members = try value("lu-mysecu-2023").object ?? []
        members.removeAll { ["assertion", "sessionToken"].contains($0.name) }
        members += [JSONMember("assertion", "none"), JSONMember("sessionToken", "none")]
        let plain = try NationalProfile(JSONReader(.object(members)))
        #expect(plain.assertion == .none && plain.sessionToken == .none)
        let other = try load("open-oidc-2026", "id", "other")
        #expect(other.id == "other" && other.exchange == plain.exchange)
        #expect(other.environment == .sandbox)
    }

    @Test("a pace for a service nobody knows, or of no call at all (RE-07)")
    func pacing() throws {
        let profile = try load("lu-mysecu-2023", "pacing", ["platform": 7])
        #expect(profile.pacing == [.platform: 7])
        #expect(throws: JSONReadingError(.unknownMember, at: JSONPointer(["pacing", "weather"]))) {
            try load("lu-mysecu-2023", "pacing", ["weather": 7])
        }
        let expected = JSONReadingError(
            .unexpected(expected: "a whole number from 1 to 10000"),
            at: JSONPointer(["pacing", "platform"]))
        #expect(throws: expected) { try load("lu-mysecu-2023", "pacing", ["platform": 0]) }
    }

    @Test("an environment nobody knows (GW-08)")
    func environment() {
        #expect(throws: JSONReadingError.self) {
            try load("lu-mysecu-2023", "environment", "staging")
        }
    }
}
