import Coverage
import Dialogue
import Exact
import Fixtures
import JSON
import Stories
import Support
import Testing

@testable import Program

@Suite("Stories in memory")
struct StoryTests {
    static func verdicts(_ folder: StoryFolder) throws -> [StoryVerdict] {
        try folder.files.flatMap(\.stories).map { try StoryPlayer.verdict(on: $0, folder.catalog) }
    }

    /// Plays a story about a shipped persona.
    static func verdict(_ text: String) throws -> StoryVerdict {
        let catalog = try FixtureSource.builtIn.load().catalog
        let file = StoryFile(FixtureFile(path: "stories/s.story.json", bytes: Array(text.utf8)), for: catalog)
        let story = try #require(file.stories.first, "\(file.diagnostics)")
        return try StoryPlayer.verdict(on: story, catalog)
    }

    @Test("the shipped stories pass")
    func shipped() throws {
        let folder = try StoryFolder(["\(Repository.root)/fixtures"], fixtures: nil, [:])
        let verdicts = try Self.verdicts(folder)
        #expect(Set(verdicts.map(\.story.persona.slug)) == Set(folder.catalog.personas.map(\.slug)))
        #expect(verdicts.filter { !$0.passed }.map(\.story.name) == [])
    }

    @Test("the shipped stories reach every transition and follow-up, and every state")
    func coverage() throws {
        let folder = try StoryFolder(["\(Repository.root)/fixtures"], fixtures: nil, [:])
        var coverage = Coverage(of: folder.catalog, folder.fixtures.files)
        for story in folder.files.flatMap(\.stories) {
            _ = try StoryPlayer.verdict(on: story, folder.catalog) { reach, machine in
                coverage.add(reach, on: machine, of: story.persona)
            }
        }
        for file in coverage.files {
            let missed = file.unreached.filter { [.state, .transition, .followUp].contains($0.kind) }.map(\.label)
            #expect(missed == [], "\(file.path)")
        }
        let text = CoverageText.text(coverage, below: "f/").plain
        let shown = try #require(try Self.blocks("\ncoverage").first).split(separator: "\n")
        for line in shown where line != "…" { #expect(text.contains(line.replacing("fixtures/", with: "f/"))) }
    }

    static let servers: [([String], String?)] = [
        (["--base-url", "http://h:1", "--key", "k"], nil),
        (["--base-url", "http://h:1", "--handshake-key", "k"], nil),
        (["--base-url", "http://h:1", "--control-token-file", "t", "--sandbox", "s"], nil),
        (
            ["--base-url", "http://h:1"],
            "--base-url needs --key, a key of the FoilEngine API there, or --handshake-key"
        ),
        (["--base-url", "http://h:1", "--key", "k", "--sandbox", "s"], "--sandbox needs --control-token-file"),
        (["--key", "k"], "--key needs --base-url"), (["--sandbox", "s"], "--sandbox needs --base-url"),
        (["--junit", "x", "--lcov", "x"], "--junit and --lcov name the same file"),
        (["--handshake-key", "k"], "--handshake-key needs --base-url"),
        (["--base-url", "https://h", "--key", "k"], "the URL must look like http://127.0.0.1:8000, not 'https://h'"),
        (
            ["--base-url", "http://h", "--key", "k", "--coverage"],
            "--coverage is for stories in memory; leave out --base-url"
        ),
    ]

    @Test("a server needs its URL and a key", arguments: servers)
    func server(_ words: [String], _ mistake: String?) {
        if let mistake {
            #expect(throws: AppError.usage(mistake)) { try command(["test"] + words) }
        } else {
            #expect((try? command(["test"] + words)) != nil)
        }
    }

    static let percentages: [(String, Bool)] = [
        ("0", true), ("82.5", true), ("100", true), ("-1", false), ("101", false), ("x", false), ("", false),
    ]

    @Test("--fail-under takes a percentage", arguments: percentages)
    func least(_ text: String, _ isTaken: Bool) {
        let read = try? command(["test", "--fail-under", text])
        #expect((read != nil) == isTaken)
    }

    /// What the player does on the direct messages of Maya or the machines of the warden, and what comes of it.
    static let steps: [(String, String)] = [
        (#""maya", "begins": "player""#, #"{"nudge": true, "expect": {"error": "no_session"}}"#),
        (#""maya", "begins": "player""#, #"{"event": "x", "expect": {"error": "unknown_event"}}"#),
        (#""maya""#, #"{"nudge": true}, {"nudge": true, "expect": {"error": "nudge_cooldown", "state": "cold"}}"#),
        (#""warden""#, #"{"nudge": true, "expect": {"error": "no_nudge"}}"#),
        (#""warden", "begins": "opener""#, #"{"init": "gate", "expect": {"error": "no_opener"}}"#),
        (#""warden""#, #"{"say": "a"}, {"init": "vault", "expect": {"error": "locked", "state": "s0"}}, {"say": "b"}"#),
        (#""warden", "machine": "vault""#, #"{"init": "vault", "expect": {"state": "door"}}"#),
        (
            #""warden", "machine": "road", "variables": {"alias": "Kim"}"#,
            #"{"init": "road", "expect": {"reply": {"contains": "Kim"}}}"#
        ),
        (#""warden""#, #"{"say": "[[kick_out]]"}, {"say": "x", "expect": {"error": "ended", "outcome": "KICK_OUT"}}"#),
        (#""warden""#, #"{"say": "[[error 503]]", "expect": {"error": 503, "decision": null}}"#),
        (#""warden""#, #"{"say": "[[dance]]", "expect": {"error": 400}}"#),
        (#""warden""#, #"{"say": "[[error 429]]", "expect": {"error": 429}}"#),
        (#""warden""#, #"{"init": "vault", "expect": {"error": 403}}"#),
        (#""warden""#, #"{"say": "[[kick_out]]"}, {"say": "x", "expect": {"error": 400}}"#),
        (#""warden""#, #"{"reset": true}, {"reset": true, "expect": {"error": 404}}"#),
        // A message that the API does not take.
        (#""warden""#, #"{"say": "", "expect": {"error": 400, "state": "s0"}}"#),
        (#""warden""#, #"{"say": " \n", "expect": {"error": 400}}"#),
        (#""warden""#, #"{"say": "\#(String(repeating: "x", count: 10_001))", "expect": {"error": 400}}"#),
        (#""maya", "begins": "player""#, #"{"say": "", "expect": {"error": 422}}"#),
        (#""maya", "begins": "player""#, #"{"say": "", "image": true}, {"say": "x", "expect": {"state": "warm"}}"#),
        (#""warden""#, #"{"reset": true}, {"reset": true, "expect": {"error": "no_session"}}"#),
        (#""maya", "begins": "player""#, #"{"say": "a"}, {"reset": true}, {"say": "b", "expect": {"state": "warm"}}"#),
    ]

    @Test("a step has the results and the errors of the server", arguments: steps)
    func step(_ heading: String, _ turns: String) throws {
        let verdict = try Self.verdict(#"{"persona": \#(heading), "turns": [\#(turns)]}"#)
        #expect(verdict.failure?.mismatches ?? [] == [])
        #expect(verdict.checked > 0)
    }

    @Test("time stands still but for what the story advances")
    func clock() throws {
        let nudge = #"{"nudge": true, "expect": {"reply": "still there?"}}"#
        for (seconds, passes) in [("3599.5", false), ("3600", true)] {
            let turns = #"{"say": "a"}, \#(nudge), {"advance": \#(seconds)}, \#(nudge)"#
            #expect(
                try Self.verdict(#"{"persona": "maya", "begins": "player", "turns": [\#(turns)]}"#).passed == passes)
        }
    }

    @Test("a story that fails has the turn's explanation, with places in the fixtures")
    func explained() throws {
        let verdict = try Self.verdict(
            #"{"persona": "warden", "turns": [{"say": "I am Zoe", "expect": {"state": "open"}}]}"#)
        let failure = try #require(verdict.failure)
        #expect(failure.mismatches == [Mismatch(key: "state", line: 1, expected: "open", actual: "s1")])
        #expect(failure.explanation.contains { $0.contains("personas/warden/machines/gate.json:20: s0 → s1 pass +3") })
    }

    @Test("the report for people has expected and actual side by side, and why")
    func text() throws {
        let verdict = try Self.verdict(
            #"{"persona": "warden", "turns": [{"say": "I am Zoe", "expect": {"decision": "redirect", "state": "open"}}]}"#
        )
        let lines = StoryText.file([verdict][...]).plain.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(
            lines.prefix(8) == [
                "FAIL  stories/s.story.json: 1 of 1 story", "", "  s  stories/s.story.json:1",
                "  turn 1, say \"I am Zoe\":", "              expected  actual",
                "    decision  redirect  pass    stories/s.story.json:1",
                "    state     open      s1      stories/s.story.json:1", "  why:",
            ])
        var report = StoryReport()
        report.add(verdict)
        report.seconds = 0.0011
        #expect(StoryText.summary(report).plain == "1 story, 1 turn in 2 ms: 1 failed")
        #expect(
            StoryText.summary(report, of: "the built-in fixtures").plain
                == "1 story of the built-in fixtures, 1 turn in 2 ms: 1 failed")
    }

    @Test("when no story was played, that is the result, with the reasons")
    func nothingPlayed() throws {
        var report = StoryReport()
        let story = try Self.verdict(#"{"persona": "warden", "turns": [{"say": "x"}]}"#).story
        report.add(StoryVerdict(notPlayed: story, because: "needs --handshake-key"))
        #expect(
            StoryText.summary(report).plain
                == "0 stories, 0 turns in 0 ms: nothing was played; 1 not played: needs --handshake-key")
    }

    static let differences: [(String, String, String, String, String?)] = [
        ("cat", "cot", #""cat""#, #""cot""#, nil),
        ("caf\u{E9}", "cafe\u{301}", "\"caf\u{E9}\"", "\"cafe\u{301}\"", "character 4: U+00E9 expected, U+0065 came"),
        ("end ", "end", #""end ""#, #""end""#, "character 4: U+0020 expected, the end came"),
        (
            String(repeating: "a", count: 99) + "b",
            String(repeating: "a", count: 99) + "c" + String(repeating: "d", count: 50),
            "…" + String(repeating: "a", count: 40) + "b\"",
            "…" + String(repeating: "a", count: 40) + "c" + String(repeating: "d", count: 39) + "…",
            "character 100: U+0062 expected, U+0063 came"
        ),
    ]

    @Test(
        "of long texts the part is shown in which they differ, and what cannot be seen is named", arguments: differences
    )
    func difference(_ expected: String, _ actual: String, _ left: String, _ right: String, _ remark: String?) throws {
        let wanted = try #require(try Self.mismatch(expected, actual))
        #expect(wanted.expected.unicodeScalars.elementsEqual("\"\(expected)\"".unicodeScalars), "it is whole")
        let lines = MismatchTable.lines([wanted], "f").map { $0.plain.split(separator: "  ").map(String.init) }
        #expect(lines[1].count == 4)
        #expect(ExactText(lines[1][1].trimmed) == ExactText(left) && ExactText(lines[1][2].trimmed) == ExactText(right))
        #expect(lines.count == (remark == nil ? 2 : 3))
        if let remark { #expect(lines[2].last?.trimmed == remark) }
    }

    /// The mismatch of a reply.
    private static func mismatch(_ expected: String, _ actual: String) throws -> Mismatch? {
        var writer = JSONWriter(capacity: 64)
        writer.string(expected)
        let wanted = String(decoding: writer.bytes, as: UTF8.self)
        let text = #"{"persona": "warden", "turns": [{"say": "x", "expect": {"reply": \#(wanted)}}]}"#
        let catalog = try FixtureSource.builtIn.load().catalog
        let file = StoryFile(FixtureFile(path: "f", bytes: Array(text.utf8)), for: catalog)
        var result = TurnResult()
        result.reply = .value(actual)
        return StoryVerdict(of: try #require(file.stories.first), begin: { TurnResult() }, play: { _ in result })
            .failure?
            .mismatches.first
    }

    // MARK: The page

    /// The blocks of docs/stories.md that begin with this line.
    static func blocks(_ begin: String) throws -> [String] {
        let parts = try Repository.text("docs/stories.md").split(separator: "```", omittingEmptySubsequences: false)
        return parts.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }.filter {
            $0.hasPrefix(begin)
        }
        .map { String($0.drop { $0 != "\n" }.dropFirst()) }
    }

    static func page() throws -> [StoryFile] {
        let catalog = try FixtureSource.builtIn.load().catalog
        return try blocks("json\n").map {
            StoryFile(FixtureFile(path: "stories/gate.story.json", bytes: Array($0.utf8)), for: catalog)
        }
    }

    @Test("the stories of docs/stories.md pass")
    func examples() throws {
        let files = try Self.page()
        #expect(files.count == 3 && files.allSatisfy { $0.diagnostics == [] })
        let catalog = try FixtureSource.builtIn.load().catalog
        let verdicts = try files.flatMap(\.stories).map { try StoryPlayer.verdict(on: $0, catalog) }
        #expect(verdicts.map(\.failure?.mismatches).allSatisfy { $0 == nil }, "\(verdicts.map(\.failure))")
    }

    @Test("the report that docs/stories.md shows is that of its first story with another state")
    func shownReport() throws {
        let text = try #require(try Self.blocks("json\n").first).replacing(
            "\"state\": \"s1\"", with: "\"state\": \"open\"")
        let catalog = try FixtureSource.builtIn.load().catalog
        let file = StoryFile(FixtureFile(path: "stories/gate.story.json", bytes: Array(text.utf8)), for: catalog)
        let verdict = try StoryPlayer.verdict(on: try #require(file.stories.first), catalog)
        let shown = try #require(try Self.blocks("\nFAIL").first)
        #expect(StoryText.file([verdict][...]).plain + "\n" == shown)
    }
}

extension String {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
