/// Which module may import which (DESIGN.md section 1). The compiler does not hold anyone to the manifest.
enum Imports {
    static let systemLibraries: Set<String> = [
        "CLibevent", "CSQLite", "CPQ", "CPCRE2", "CUtf8proc", "CCrypto", "CLibedit", "CProcess", "Embedded",
    ]

    static let allowed: [String: Set<String>] = [
        "Exact": [], "Metrics": ["Glibc"], "HTTP": ["Exact"], "JSON": ["Exact"],
        "Text": ["Exact", "CPCRE2", "CUtf8proc"],
        "Dialogue": ["Exact", "Text"],
        "Fixtures": ["Exact", "JSON", "Text", "Dialogue", "Glibc"],
        "Store": ["Exact", "Metrics", "CSQLite", "Dialogue", "Glibc"],
        "EventLoop": ["CLibevent", "Glibc"], "HTTPServer": ["EventLoop", "HTTP", "Metrics", "Glibc"],
        "Crypto": ["CCrypto"],
        "Stories": ["Exact", "JSON", "Text", "Dialogue", "Fixtures"],
        "Coverage": ["Exact", "JSON", "Dialogue", "Fixtures"],
        "Exploration": ["Exact", "JSON", "Text", "Dialogue"],
        "Journal": ["Exact", "Metrics", "Crypto", "HTTP", "JSON", "Dialogue", "Fixtures"],
        "Emulator": [
            "Exact", "Metrics", "HTTP", "JSON", "Dialogue", "Fixtures", "Coverage", "Store", "Crypto", "Journal",
            "Glibc",
        ],
        "FoilEngineAPI": ["Embedded", "Exact", "Emulator", "Journal", "HTTP", "JSON", "Dialogue", "Fixtures", "Glibc"],
        "FluidTalkAPI": ["Embedded", "Exact", "Emulator", "Journal", "HTTP", "JSON", "Dialogue", "Fixtures", "Glibc"],
        "CharactersAPI": ["Embedded", "Exact", "Emulator", "Journal", "HTTP", "JSON", "Dialogue", "Fixtures", "Glibc"],
        "ControlAPI": [
            "Embedded", "Exact", "Metrics", "Emulator", "Journal", "HTTP", "JSON", "Dialogue", "Fixtures", "Glibc",
        ],
        "Program": [
            "CLibedit", "CProcess", "Embedded", "Exact", "Metrics", "HTTP", "JSON", "Text", "Dialogue", "Fixtures",
            "Stories", "Coverage", "Exploration", "Store", "EventLoop", "HTTPServer", "Crypto", "Journal", "Emulator",
            "FoilEngineAPI", "FluidTalkAPI", "CharactersAPI", "ControlAPI", "Glibc",
        ],
        "PostgresStore": ["Crypto", "CPQ", "EventLoop", "Exact", "Metrics", "Store", "Dialogue", "Glibc"],
        "foilmock": ["Program"], "foilmock-postgres": ["PostgresStore", "Program", "Store"],
    ]

    /// What the file at `path`, below the root, imports and may not. Each as `path:line: …`.
    static func violations(path: String, text: String) -> [String] {
        let parts = path.split(separator: "/")
        guard parts.count > 2, parts[0] == "Sources", let allowed = allowed[String(parts[1])] else {
            return ["\(path): its folder is no module of the table"]
        }
        return imports(in: text).compactMap { line, module in
            allowed.contains(module) ? nil : "\(path):\(line): \(parts[1]) may not import \(module)"
        }
    }

    /// The imported modules with their lines, whatever attributes and access levels precede `import`.
    static func imports(in text: String) -> [(line: Int, module: String)] {
        let statement =
            #/(?:^|;|\*/)\s*(?:@\w+(?:\([^)]*\))?\s*)*(?:(?:public|package|internal|fileprivate|private)\s+)?(?:@\w+(?:\([^)]*\))?\s*)*import\s+(?:(?:typealias|struct|class|enum|protocol|let|var|func)\s+)?`?(\w+)/#
        return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated().flatMap {
            index, line in
            line.matches(of: statement).map { (index + 1, String($0.output.1)) }
        }
    }
}
