import Dialogue
import Emulator
import Exact
import Fixtures
import JSON
import Stories
import Support
import Testing

@testable import Program

@Suite("Importing and exporting personas")
struct ImportTests {
    // MARK: There and back

    /// The files of a folder of this repository, photos without their bytes.
    static func files(below root: String) throws -> [FixtureFile] {
        try Repository.files(below: root).map {
            FixtureFile(path: String($0.dropFirst(root.count + 1)), bytes: try Repository.bytes($0))
        }
    }

    static func catalog(_ files: [FixtureFile]) throws -> Catalog {
        try Catalog.load(files, dialects: Wiring.fixtureKeys, identify: Identifiers.fixture)
    }

    /// The personas of the folder, exported and imported again, with its other files.
    static func roundTrip(_ root: String) throws -> (before: Catalog, after: Catalog) {
        let files = try files(below: root)
        let before = try catalog(files)
        var imported = files.filter { !$0.path.hasSuffix(".json") || $0.path == "accounts.json" || $0.isStory }
        for persona in before.personas {
            let full = try #require(before.documents[persona.id]).full(of: persona).indented
            imported += try ImportedPersona(FixtureFile(path: "full", bytes: full), slug: persona.slug).files
        }
        return (before, try catalog(imported))
    }

    /// The document without comments and schemas.
    static func plain(_ value: JSONValue) -> JSONValue {
        switch value.kind {
        case .array(let items): .array(items.map(plain))
        case .object(let members):
            .object(
                members.filter { $0.key != "$comment" && $0.key != "$schema" }.map { .init($0.key, plain($0.value)) })
        default: value
        }
    }

    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// A document by its keys, because an import may write them in another order.
    static func sorted(_ value: JSONValue) -> JSONValue {
        switch value.kind {
        case .array(let items): .array(items.map(sorted))
        case .object(let members):
            .object(members.map { .init($0.key, sorted($0.value)) }.sorted { ExactText($0.key) < ExactText($1.key) })
        default: value
        }
    }

    static let folders = ["fixtures", "Tests/fuzz/language", "docs/examples"]

    @Test("a persona that was exported and imported is the same", arguments: folders)
    func same(_ root: String) throws {
        let (before, after) = try Self.roundTrip(root)
        #expect(before.personas.map(\.slug) == after.personas.map(\.slug))
        for persona in before.personas {
            let again = try #require(after.personas.first { $0.slug == persona.slug })
            let one = try #require(before.documents[persona.id]).full(of: persona)
            let other = try #require(after.documents[again.id]).full(of: again)
            #expect(
                Self.text(Self.sorted(Self.plain(one)).indented) == Self.text(Self.sorted(Self.plain(other)).indented))
        }
    }

    @Test("a persona that was imported has the warnings that it had", arguments: folders)
    func warnings(_ root: String) throws {
        let (before, after) = try Self.roundTrip(root)
        #expect(before.warnings.map(\.message).sorted() == after.warnings.map(\.message).sorted())
    }

    @Test("imported personas answer alike: the shipped stories pass")
    func stories() throws {
        let after = try Self.roundTrip("fixtures").after
        let files = try Self.files(below: "fixtures").filter(\.isStory).map { StoryFile($0, for: after) }
        let stories = files.flatMap(\.stories)
        #expect(stories.count > 20 && files.allSatisfy { $0.diagnostics.isEmpty })
        for story in stories { #expect(try StoryPlayer.verdict(on: story, after).failure?.mismatches ?? [] == []) }
    }

    // MARK: A document of another service

    static let foreign = #"""
        {"persona": {"id": "x", "user_id": "u", "name": "Old Tom", "perplexity_description": null, "is_published": true,
          "created_at": "2025-11-02T10:11:12.5+01:00", "updated_at": "yesterday"},
         "machines": [{"id": 7, "machine_key": "the gate", "name": "Gate", "is_entry": false, "scoring_mode": "scoring",
          "output_variables": [{"key": "alias", "extraction_prompt": "Which name?"}],
          "states": [
           {"id": "s", "state_key": "S0", "is_initial_state": true, "is_terminal_state": false, "display_order": 1},
           {"state_key": "END", "is_initial_state": false, "is_terminal_state": true, "display_order": 9}],
          "transitions": [
           {"from_state_key": "S0", "to_state_key": "END", "decision_type": "pass", "score_delta": 0, "condition": "Says \"friend\""},
           {"from_state_key": "S0", "to_state_key": null, "decision_type": "redirect", "condition": "Is vague"},
           {"from_state_key": "S0", "decision_type": "kick_out", "priority": 0, "condition": null},
           {"from_state_key": "END", "to_state_key": "END", "decision_type": "pass", "condition": "x"}]},
          {"machine_key": "The Gate", "states": [{"state_key": "a", "is_initial_state": true}]}],
         "variables": [{"key": "town", "value": "Lowmarsh", "id": 1}],
         "machine_links": [{"source_machine_key": "the gate", "target_machine_key": "The Gate", "condition_type": "always",
          "condition_value": null}]}
        """#

    static func imported(_ text: String, histories: [String] = []) throws -> ImportedPersona {
        try ImportedPersona(
            FixtureFile(path: "full.json", bytes: Array(text.utf8)),
            histories: histories.map { FixtureFile(path: "history.json", bytes: Array($0.utf8)) })
    }

    static func value(_ imported: ImportedPersona, _ path: String) throws -> JSONValue {
        let file = try #require(imported.files.first { $0.path == "personas/\(imported.slug)/\(path)" })
        return try JSONReader.read(file.bytes)
    }

    @Test("what the language has no place for is left out, and said")
    func leftOut() throws {
        let imported = try Self.imported(Self.foreign)
        #expect(
            imported.leftOut.lines
                == [
                    "machines[].id", "machines[].states[].id",
                    "machines[].transitions[] of terminal states, which never fire", "persona.id", "persona.updated_at",
                    "persona.user_id", "variables[].id",
                ])
        let persona = try Self.value(imported, "persona.json")
        #expect(
            persona.members?.map(\.key) == [
                "$schema", "$comment", "name", "is_published", "created_at", "machines", "machine_links", "variables",
            ])
        #expect(persona["created_at"]?.string == "2025-11-02T09:11:12Z")
    }

    @Test("machines are named by their keys as far as files can be, and links follow")
    func machineNames() throws {
        let imported = try Self.imported(Self.foreign)
        #expect(imported.renamed.map(\.new) == ["the-gate", "the-gate-2"])
        let persona = try Self.value(imported, "persona.json")
        let link = persona["machine_links"]?.array?.first
        #expect(
            link?["source_machine_key"]?.string == "the-gate" && link?["target_machine_key"]?.string == "the-gate-2")
        #expect(persona["machines"]?.array?.map(\.string) == ["the-gate", "the-gate-2"])
        #expect(try Self.value(imported, "machines/the-gate-2.json")["machine_key"]?.string == "the-gate-2")
    }

    @Test("an imported folder loads, and its warnings say what is still to be done")
    func tasks() throws {
        let catalog = try Self.catalog(try Self.imported(Self.foreign).files)
        #expect(catalog.personas.map(\.name) == ["Old Tom"])
        let words = [
            #"a comment says "to do: Which name?""#, #"a comment says "draft: \"when\" is the words in quotes"#,
            #"a comment says "to do: Is vague""#, #"without "when" the transition fires by directive"#,
        ]
        for word in words { #expect(catalog.warnings.count { $0.message.hasPrefix(word) } == 1, "\(word)") }
    }

    @Test("members that are null, or false or 0 as by default, are not written")
    func tidy() throws {
        let machine = try Self.value(try Self.imported(Self.foreign), "machines/the-gate.json")
        #expect(machine["states"]?.array?[0].members?.map(\.key) == ["state_key", "is_initial_state"])
        #expect(
            machine["states"]?.array?[1].members?.map(\.key) == ["state_key", "is_terminal_state", "display_order"])
        #expect(
            machine["transitions"]?.array?.map { $0.members?.map(\.key) ?? [] } == [
                ["from_state_key", "to_state_key", "decision_type", "condition", "when", "$comment"],
                ["from_state_key", "decision_type", "condition", "$comment"], ["from_state_key", "decision_type"],
            ])
    }

    // MARK: Mistakes

    static let mistakes: [(String, String)] = [
        (
            #"{"persona": {"name": "P"}, "machines": [{}\#(String(repeating: ",{}", count: 1_000))]}"#,
            "at most 1000 machines, not 1001"
        ),
        ("", "full.json:1:1: error: "), ("{", "full.json:1:2: error: "),
        ("[]", #"1:1: error: the document must be an object"#),
        ("{}", #"the document has no "persona""#),
        (#"{"persona": 1, "machines": [{}]}"#, "1:13: error: the persona must be"),
        (#"{"persona": {}, "machines": [{}]}"#, #"1:13: error: the persona has no "name""#),
        (#"{"persona": {"name": 7}, "machines": [{}]}"#, #""name" of the persona must be a text, not a number"#),
        (#"{"persona": {"name": "P"}}"#, #"the document has no "machines""#),
        (#"{"persona": {"name": "P"}, "machines": []}"#, "must list at least one machine"),
        (#"{"persona": {"name": "P"}, "machines": {}}"#, #""machines" of the document must be a list"#),
        (#"{"persona": {"name": "P"}, "machines": [3]}"#, "1:41: error: a machine must be an object"),
        (#"{"persona": {"name": "P"}, "machines": [{"states": 3}]}"#, #"1:52: error: "states" must be a list"#),
        (
            #"{"persona": {"name": "P"}, "machines": [{"transitions": [3]}]}"#,
            #"an item of "transitions" must be an object"#
        ),
        (#"{"persona": {"name": "P"}, "machines": [{}], "machine_links": [3]}"#, "a machine link must be an object"),
    ]

    @Test("a file that is no persona is refused with the place in it", arguments: mistakes)
    func broken(_ text: String, _ message: String) throws {
        let refusal = try #require(throws: ImportedPersona.Refusal.self) { try Self.imported(text) }
        #expect(refusal.diagnostics.contains { $0.description.contains(message) }, "\(refusal.diagnostics)")
    }

    // MARK: Names

    static let names: [(String, String)] = [
        ("opening_scene", "opening_scene"), ("S-1", "S-1"), ("the gate", "the-gate"),
        ("../../etc/passwd", "etc-passwd"),
        ("", "machine"), (".", "machine"), ("..", "machine"), ("/", "machine"), ("-rf", "rf"), ("a.json", "a-json"),
        ("a\u{0}b", "a-b"), ("a\nb", "a-b"), ("🦊", "machine"), ("さくら", "さくら"), ("Łódź", "Łódź"), ("con*?", "con_"),
        ("NUL", "nul_"),
        (String(repeating: "x", count: 101), String(repeating: "x", count: 100)),
    ]

    @Test("the name of a file has letters, digits, dashes and underscores, whatever the key is", arguments: names)
    func fileName(_ text: String, _ name: String) {
        #expect(FileName.distinct([text]) == [name])
    }

    @Test("no two machines have one file")
    func distinct() {
        #expect(
            FileName.distinct(["a", "A", "a", "", "?", "a-2"]) == ["a", "A-2", "a-3", "machine", "machine-2", "a-2-2"])
    }

    @Test("docs/import.md shows what an import makes of a transition")
    func page() throws {
        let blocks = try Repository.text("docs/import.md").split(separator: "```json\n").dropFirst()
            .map { $0.prefix { $0 != "`" } }
        let transition = try JSONReader.read(Array(try #require(blocks.first).utf8))
        #expect(blocks.count == 2)
        #expect(Self.text(ConditionDraft.applied(to: transition).indented) == blocks.last.map(String.init))
    }
}
