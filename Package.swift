// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// A module that speaks one API. Its part of the OpenAPI document and what it adds to the schema of accounts lie beside its code.
func dialect(_ name: String, files: [String] = ["openapi.json", "accounts.schema.json"]) -> Target {
    .target(
        name: name,
        dependencies: ["Embedded", "Exact", "Metrics", "Emulator", "Journal", "HTTP", "JSON", "Dialogue", "Fixtures"],
        exclude: files, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
    name: "foilmock",
    products: [
        .executable(name: "foilmock", targets: ["foilmock"]),
        .executable(name: "foilmock-postgres", targets: ["foilmock-postgres"]),
    ],
    targets: [
        .systemLibrary(name: "CLibevent", pkgConfig: "libevent_core", providers: [.apt(["libevent-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        // Without pkgConfig: its flags hold a -D that SwiftPM warns of, and the headers stand in the default place.
        .systemLibrary(name: "CUtf8proc", providers: [.apt(["libutf8proc-dev"])]),
        .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
        .systemLibrary(name: "CProcess"),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "Embedded", exclude: ["page", "schemas", "templates"]),
        // The C library before libbsd, which has functions of the same names, such as getentropy.
        .target(name: "CLibedit", linkerSettings: ["edit", "tinfo", "c", "bsd"].map { .linkedLibrary($0) }),

        module("Exact"),
        module("Metrics"),
        module("JSON", ["Exact"]),
        module("HTTP", ["Exact"]),
        module("Text", ["Exact", "CPCRE2", "CUtf8proc"]),
        module("Dialogue", ["Exact", "Text"]),
        module("Fixtures", ["Exact", "JSON", "Text", "Dialogue"]),
        module("Stories", ["Exact", "JSON", "Text", "Dialogue", "Fixtures"]),
        module("Coverage", ["Exact", "JSON", "Dialogue", "Fixtures"]),
        module("Exploration", ["Exact", "JSON", "Text", "Dialogue"]),
        module("Store", ["Exact", "Metrics", "CSQLite", "Dialogue"]),
        module("EventLoop", ["CLibevent"]),
        module("HTTPServer", ["EventLoop", "HTTP", "Metrics"]),
        // A static libcrypto of OpenSSL 3.5 (Debian 13) uses these two; one of OpenSSL 3.0 takes nothing of them.
        .target(
            name: "Crypto", dependencies: ["CCrypto"], swiftSettings: strict,
            linkerSettings: ["z", "zstd"].map { .linkedLibrary($0, .when(configuration: .release)) }),
        module("Journal", ["Exact", "Metrics", "Crypto", "HTTP", "JSON", "Dialogue", "Fixtures"]),
        module(
            "Emulator",
            ["Exact", "Metrics", "Crypto", "HTTP", "JSON", "Dialogue", "Fixtures", "Coverage", "Store", "Journal"]),
        dialect("FoilEngineAPI"),
        dialect("FluidTalkAPI"),
        dialect(
            "CharactersAPI",
            files: ["openapi.json", "accounts.schema.json", "persona.schema.json", "machine.schema.json", "samples"]),
        dialect("ControlAPI", files: ["openapi"]),
        module("PostgresStore", ["Exact", "Metrics", "EventLoop", "Crypto", "CPQ", "Store", "Dialogue"]),
        .target(
            name: "Program",
            dependencies: [
                "CLibedit", "CProcess", "Embedded", "Exact", "Metrics", "JSON", "HTTP", "Text", "Dialogue", "Fixtures",
                "Stories", "Coverage", "Exploration", "Store", "EventLoop", "HTTPServer", "Crypto", "Journal",
                "Emulator", "FoilEngineAPI", "FluidTalkAPI", "CharactersAPI", "ControlAPI",
            ],
            swiftSettings: strict),
        .executableTarget(name: "foilmock", dependencies: ["Program"], swiftSettings: strict),
        .executableTarget(
            name: "foilmock-postgres", dependencies: ["PostgresStore", "Program", "Store"], swiftSettings: strict),

        .target(
            name: "Support",
            dependencies: ["CPQ", "EventLoop", "HTTP", "Dialogue", "Store", "PostgresStore", "Emulator"],
            path: "Tests/Support",
            swiftSettings: strict),
        // Not in Support: it is built once more for libFuzzer, with what it imports and nothing else.
        .target(
            name: "FuzzChecks",
            dependencies: [
                "Exact", "JSON", "HTTP", "Dialogue", "Fixtures", "Stories", "Store", "Journal", "Emulator",
                "FoilEngineAPI", "FluidTalkAPI", "CharactersAPI", "ControlAPI", "Program",
            ],
            path: "Tests/fuzz/checks",
            swiftSettings: strict),
        .testTarget(
            name: "FuzzTests", dependencies: ["FuzzChecks", "Fixtures", "Support"],
            path: "Tests/fuzz/tests",
            swiftSettings: strict),
        tests("ExactTests", ["Exact"]),
        tests("MetricsTests", ["Metrics"]),
        tests("JSONTests", ["JSON", "FuzzChecks", "Support"]),
        tests("HTTPTests", ["HTTP", "FuzzChecks", "Support"]),
        tests("TextTests", ["Text", "Exact"]),
        tests("DialogueTests", ["Dialogue", "Text", "FuzzChecks", "Support"]),
        tests("FixturesTests", ["Fixtures", "Dialogue", "JSON", "Text", "FuzzChecks", "Support"]),
        tests("StoriesTests", ["CharactersAPI", "Stories", "JSON", "Fixtures", "Dialogue", "Emulator", "Support"]),
        tests(
            "CoverageTests",
            ["CharactersAPI", "Coverage", "Dialogue", "Emulator", "Fixtures", "JSON", "Support"]),
        tests("ExplorationTests", ["Exploration", "Dialogue", "Fixtures", "Text", "Emulator", "Support"]),
        tests("StoreTests", ["Store", "PostgresStore", "Dialogue", "CSQLite", "Support"]),
        tests("PostgresStoreTests", ["PostgresStore", "CPQ", "EventLoop", "Metrics", "Store", "Dialogue", "Support"]),
        tests("EventLoopTests", ["EventLoop", "Support"]),
        tests("HTTPServerTests", ["HTTPServer", "EventLoop", "HTTP", "Support"]),
        tests("JournalTests", ["Journal", "Crypto", "HTTP", "JSON", "Dialogue", "Fixtures", "Support"]),
        tests(
            "EmulatorTests",
            [
                "Emulator", "Crypto", "Journal", "HTTP", "JSON", "Text", "Dialogue", "Fixtures", "Store", "Support",
            ]),
        tests(
            "FoilEngineAPITests",
            [
                "FoilEngineAPI", "CharactersAPI", "ControlAPI", "Emulator", "HTTP", "JSON", "Dialogue", "Fixtures",
                "Store", "Support",
            ]),
        tests(
            "FluidTalkAPITests",
            ["FluidTalkAPI", "Emulator", "HTTP", "JSON", "Dialogue", "Fixtures", "Store", "Support"]),
        tests(
            "CharactersAPITests",
            [
                "CharactersAPI", "FluidTalkAPI", "ControlAPI", "Crypto", "Emulator", "HTTP", "JSON", "Dialogue",
                "Fixtures", "Store", "Support",
            ]),
        tests(
            "ControlAPITests",
            [
                "ControlAPI", "Embedded", "FoilEngineAPI", "FluidTalkAPI", "CharactersAPI", "Emulator", "Journal",
                "Metrics", "HTTP", "JSON", "Dialogue", "Fixtures", "Store", "PostgresStore", "Support",
            ]),
        tests(
            "FoilmockTests",
            [
                "Program", "Embedded", "FoilEngineAPI", "FluidTalkAPI", "CharactersAPI", "ControlAPI", "Emulator",
                "Journal",
                "HTTPServer", "HTTP", "JSON", "Dialogue", "Fixtures", "Stories", "Coverage", "Exploration", "Store",
                "PostgresStore", "Support",
            ]),
        tests("HouseTests", ["Support"]),
    ],
    swiftLanguageModes: [.v6]
)
