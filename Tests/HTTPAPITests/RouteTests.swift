// SPDX-License-Identifier: Apache-2.0
import Connector
import Coverage
import Foundation
import HTTPAPI
import HTTPTypes
import JSON
import Testing

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

@Suite("The description of the interface says what the program does")
struct RouteTests {
    private let description: JSONValue
    private let problems: JSONValue

    init() throws {
        description = try Self.json("openapi.json")
        problems = try Self.json("problems.json")
    }

    private static func json(_ name: String) throws -> JSONValue {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(root)/Data/\(name)"))
        return try JSONValue(parsing: [UInt8](data))
    }

    private func operation(_ route: Route) throws -> JSONValue {
        let path = try #require(description["paths"]?[route.template], "\(route.rawValue)")
        return try #require(path[route.method.rawValue.lowercased()], "\(route.rawValue)")
    }

    @Test("every route stands in it with its statuses", arguments: Route.allCases)
    func routes(_ route: Route) throws {
        let answers = try #require(operation(route)["responses"]?.object)
        for status in route.successes {
            #expect(answers.contains { $0.name == String(status) }, "\(status)")
        }
        let problems = answers.filter { $0.name.hasPrefix("4") || $0.name.hasPrefix("5") }
        #expect(!problems.isEmpty)
        let successes = answers.compactMap { Int($0.name) }.filter { $0 < 300 }
        #expect(Set(successes) == Set(route.successes))
    }

    @Test("nothing stands in it that the program does not answer")
    func nothingElse() throws {
        let known = Set(Route.allCases.map { "\($0.method.rawValue) \($0.template)" })
        for (path, operations) in try #require(description["paths"]?.object).map({
            ($0.name, $0.value)
        }) {
            for operation in try #require(operations.object) where operation.name != "parameters" {
                #expect(known.contains("\(operation.name.uppercased()) \(path)"))
            }
        }
    }

    @Test("every problem stands in it with its status", arguments: ProblemCode.allCases)
    func problems(_ code: ProblemCode) throws {
        let entry = try #require(
            problems["problems"]?.array?.first { $0["code"]?.string == code.rawValue })
        let status = try #require(entry["status"]?.int)
        let schema = description["components"]?["schemas"]?["Problem"]
        let codes = schema?["properties"]?["code"]?["enum"]?.array?.compactMap(\.string)
        #expect(codes?.contains(code.rawValue) == true)
        let described = description["components"]?["responses"]?["Problem\(status)"]
        #expect(described?["x-codes"]?.array?.contains(.string(code.rawValue)) == true)
    }

    @Test("what it says of a REQUEST to price is what the engine reads")
    func request() throws {
        let schema = try #require(description["components"]?["schemas"]?["PriceRequest"])
        let sample = try sample(of: schema)
        #expect(sample.object?.count == schema["properties"]?.object?.count)
        _ = try PricingRequest(reading: JSONReader(sample))
        let body = try operation(.price)["requestBody"]?["content"]?["application/json"]
        _ = try PricingRequest(reading: JSONReader(#require(body?["example"])))
    }

    /// A value with everything that a schema names.
    private func sample(of schema: JSONValue) throws -> JSONValue {
        if let reference = schema["$ref"]?.string {
            let steps = reference.split(separator: "/").dropFirst().map(String.init)
            return try sample(of: #require(description[JSONPointer(steps)]))
        }
        if let choice = schema["enum"]?[0] { return choice }
        switch schema["type"]?.string {
        case "object":
            return .object(
                try (schema["properties"]?.object ?? []).map {
                    JSONMember($0.name, try sample(of: $0.value))
                })
        case "array": return .array([try sample(of: #require(schema["items"]))])
        case "integer": return .int(max(schema["minimum"]?.int ?? 1, 1))
        case "boolean": return true
        default:
            if schema["format"]?.string == "date" { return "2026-09-15" }
            let pattern = schema["pattern"]?.string ?? ""
            if pattern.contains("[.]") { return "1.00" }
            return pattern.contains(":") ? "10:30" : "C"
        }
    }

    @Test("variables of an address are described as its parameters", arguments: Route.allCases)
    func parameters(_ route: Route) throws {
        let names = route.template.split(separator: "/").filter { $0.hasPrefix("{") }
            .map { String($0.dropFirst().dropLast()) }
        let parameters = try operation(route)["parameters"]?.array ?? []
        for name in names {
            #expect(
                parameters.contains {
                    $0["name"]?.string == name && $0["in"]?.string == "path"
                        && $0["required"]?.boolean == true
                }, "\(name)")
        }
    }
}
