import Support
import Testing

@Suite("docs/rules.md")
struct RulesTests {
    static let folders = ["D": "DialogueTests", "E": "EmulatorTests", "A": "FoilEngineAPITests"]

    /// Each `"name" (F/File)` of the table.
    static func named() throws -> [(name: String, file: String)] {
        try Repository.text("docs/rules.md").split(separator: "\n").flatMap { row in
            row.matches(of: /"([^"]+)" \(([DEA])\/(\w+)\)/).map { match in
                (String(match.1), "Tests/\(folders[String(match.2)] ?? "")/\(match.3).swift")
            }
        }
    }

    @Test("every test named in the table is in its file")
    func exist() throws {
        let named = try Self.named()
        #expect(named.count > 40)
        for (name, file) in named {
            #expect(
                try Repository.text(file).contains("@Test(\n        \"\(name)\"")
                    || Repository.text(file).contains("@Test(\"\(name)\""), "\(name) in \(file)")
        }
    }
}
