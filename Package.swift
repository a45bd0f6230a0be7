// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")

/// A module of ours: its name, its folder under Sources, and the only modules it may import.
func module(
    _ name: String, in folder: String, uses: [String] = [], packages: [Target.Dependency] = []
) -> Target {
    .target(
        name: name, dependencies: uses.map { .byName(name: $0) } + packages,
        path: "Sources/\(folder)/\(name)", swiftSettings: settings)
}

/// The tests of one module, and what they need beside it.
func tests(
    of name: String, uses: [String] = [], packages: [Target.Dependency] = []
) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: ([name] + uses).map { .byName(name: $0) } + packages,
        path: "Tests/\(name)Tests", swiftSettings: settings)
}

func systemLibrary(_ name: String, pkgConfig: String, apt: String, brew: String) -> Target {
    .systemLibrary(
        name: name, path: "Sources/C/\(name)", pkgConfig: pkgConfig,
        providers: [.apt([apt]), .brew([brew])])
}

let package = Package(
    name: "open-econnector",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "econnector", targets: ["econnector"]),
        .executable(name: "econnector-token", targets: ["econnector-token"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // C libraries of the system
        systemLibrary("CLibXML2", pkgConfig: "libxml-2.0", apt: "libxml2-dev", brew: "libxml2"),
        systemLibrary("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev", brew: "zlib"),
        systemLibrary(
            "CQREncode", pkgConfig: "libqrencode", apt: "libqrencode-dev", brew: "qrencode"),
        systemLibrary("CP11Kit", pkgConfig: "p11-kit-1", apt: "libp11-kit-dev", brew: "p11-kit"),
        // 1  bytes <-> values
        module("XML", in: "Formats", uses: ["CLibXML2"]),
        module("PDF", in: "Formats", uses: ["CZlib", "CQREncode"], packages: [crypto]),
        module("JSON", in: "Formats"),
        module("ZIP", in: "Formats", uses: ["CZlib"]),
        // 2  what it is worth, and why it can be believed
        module("Coverage", in: "Documents", uses: ["JSON"]),
        module(
            "Trust", in: "Signatures", uses: ["XML"],
            packages: [
                crypto, cryptoExtras, asn1, .product(name: "BigInt", package: "BigInt"),
            ]),
        // 3
        module(
            "FormPacks", in: "Documents", uses: ["XML", "PDF", "JSON", "Coverage"],
            packages: [crypto]),
        module("XMLSignature", in: "Signatures", uses: ["XML", "Trust"]),
        module("PAdES", in: "Signatures", uses: ["PDF", "Trust"]),
        module(
            "Keys", in: "Signatures", uses: ["Trust", "JSON"],
            packages: [crypto, cryptoExtras, asn1]),
        // 4
        module("XAdES", in: "Signatures", uses: ["XML", "XMLSignature", "Trust"]),
        module(
            "NationalAPI", in: "Exchange",
            uses: ["XML", "JSON", "XMLSignature", "Trust", "Coverage"]),
        // 5
        module(
            "Transport", in: "Exchange",
            packages: [
                httpTypes,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        module(
            "Validation", in: "Signatures",
            uses: ["XML", "JSON", "PDF", "ZIP", "Trust", "XMLSignature", "XAdES", "PAdES"]),
        // 6
        module(
            "Connector", in: "Exchange",
            uses: [
                "JSON", "PDF", "XML", "FormPacks", "Coverage", "Trust", "Keys", "PAdES", "XAdES",
                "NationalAPI", "Transport", "Validation",
            ], packages: [httpTypes]),
        // 7
        module(
            "SQLiteStore", in: "Exchange", uses: ["Connector", "Trust"],
            packages: [.product(name: "GRDB", package: "GRDB.swift")]),
        module(
            "HTTPAPI", in: "Surfaces",
            uses: [
                "Connector", "FormPacks", "Coverage", "JSON", "Trust", "XMLSignature", "Validation",
                "NationalAPI", "Transport",
            ],
            packages: [httpTypes]),
        module(
            "Sandbox", in: "Programme",
            uses: [
                "XML", "JSON", "FormPacks", "Coverage", "Trust", "Keys", "XAdES", "NationalAPI",
                "Validation",
            ], packages: [httpTypes]),
        // 8
        .executableTarget(
            name: "econnector",
            dependencies: [
                "JSON", "PDF", "FormPacks", "Coverage", "Trust", "Keys", "NationalAPI",
                "Validation", "XMLSignature", "XAdES", "Transport", "Connector", "SQLiteStore",
                "HTTPAPI",
                "Sandbox", .product(name: "ArgumentParser", package: "swift-argument-parser"),
                httpTypes,
            ],
            path: "Sources/Command/econnector", swiftSettings: settings),
        // A broken token driver takes down this helper, never the program that uses it.
        .executableTarget(
            name: "econnector-token", dependencies: ["Keys", "Trust", "CP11Kit"],
            path: "Sources/Command/econnector-token", swiftSettings: settings),
        // tests
        .target(
            name: "TestSupport", dependencies: ["Trust", "FormPacks", "PDF", crypto, cryptoExtras],
            path: "Tests/TestSupport",
            swiftSettings: settings),
        // What stores are held to, and the one without a disk
        .target(
            name: "StoreSupport", dependencies: ["Connector", "Trust"],
            path: "Tests/StoreSupport", swiftSettings: settings),
        // The national side without sockets, for tests and simulations
        .target(
            name: "InProcess",
            dependencies: [
                "Connector", "Sandbox", "SQLiteStore", "FormPacks", "Coverage", "NationalAPI",
                "PDF",
                "JSON", "Keys", "Trust", "Transport", "TestSupport", httpTypes,
            ], path: "Tests/InProcess", swiftSettings: settings),
        // Thousands of seeds, kills and cuts (make torture)
        .target(name: "CFaults", path: "Tests/Torture/CFaults"),
        .executableTarget(
            name: "torture",
            dependencies: [
                "CFaults", "InProcess", "StoreSupport", "Connector", "Sandbox", "FormPacks",
                "JSON", "Keys", "NationalAPI", "SQLiteStore", "Trust", "Transport", httpTypes,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ], path: "Tests/Torture", exclude: ["CFaults"], swiftSettings: settings),
        .executableTarget(
            name: "corpora",
            dependencies: [
                "XML", "JSON", "PDF", "Trust", "XMLSignature", "XAdES", "PAdES", "Validation",
                "TestSupport",
            ], path: "Tests/Corpora", swiftSettings: settings),
        tests(of: "XML"),
        tests(of: "JSON"),
        tests(of: "ZIP"),
        tests(of: "PDF", uses: ["TestSupport"], packages: [crypto]),
        tests(of: "Coverage", uses: ["JSON"]),
        tests(of: "FormPacks", uses: ["XML", "PDF", "JSON", "Coverage", "TestSupport"]),
        tests(of: "Trust", uses: ["TestSupport"], packages: [crypto]),
        tests(
            of: "Keys",
            uses: [
                "Trust", "JSON", "TestSupport", "XML", "XMLSignature", "XAdES", "PDF", "PAdES",
            ]),
        tests(of: "PAdES", uses: ["PDF", "Trust", "TestSupport"], packages: [crypto]),
        tests(of: "XAdES", uses: ["XML", "XMLSignature", "Trust"], packages: [crypto]),
        tests(
            of: "NationalAPI",
            uses: ["XML", "JSON", "Trust", "TestSupport", "Coverage", "FormPacks"]),
        tests(
            of: "Validation",
            uses: ["XML", "JSON", "PDF", "XMLSignature", "XAdES", "Trust", "TestSupport"]),
        tests(of: "Transport", uses: ["Keys", "Trust", "Sandbox"], packages: [httpTypes]),
        tests(
            of: "Connector",
            uses: [
                "JSON", "PDF", "FormPacks", "Coverage", "Trust", "Keys", "NationalAPI", "Transport",
                "Validation",
                "SQLiteStore", "StoreSupport", "Sandbox", "TestSupport", "InProcess",
            ], packages: [httpTypes]),
        tests(of: "SQLiteStore", uses: ["Connector", "Keys", "Trust", "StoreSupport"]),
        tests(
            of: "HTTPAPI",
            uses: [
                "Connector", "FormPacks", "Coverage", "NationalAPI", "JSON", "SQLiteStore",
                "TestSupport", "Transport",
                "Trust", "Validation", "XAdES",
            ], packages: [httpTypes]),
        tests(
            of: "Sandbox",
            uses: [
                "XML", "JSON", "PDF", "Keys", "Trust", "Validation", "TestSupport", "FormPacks",
                "Coverage", "NationalAPI", "XAdES",
            ], packages: [httpTypes]),
    ]
)

// Benchmarks exist only when asked for: their targets never reach the product.
if Context.environment["EXTRAS"] == "1" {
    package.targets.append(
        .executableTarget(
            name: "bench",
            dependencies: [
                "XML", "JSON", "PDF", "FormPacks", "Coverage", "Trust", "Keys", "XMLSignature",
                "XAdES", "PAdES", "Validation", "NationalAPI", "Transport", "Connector",
                "SQLiteStore", "Sandbox", "StoreSupport", httpTypes, crypto, cryptoExtras,
                .product(name: "GRDB", package: "GRDB.swift"),
            ], path: "Benchmarks/Bench", swiftSettings: settings))
    package.products.append(.executable(name: "bench", targets: ["bench"]))
}

// Fuzz targets are instrumented builds of their own (make fuzz).
if Context.environment["FUZZ"] == "1" {
    package.targets.append(
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "XML", "JSON", "Coverage", "FormPacks", "NationalAPI", "Trust", "XMLSignature",
                "XAdES", "Validation",
            ], path: "Fuzz/Targets",
            swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]))
    package.products.append(.executable(name: "fuzz", targets: ["fuzz"]))
}
