import Coverage
import Dialogue
import Fixtures
import JSON
import Stories
import Support
import Testing

@testable import foilmock

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
        let folder = try StoryFolder(["\(Repository.root)/fixtures"], fixtures: nil)
        let verdicts = try Self.verdicts(folder)
        #expect(Set(verdicts.map(\.story.persona.slug)) == Set(folder.catalog.personas.map(\.slug)))
        #expect(verdicts.filter { !$0.passed }.map(\.story.name) == [])
    }

    @Test("the shipped stories reach every transition and follow-up, and every state")
    func coverage() throws {
        let folder = try StoryFolder(["\(Repository.root)/fixtures"], fixtures: nil)
        var coverage: Coverage? = Coverage(of: folder.catalog, folder.fixtures.files)
        for story in folder.files.flatMap(\.stories) {
            _ = try StoryPlayer.verdict(on: story, folder.catalog, noting: &coverage)
        }
        for file in try #require(coverage).files {
            let missed = file.unreached.filter { [.state, .transition, .followUp].contains($0.kind) }.map(\.label)
            #expect(missed == [], "\(file.path)")
        }
        let text = CoverageText.text(try #require(coverage), below: "f/").plain
        let shown = try #require(try Self.blocks("\ncoverage").first).split(separator: "\n")
        for line in shown where line != "…" { #expect(text.contains(line.replacing("fixtures/", with: "f/"))) }
    }

    static let answers: [(String, Int?, String?)] = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\":\"b\"}", 200, "b"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n5;x=y\r\n:\"b\"}\r\n0\r\n\r\n", 200, "b"),
        ("HTTP/1.0 503 Busy\r\nx: y\r\n\r\n", 503, nil), ("HTTP/1.1 200 OK\r\n", nil, nil), ("", nil, nil),
        ("HTTP/1.1 OK\r\n\r\n", nil, nil), ("SSH-2.0\r\n\r\n", nil, nil),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffff\r\n{", 200, nil),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{", 200, nil),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n7fffffffffffffff\r\n{", 200, nil),
    ]

    @Test("an answer is read whole, or as none", arguments: answers)
    func answer(_ text: String, _ status: Int?, _ member: String?) {
        let answer = PlainHTTP.answer(Array(text.utf8))
        #expect(answer?.status == status)
        #expect(answer?.json?["a"]?.string == member)
    }

    static let servers: [([String], String?)] = [
        (["--base-url", "http://h:1", "--key", "k"], nil),
        (["--base-url", "http://h:1"], "--base-url needs --key"), (["--key", "k"], "--key needs --base-url"),
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

    // MARK: Files

    static func folder(_ stories: [String: String]) -> TemporaryFolder {
        let folder = TemporaryFolder()
        for name in ["personas", "personas/p", "personas/p/machines", "stories"] { folder.makeFolder(name) }
        folder.write(#"{"name": "P"}"#, to: "personas/p/persona.json")
        folder.write(
            """
            {"pass_threshold": 0,
             "states": [{"state_key": "s", "is_initial_state": true, "says": "Hi."},
                        {"state_key": "end", "is_terminal_state": true}],
             "transitions": [{"from_state_key": "s", "to_state_key": "end", "decision_type": "pass",
                              "when": {"any": ["bye"]}}]}
            """,
            to: "personas/p/machines/m.json")
        for (name, text) in stories { folder.write(text, to: "stories/\(name)") }
        return folder
    }

    static let story = #"{"persona": "p", "turns": [{"say": "x", "expect": {"state": "s"}}]}"#

    @Test("stories are played with the personas beside them, whatever path is given")
    func paths() throws {
        let folder = Self.folder(["a.story.json": Self.story, "b.story.json": Self.story, "note.json": "{}"])
        for (paths, count) in [(["."], 2), (["./stories"], 2), (["./stories/b.story.json"], 1)] {
            let found = try StoryFolder(paths.map { folder.place($0) }, fixtures: nil)
            #expect(found.files.count == count)
            #expect(try Self.verdicts(found).allSatisfy { $0.passed && $0.story.file.hasPrefix(folder.path) })
        }
        #expect(try StoryFolder([], fixtures: folder.path).files.count == 2)
    }

    @Test("nothing is played of a folder without stories, or with mistakes, which are named with their place")
    func refused() throws {
        let empty = Self.folder([:])
        #expect(throws: AppError.self) { try StoryFolder([empty.path], fixtures: nil) }
        let broken = Self.folder(["a.story.json": Self.story.replacing("\"s\"", with: "\"z\"")])
        do {
            _ = try StoryFolder([broken.path], fixtures: nil)
            Issue.record("it was read")
        } catch {
            let place = "\(broken.path)/stories/a.story.json:1:61: error: \"state\" names no state"
            #expect(error.message.hasPrefix(place), "\(error.message)")
            #expect(error.message.hasSuffix("Error: 1 mistake in the stories; nothing is played"))
        }
        let unread = Self.folder([:])
        unread.makeFolder("stories/x.story.json")
        #expect(throws: AppError.self) { try StoryFolder([unread.place("stories/no.story.json")], fixtures: nil) }
    }

    @Test("a check has the mistakes of stories; a server neither reads nor counts them")
    func separate() throws {
        let folder = Self.folder(["a.story.json": "{", "b.json": "{}"])
        let source = FixtureSource.folder(folder.path)
        let loaded = try source.load()
        #expect(loaded.catalog.warnings == [])
        let (files, unreadable) = source.withStories(try source.files())
        #expect(unreadable == [])
        #expect(Check.diagnostics(of: files).map(\.place) == ["stories/a.story.json:1:2", "stories/b.json"])
        folder.write(Self.story, to: "stories/c.story.json")
        #expect(try source.load().digest == loaded.digest)
        #expect(!FixtureFolder.counts("stories/a.story.json"))
    }

    @Test("without a catalog the mistakes of the fixtures and of the stories come together")
    func both() throws {
        let folder = Self.folder(["a.story.json": "{"])
        folder.write("{", to: "personas/p/persona.json")
        let source = FixtureSource.folder(folder.path)
        let files = source.withStories(try source.files()).files
        #expect(Check.diagnostics(of: files).map(\.file) == ["personas/p/persona.json", "stories/a.story.json"])
    }
}
