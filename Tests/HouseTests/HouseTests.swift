import Support
import Testing

@Suite("The sources")
struct HouseTests {
    /// The Swift files under Sources: path and text.
    static func sources() throws -> [(path: String, text: String)] {
        try Repository.files(below: "Sources").filter { $0.hasSuffix(".swift") }.map {
            ($0, try Repository.text($0))
        }
    }

    @Test("every module imports only what the table allows")
    func imports() throws {
        let sources = try Self.sources()
        #expect(sources.flatMap { Imports.violations(path: $0.path, text: $0.text) } == [])
    }

    @Test("each module of the table has sources, and has imports if it may have any")
    func table() throws {
        let sources = try Self.sources()
        for (module, allowed) in Imports.allowed {
            let files = sources.filter { $0.path.hasPrefix("Sources/\(module)/") }
            #expect(!files.isEmpty, "\(module)")
            let imported = Set(files.flatMap { Imports.imports(in: $0.text).map(\.module) })
            #expect(allowed.isEmpty || !imported.isEmpty, "\(module)")
        }
    }

    @Test("every folder under Sources is a module of the table or a system library")
    func folders() throws {
        let folders = Set(try Repository.files(below: "Sources").map { String($0.split(separator: "/")[1]) })
        #expect(folders == Set(Imports.allowed.keys).union(Imports.systemLibraries))
    }

    @Test("a Swift file has at most 300 lines")
    func length() throws {
        let long = try Self.sources().filter {
            $0.text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).count > 301
        }
        #expect(long.map(\.path) == [])
    }

    static let shared = [
        "Exact", "HTTP", "JSON", "Text", "Dialogue", "Fixtures", "Store", "EventLoop", "HTTPServer", "Crypto",
        "Journal", "Emulator",
    ]

    @Test("shared code names no dialect", arguments: shared)
    func dialects(_ module: String) throws {
        for (path, text) in try Self.sources() where path.hasPrefix("Sources/\(module)/") {
            let words = text.lowercased()
            for name in [
                "foilengine", "fluidtalk", "charactersapi", "connector_token", "controlapi", "x-api-key", "/api/v1",
                "handshake_", "handshake key",
            ] {
                #expect(!words.contains(name), "\(path) names \(name)")
            }
        }
    }
}

@Suite("The check of imports")
struct ImportsTests {
    struct Planted: Sendable {
        let path: String
        let text: String
        let module: String

        init(_ path: String, _ text: String, _ module: String) {
            (self.path, self.text, self.module) = (path, text, module)
        }
    }

    static let planted =
        [
            Planted("Sources/HTTP/A.swift", "import JSON", "JSON"),
            Planted("Sources/HTTP/A.swift", "import Glibc", "Glibc"),
            Planted("Sources/JSON/A.swift", "import HTTP", "HTTP"),
            Planted("Sources/Text/A.swift", "import Glibc", "Glibc"),
            Planted("Sources/Dialogue/A.swift", "import Fixtures", "Fixtures"),
            Planted("Sources/Dialogue/A.swift", "import Glibc", "Glibc"),
            Planted("Sources/Fixtures/A.swift", "import Store", "Store"),
            Planted("Sources/Store/A.swift", "import JSON", "JSON"),
            Planted("Sources/EventLoop/A.swift", "import HTTP", "HTTP"),
            Planted("Sources/HTTPServer/A.swift", "import Emulator", "Emulator"),
            Planted("Sources/Emulator/A.swift", "import FoilEngineAPI", "FoilEngineAPI"),
            Planted("Sources/Emulator/A.swift", "import HTTPServer", "HTTPServer"),
            Planted("Sources/FoilEngineAPI/A.swift", "import Store", "Store"),
            Planted("Sources/FoilEngineAPI/A.swift", "import ControlAPI", "ControlAPI"),
            Planted("Sources/ControlAPI/A.swift", "import FoilEngineAPI", "FoilEngineAPI"),
            Planted("Sources/Program/A.swift", "import CSQLite", "CSQLite"),
        ] + Imports.allowed.keys.sorted().map { Planted("Sources/\($0)/A.swift", "import Foundation", "Foundation") }

    @Test("the check refuses an import outside the table, and Foundation anywhere", arguments: planted)
    func refused(_ item: Planted) {
        let module = item.path.split(separator: "/")[1]
        #expect(
            Imports.violations(path: item.path, text: "\n" + item.text)
                == ["\(item.path):2: \(module) may not import \(item.module)"])
    }

    @Test(
        "the check finds an import in every way to write it",
        arguments: [
            "public import Foundation", "internal import Foundation", "  import Foundation", "\timport\tFoundation",
            "@testable import Foundation", "@preconcurrency public import Foundation", "@_exported import Foundation",
            "@_spi(Private) import Foundation", "@_spi(A) @preconcurrency private import Foundation",
            "import struct Foundation.Date", "public import class Foundation.Thread", "import Foundation // why",
            "import Foundation.NSDate", "import JSON; import Foundation", "/* why */ import Foundation",
            "import `Foundation`",
            "package import Foundation", "fileprivate import func Foundation.exit",
            "@_implementationOnly import Foundation", "#if os(Linux)\nimport Foundation\n#endif",
            "let a = 1;import Foundation", "import JSON\r\nimport Foundation",
        ])
    func dressed(_ text: String) {
        let found = Imports.violations(path: "Sources/Fixtures/A.swift", text: text)
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix("Fixtures may not import Foundation") == true)
    }

    @Test(
        "the check ignores text that is no import",
        arguments: [
            "// import Foundation", "/// import Foundation", "let important = Foundation", "importFoundation()",
            "func `import`(Foundation: Int) {}", "let text = \"import Foundation\"", "canImport(Foundation)",
        ])
    func others(_ text: String) {
        #expect(Imports.violations(path: "Sources/HTTP/A.swift", text: text) == [])
    }

    @Test("the check allows the imports of the table")
    func allowed() {
        for (module, names) in Imports.allowed {
            let text = names.map { "public import \($0)" }.joined(separator: "\n")
            #expect(Imports.violations(path: "Sources/\(module)/A.swift", text: text) == [])
        }
    }

    @Test(
        "the check refuses a file outside the modules",
        arguments: ["Sources/Other/A.swift", "Sources/A.swift", "Tests/HTTP/A.swift"])
    func stranger(_ path: String) {
        #expect(Imports.violations(path: path, text: "") == ["\(path): its folder is no module of the table"])
    }
}
