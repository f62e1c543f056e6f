/// Which module may import which (DESIGN.md section 1). The compiler does not hold anyone to the manifest.
enum Imports {
    static let systemLibraries: Set<String> = ["CLibevent", "CSQLite", "CPCRE2", "CUtf8proc", "CCrypto", "Embedded"]

    static let allowed: [String: Set<String>] = [
        "Exact": [], "HTTP": ["Exact"], "JSON": ["Exact"], "Text": ["Exact", "CPCRE2", "CUtf8proc"],
        "Dialogue": ["Exact", "Text"],
        "Fixtures": ["Exact", "JSON", "Text", "Dialogue", "Glibc"], "Store": ["Exact", "CSQLite", "Dialogue", "Glibc"],
        "EventLoop": ["CLibevent", "Glibc"], "HTTPServer": ["EventLoop", "HTTP", "Glibc"],
        "Emulator": ["Exact", "HTTP", "JSON", "Dialogue", "Fixtures", "Store", "CCrypto", "Glibc"],
        "FoilEngineAPI": ["Embedded", "Exact", "Emulator", "HTTP", "JSON", "Dialogue", "Fixtures", "Glibc"],
        "FluidTalkAPI": ["Embedded", "Exact", "Emulator", "HTTP", "JSON", "Dialogue", "Fixtures", "Glibc"],
        "ControlAPI": ["Embedded", "Exact", "Emulator", "HTTP", "JSON", "Dialogue", "Fixtures", "Glibc"],
        "foilmock": [
            "Embedded", "Exact", "HTTP", "JSON", "Text", "Dialogue", "Fixtures", "Store", "EventLoop", "HTTPServer",
            "Emulator",
            "FoilEngineAPI", "FluidTalkAPI", "ControlAPI", "Glibc",
        ],
    ]

    /// Modules that one file alone may import.
    static let onlyFile = ["CCrypto": "Sources/Emulator/Crypto/Digest.swift"]

    /// What the file at `path`, below the root, imports and may not. Each is told as `path:line: …`.
    static func violations(path: String, text: String) -> [String] {
        let parts = path.split(separator: "/")
        guard parts.count > 2, parts[0] == "Sources", let allowed = allowed[String(parts[1])] else {
            return ["\(path): its folder is no module of the table"]
        }
        return imports(in: text).compactMap { line, module in
            if !allowed.contains(module) { return "\(path):\(line): \(parts[1]) may not import \(module)" }
            if let file = onlyFile[module], file != path { return "\(path):\(line): only \(file) may import \(module)" }
            return nil
        }
    }

    /// The imported modules with their lines, whatever attributes and access levels stand before `import`.
    static func imports(in text: String) -> [(line: Int, module: String)] {
        let statement =
            #/(?:^|;|\*/)\s*(?:@\w+(?:\([^)]*\))?\s*)*(?:(?:public|package|internal|fileprivate|private)\s+)?(?:@\w+(?:\([^)]*\))?\s*)*import\s+(?:(?:typealias|struct|class|enum|protocol|let|var|func)\s+)?`?(\w+)/#
        return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated().flatMap {
            index, line in
            line.matches(of: statement).map { (index + 1, String($0.output.1)) }
        }
    }
}
