import Dialogue
import Fixtures
import Stories
import Support
import Testing

@Suite("The decoder of stories")
struct StoryDecodingTests {
    @Test("a file of one story is named by the file, and begins on the default machine at the standard time")
    func standard() throws {
        let stories = try Samples.stories(#"{"persona": "warden", "turns": [{"say": "Hi"}]}"#)
        let story = try #require(stories.first)
        #expect(stories.count == 1)
        #expect((story.name, story.line, story.seed) == ("s", 1, 1))
        #expect(story.persona.slug == "warden" && story.machine.key == "gate")
        #expect(story.player == Player(name: "Sam", gender: .nonBinary))
        #expect(story.clock.text == "2026-03-10T12:00:00Z" && story.begins == .greeting && story.beginsItself)
    }

    @Test("a story of a list takes from the file what it does not say itself")
    func inherited() throws {
        let stories = try Samples.stories(
            """
            {"persona": "warden", "machine": "road", "player": {"name": "Ann", "gender": "female"}, "seed": 3,
             "variables": {"alias": "Kim"},
             "stories": [{"turns": [{"say": "a"}]},
                         {"name": "own", "machine": "vault", "player": "Ben", "variables": {"town": "X"},
                          "begins": "player", "turns": [{"say": "b"}]},
                         {"persona": "maya", "seed": 4, "turns": [{"say": "c"}]}]}
            """)
        #expect(stories.map(\.name) == ["story 1", "own", "story 3"])
        #expect(stories.map(\.machine.key) == ["road", "vault", "dm"])
        #expect(stories.map(\.player.name) == ["Ann", "Ben", "Ann"])
        #expect(stories.map(\.player.gender) == [.female, .female, .female])
        #expect(stories.map(\.seed) == [3, 3, 4])
        #expect(stories.map(\.variables) == [["alias": "Kim"], ["alias": "Kim", "town": "X"], [:]])
        #expect(stories.map(\.begins) == [.greeting, .player, .greeting])
        #expect(stories.map(\.line) == [3, 4, 6])
    }

    @Test("names after an init are those of the machine that it begins")
    func machines() throws {
        let story = try #require(
            try Samples.stories(
                """
                {"persona": "warden", "turns": [
                  {"say": "x", "expect": {"state": "s0"}},
                  {"init": "road", "expect": {"state": "march"}},
                  {"say": "x", "expect": {"state": "ambush"}}]}
                """
            ).first)
        #expect(story.turns.map(\.line) == [2, 3, 4])
        #expect(story.turns.flatMap(\.expectations).map(\.line) == [2, 3, 4])
    }

    @Test("after an init that is expected to be refused, or that names nothing, the names are not those of its machine")
    func refusedInit() throws {
        let turns = #"{"init": "road", "expect": {"error": "locked"}}, {"say": "x", "expect": {"state": "s0"}}"#
        #expect(try Samples.stories(#"{"persona": "warden", "turns": [\#(turns)]}"#).count == 1)
        let broken = #"{"init": "rod"}, {"say": "x", "expect": {"state": "march"}}"#
        let file = Samples.read(#"{"persona": "warden", "turns": [\#(broken)]}"#, knowing: try Samples.catalog())
        #expect(file.diagnostics.count == 1)
    }

    /// Broken files: `^` is before the place of the mistake.
    static let broken: [(String, String)] = [
        ("^[]", "the file must be an object, not a list"),
        (#"^{"turns": [{"say": "x"}]}"#, #"the file has no "persona""#),
        (#"^{"persona": "warden"}"#, #"the file has no "turns""#),
        (
            #"{"persona": ^"wardn", "turns": [{"say": "x"}]}"#,
            #""persona" names no persona: "wardn"; did you mean "warden"?"#
        ),
        (
            #"{"persona": "warden", "machine": ^"gat", "turns": [{"say": "x"}]}"#,
            #""machine" names no machine of "warden": "gat"; did you mean "gate"?"#
        ),
        (
            #"{"persona": "warden", ^"begin": "player", "turns": [{"say": "x"}]}"#,
            #"unknown key "begin" in the file; did you mean "begins"?"#
        ),
        (
            #"{"persona": "warden", "begins": ^"playr", "turns": [{"say": "x"}]}"#,
            #""begins" of the file must be one of greeting, opener, player, not "playr"; did you mean "player"?"#
        ),
        (
            #"{"persona": "warden", "clock": ^"noon", "turns": [{"say": "x"}]}"#,
            #""clock" must be a time such as 2026-03-10T12:00:00Z or 2026-03-10T13:00:00+01:00, from 1970 to 2261, not "#
                + #""noon""#
        ),
        (
            #"{"persona": "warden", "variables": {^"twn": "x"}, "turns": [{"say": "x"}]}"#,
            #""twn" is no variable of "warden", nor one that a machine sets; did you mean "town"?"#
        ),
        (#"{"persona": "warden", "turns": ^[]}"#, #""turns" must list at least one turn"#),
        (
            #"{"persona": "warden", "turns": ^[{"say": "x"}], "stories": [{"turns": [{"say": "x"}]}]}"#,
            #"the file has "turns" of one story and a list of "stories"; keep one of them"#
        ),
        (#"{"persona": "warden", "stories": ^[]}"#, #""stories" must list at least one story"#),
        (
            #"{"persona": "warden", "name": ^"x", "stories": [{"turns": [{"say": "x"}]}]}"#,
            "a list of stories has no name; each story has"
        ),
        (
            #"{"machine": ^"gate", "stories": [{"persona": "warden", "turns": [{"say": "x"}]}]}"#,
            #""machine" needs the "persona" whose machine it is"#
        ),
        (
            #"{"persona": "warden", "stories": [{"name": "a", "turns": [{"say": "x"}]}, {"name": ^"a", "turns": [{"say": "x"}]}]}"#,
            #"the story "a" stands twice"#
        ),
    ]

    @Test("a broken file is refused with its place and a remedy", arguments: broken)
    func refused(_ marked: String, _ message: String) throws { try Self.check(marked, message) }

    /// Broken turns of a story about the gate of the warden.
    static let turns: [(String, String)] = [
        ("^1", "a turn must be an object, not a number"),
        ("^{}", "a turn must have one of say, event, nudge, init, reset, advance"),
        (#"^{"say": "x", "nudge": true}"#, #"a turn does one thing, not "say" and "nudge""#),
        (#"{"say": ^1}"#, #""say" of a turn must be a text, not a number"#),
        (#"{"nudge": ^false}"#, #""nudge" can only be true"#),
        (#"{"reset": ^1}"#, #""reset" of a turn must be true or false, not a number"#),
        (#"{"advance": ^"1h"}"#, #""advance" of a turn must be a number, not a text"#),
        (#"{"init": ^"rod"}"#, #""init" names no machine of "warden": "rod"; did you mean "road"?"#),
        (#"{"event": ^"knock"}"#, #""event" names no event of the machine "gate": "knock""#),
        (#"{"nudge": true, "image": ^true}"#, #""image" comes with "say" or "event", not with "nudge""#),
        (#"{"say": "x", "context": ^{}}"#, #""context" comes with "event", not with "say""#),
        (#"{^"sya": "x"}"#, #"unknown key "sya" in a turn; did you mean "say"?"#),
        (#"{"say": ^"\#(String(repeating: "x", count: 100_001))"}"#, #""say" may have 100000 characters"#),
        (#"{"say": "x", "expect": ^[]}"#, #""expect" must be an object, not a list"#),
        (
            #"{"say": "x", "expect": {"state": ^"s2"}}"#,
            #""state" names no state of the machine "gate": "s2"; did you mean "s0"?"#
        ),
        (
            #"{"say": "x", "expect": {"decision": ^"psas"}}"#,
            #""decision" of "expect" must be one of pass, redirect, reject, kick_out, not "psas"; did you mean "pass"?"#
        ),
        (
            #"{"say": "x", "expect": {"outcome": ^"WON"}}"#,
            #""outcome" of "expect" must be one of ACCEPT, REJECT, KICK_OUT, not "WON""#
        ),
        (
            #"{"say": "x", "expect": {"error": ^"lockd"}}"#,
            #""error" is an HTTP status such as 503, or must be one of locked, no_session, ended, unknown_event, no_opener, no_nudge, "#
                + #"nudge_cooldown, nudge_cap, not "lockd"; did you mean "locked"?"#
        ),
        (
            #"{"say": "x", "expect": {"error": ^200}}"#,
            #""error" of "expect" must be between 400 and 599, not 200"#
        ),
        (
            #"{"say": "x", "expect": {"unlocks": [^"vaul"]}}"#,
            #""unlocks" names no machine of "warden": "vaul"; did you mean "vault"?"#
        ),
        (#"{"say": "x", "expect": {"unlocks": [^1]}}"#, #""unlocks" lists keys of machines"#),
        (
            #"{"say": "x", "expect": {"variables": {^"alia": "x"}}}"#,
            #""alia" is no variable of "warden", nor one that a machine sets; did you mean "alias"?"#
        ),
        (#"{"say": "x", "expect": {"reply": ^1}}"#, #""reply" must be a text or {"contains", "pattern"}"#),
        (#"{"say": "x", "expect": {"reply": ^{}}}"#, #""reply" must hold "contains" or "pattern""#),
        (#"{"say": "x", "expect": {"reply": {"contains": [^1]}}}"#, #""contains" lists texts"#),
        (#"{"say": "x", "expect": {"reply": {"contains": ^1}}}"#, #""contains" must be a text or a list of texts"#),
        (
            #"{"say": "x", "expect": {"reply": {"pattern": ^"("}}}"#,
            "the pattern does not compile: missing closing parenthesis (at its byte 1)"
        ),
        (
            #"{"say": "x", "expect": {^"scor": 1}}"#, #"unknown key "scor" in "expect"; did you mean "score"?"#
        ),
    ]

    @Test("a broken turn is refused with its place and a remedy", arguments: turns)
    func turn(_ marked: String, _ message: String) throws {
        try Self.check(#"{"persona": "warden", "turns": [\#(marked)]}"#, message)
    }

    private static func check(_ marked: String, _ message: String) throws {
        let place = try #require(marked.firstIndex(of: "^"))
        let column = marked.distance(from: marked.startIndex, to: place) + 1
        let file = Samples.read(marked.replacing("^", with: ""), knowing: try Samples.catalog())
        #expect(file.stories.isEmpty)
        #expect(file.diagnostics.map(\.place) == ["stories/s.story.json:1:\(column)"])
        #expect(file.diagnostics.first?.message.hasPrefix(message) ?? false, "\(file.diagnostics)")
    }

    @Test("without the personas names are not checked, and all else is")
    func alone() {
        let text =
            #"{"persona": "x", "machine": "y", "turns": [{"init": "z"}, {"say": "a", "expect": {"state": "b"}}]}"#
        #expect(Samples.read(text, knowing: nil).diagnostics == [])
        #expect(Samples.read(text.replacing("\"a\"", with: "1"), knowing: nil).hasMistakes)
        let list = #"{"persona": "x", "stories": [{"turns": [{"say": "a"}]}]}"#
        #expect(Samples.read(list, knowing: nil).diagnostics == [])
    }

    @Test("an event that nobody knows is no mistake where an error is expected")
    func unknownEvent() throws {
        let turn = #"{"event": "knock", "expect": {"error": "unknown_event"}}"#
        #expect(try Samples.stories(#"{"persona": "warden", "turns": [\#(turn)]}"#).count == 1)
    }

    /// Stories that are allowed and hardly meant.
    static let doubtful: [(String, String)] = [
        (
            #""begins": "opener", "turns": [{"say": "x", "expect": {"state": "s0"}}]"#,
            #"the machine "gate" has no opener, so the story "s" cannot begin with one"#
        ),
        (
            #""turns": [{"say": "x", "expect": {"error": "ended", "decision": "pass"}}]"#,
            #"a turn with an error has no "decision", so this never passes"#
        ),
        (
            #""turns": [{"say": "x", "expect": {"error": 503, "reply": "x"}}]"#,
            #"a turn with an error has no "reply", so this never passes"#
        ),
        (
            #""turns": [{"say": "x", "expect": {"reply": {"contains": ["x", ""]}}}]"#,
            "every reply contains an empty text"
        ),
    ]

    @Test("what is allowed and hardly meant is a warning", arguments: doubtful)
    func warned(_ rest: String, _ message: String) throws {
        let file = Samples.read(#"{"persona": "warden", \#(rest)}"#, knowing: try Samples.catalog())
        #expect(file.stories.count == 1 && file.diagnostics.map(\.message) == [message])
    }

    @Test("what is left after an error may be expected with it")
    func afterAnError() throws {
        let expected =
            #"{"error": "ended", "decision": null, "state": "s0", "score": 0, "unlocks": [], "outcome": null}"#
        let text = #"{"persona": "warden", "turns": [{"say": "x", "expect": \#(expected)}]}"#
        #expect(Samples.read(text, knowing: try Samples.catalog()).diagnostics == [])
    }

    @Test("a story that expects nothing is a warning")
    func empty() throws {
        let file = Samples.read(#"{"persona": "warden", "turns": [{"say": "x"}]}"#, knowing: try Samples.catalog())
        #expect(file.stories.count == 1 && !file.hasMistakes)
        #expect(file.diagnostics.map(\.severity) == [.warning])
    }

    @Test("a JSON file in the folder of stories that nobody reads is a warning")
    func misplaced() {
        #expect(StoryFile.warning(about: "stories/a/b.json")?.severity == .warning)
        #expect(StoryFile.warning(about: "stories/a.story.json") == nil)
        #expect(StoryFile.warning(about: "stories/notes.md") == nil)
        #expect(StoryFile.warning(about: "other/b.json") == nil)
        for path in ["b.story.json", "other/b.story.json", "stories/B.Story.JSON", "stories/b.story.json5"] {
            #expect(StoryFile.warning(about: path)?.severity == .warning)
        }
    }
}
