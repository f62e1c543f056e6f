import Fixtures
import JSON
import Support
import Testing

@testable import Program

@Suite("Checking a fixture folder")
struct CheckTests {
    static func files(_ name: String) throws -> [FixtureFile] {
        try FixtureFolder.read("\(Repository.root)/Tests/vectors/check/\(name)")
    }

    @Test("a finding is printed with its place, its line and a caret", arguments: ["broken", "doubtful"])
    func golden(_ name: String) throws {
        let files = try Self.files(name)
        let report = Check.text(Check.diagnostics(of: files), files, .text, below: name)
        #expect(try report.plain + "\n" == Repository.text("Tests/vectors/check/\(name).txt"))
    }

    @Test("a check says what it checked")
    func subject() throws {
        let files = try Self.files("doubtful")
        #expect(Check.subject(.folder("d"), files) == "d/: 5 personas, 8 machines")
        #expect(Check.subject(.folder("/"), []) == "/: 0 personas, 0 machines")
        let shipped = Check.subject(.builtIn, FixtureSource.embedded)
        #expect(shipped == "the built-in fixtures: 5 personas, 10 machines, 31 stories")
    }

    @Test("of a long line the part around the column is shown, with the caret below it")
    func longLine() throws {
        let text =
            "{\"name\": \"" + String(repeating: "a", count: 500) + "\", \"nme\": 1}"
            + String(repeating: " ", count: 300)
        let file = FixtureFile(path: "personas/a/persona.json", bytes: Array(text.utf8))
        let finding = try #require(Check.diagnostics(of: [file]).first { $0.column == 514 })
        let lines = CheckReport.findings([finding], [file], below: "").plain.split(separator: "\n").map(String.init)
        #expect(lines.count == 3 && lines[1].hasPrefix("…aaa") && lines[1].hasSuffix("…") && lines[1].count == 202)
        #expect(lines[1].dropFirst(lines[2].count - 1).hasPrefix("\"nme\""))
    }

    @Test("of very many findings 200 are shown, and the number of the others")
    func many() {
        let findings = (1...1000).map { Diagnostic(file: "f", line: $0, column: 1, message: "m") }
        let lines = CheckReport.text(findings, [], below: "").plain.split(separator: "\n")
        #expect(lines.count == 202 && lines[200] == "… and 800 more" && lines[201] == "1000 errors, 0 warnings")
    }

    @Test("a path in SARIF is a reference of a URI")
    func uri() throws {
        let text = CheckReport.sarif(
            [Diagnostic(file: "a b/ü%\u{7F}\n.json", message: "m\u{7F}\u{202E}")], below: "d:/")
        let value = try JSONReader.read(Array(text.utf8))
        let result = try #require(value["runs"]?.array?.first?["results"]?.array?.first)
        let place = result["locations"]?.array?.first?["physicalLocation"]?["artifactLocation"]?["uri"]?.string
        #expect(place == "d%3A/a%20b/%C3%BC%25%7F%0A.json")
        #expect(result["message"]?["text"]?.string == "m\u{7F}\u{202E}")
    }

    @Test("the shipped fixtures have no findings")
    func shipped() {
        #expect(Check.diagnostics(of: FixtureSource.embedded) == [])
    }

    @Test("a check says which persona comes next, and how many there are")
    func progress() {
        var said: [[Int]] = []
        _ = Check.diagnostics(of: FixtureSource.embedded) { said.append([$0, $1]) }
        #expect(said.count > 1 && said == said.indices.map { [$0 + 1, said.count] })
    }

    @Test("JSON lists every finding with its severity and its place")
    func json() throws {
        let files = try Self.files("doubtful")
        let diagnostics = Check.diagnostics(of: files)
        let value = try JSONReader.read(Array(Check.text(diagnostics, files, .json, below: "d").plain.utf8))
        let items = try #require(value.array)
        #expect(items.map { $0["message"]?.string } == diagnostics.map(\.message))
        #expect(items.allSatisfy { $0["severity"]?.string == "warning" })
        #expect(items.map { $0["line"]?.integer } == diagnostics.map(\.line))
        #expect(items.first?["file"]?.string == "d/personas/guard/machines/cellar.json")
    }

    @Test("SARIF names the tool, each finding and its region")
    func sarif() throws {
        let files = try Self.files("broken")
        let diagnostics = Check.diagnostics(of: files)
        let value = try JSONReader.read(Array(Check.text(diagnostics, files, .sarif, below: "d").plain.utf8))
        #expect(value["version"]?.string == "2.1.0")
        let run = try #require(value["runs"]?.array?.first)
        #expect(run["tool"]?["driver"]?["name"]?.string == "foilmock")
        let results = try #require(run["results"]?.array)
        #expect(results.map { $0["message"]?["text"]?.string } == diagnostics.map(\.message))
        #expect(results.allSatisfy { $0["level"]?.string == "error" })
        let place = try #require(results.first?["locations"]?.array?.first?["physicalLocation"])
        #expect(place["artifactLocation"]?["uri"]?.string == "d/accounts.json")
        #expect(place["region"]?["startLine"]?.integer == diagnostics.first?.line)
    }

    @Test(
        "the line that is shown is the one of the finding, after any line end or separator",
        arguments: ["\n", "\r\n", "\r"])
    func lines(_ end: String) throws {
        let text = ["{", "\"name\": \"a\u{2028}b\u{85}c\",", "\u{301}", "}"].joined(separator: end)
        let file = FixtureFile(path: "personas/a/persona.json", bytes: Array(text.utf8))
        let report = Check.text(Check.diagnostics(of: [file]), [file], .text, below: "d")
        let lines = report.plain.unicodeScalars.split(separator: "\n").map(String.init)
        let place = try #require(lines.firstIndex { $0.hasPrefix("d/personas/a/persona.json:3:1: error: ") })
        #expect(Array(lines[place + 1].utf8) == Array("\u{301}".utf8))
    }

    static let wrong: [([String], String)] = [
        (["a", "b"], "unexpected argument 'b': foilmock check [DIR] [OPTIONS]"),
        (["--formt", "json"], "'foilmock check' has no option '--formt'; did you mean \"--format\"?"),
        (["--format", "xml"], "--format must be one of text, json, sarif, not 'xml'"),
        (["--format", "srif"], "--format must be one of text, json, sarif, not 'srif'; did you mean \"sarif\"?"),
        (["--format"], "'--format' needs a value"), (["--db"], "'--db' needs a value"),
        (["--db="], "--db needs the name of a file"), (["--db", ":memory:"], "--db needs the name of a file"),
        (["--db", "a.db", "b"], "'foilmock check' takes a folder or --db FILE, and not both"),
    ]

    @Test("wrong arguments are refused", arguments: wrong)
    func wrongArguments(_ arguments: [String], _ message: String) {
        #expect(throws: AppError.usage(message)) { try read(Check.self, arguments) }
    }

    @Test("options may come before or after the folder")
    func options() throws {
        let check = try read(Check.self, ["--strict", "d", "--format=sarif"])
        #expect((check.folder, check.format, check.isStrict) == ("d", .sarif, true))
        let plain = try read(Check.self, [])
        #expect(try ["d/", "d//", "/"].map { try read(Check.self, [$0]).folder } == ["d", "d", "/"])
        #expect((plain.folder, plain.database, plain.format, plain.isStrict) == (nil, nil, .text, false))
    }
}
