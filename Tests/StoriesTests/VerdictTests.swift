import Dialogue
import JSON
import Stories
import Testing

@Suite("The verdict on a story")
struct VerdictTests {
    /// A turn in which everything is as a server in memory shows it.
    static func result(_ change: (inout TurnResult) -> Void = { _ in }) -> TurnResult {
        var result = TurnResult()
        result.decision = .value("pass")
        result.state = .value("s1")
        result.score = .value(3)
        result.outcome = .value(nil)
        result.followUp = .value(false)
        result.redirectCount = .value(1)
        result.unlocks = .value(["vault", "road"])
        result.variables = .value(["town": "Lowmarsh"])
        result.reply = .value("And why\nshould \"Zoe\" pass?")
        result.explanation = { ["because"] }
        change(&result)
        return result
    }

    static func verdict(_ expectation: String, _ result: TurnResult = result()) throws -> StoryVerdict {
        StoryVerdict(of: try Samples.expecting(expectation), begin: { TurnResult() }, play: { _ in result })
    }

    static let holding = [
        #"{"decision": "pass", "state": "s1", "score": 3, "outcome": null, "follow_up": false, "redirect_count": 1}"#,
        #"{"unlocks": ["road", "vault"], "variables": {"town": "Lowmarsh", "alias": null}}"#,
        #"{"reply": "And why\nshould \"Zoe\" pass?"}"#, #"{"reply": {"contains": "Zoe"}}"#,
        #"{"reply": {"contains": ["why", "pass"], "pattern": "^and WHY"}}"#, "{}",
    ]

    @Test("a turn that is as expected passes", arguments: holding)
    func passed(_ expectation: String) throws {
        let verdict = try Self.verdict(expectation)
        #expect(verdict.passed && verdict.unchecked == [] && verdict.turns == 1)
    }

    static let failing: [(String, String, String, String)] = [
        (#"{"decision": null}"#, "decision", "none", "pass"),
        (#"{"decision": "redirect"}"#, "decision", "redirect", "pass"),
        (#"{"state": "open"}"#, "state", "open", "s1"), (#"{"score": 4}"#, "score", "4", "3"),
        (#"{"decision": "kick_out"}"#, "decision", "kick_out", "pass"),
        (#"{"outcome": "ACCEPT"}"#, "outcome", "ACCEPT", "none"),
        (#"{"follow_up": true}"#, "follow_up", "true", "false"),
        (#"{"redirect_count": 0}"#, "redirect_count", "0", "1"),
        (#"{"unlocks": []}"#, "unlocks", "none", "road, vault"),
        (#"{"unlocks": ["vault"]}"#, "unlocks", "vault", "road, vault"),
        (#"{"variables": {"town": "X"}}"#, "variables.town", #""X""#, #""Lowmarsh""#),
        (#"{"variables": {"town": null}}"#, "variables.town", "not set", #""Lowmarsh""#),
        (#"{"variables": {"alias": "Zoe"}}"#, "variables.alias", #""Zoe""#, "not set"),
        (#"{"reply": "And why"}"#, "reply", #""And why""#, #""And why\nshould \"Zoe\" pass?""#),
        (#"{"reply": {"contains": "zoe"}}"#, "reply", #"contains "zoe""#, #""And why\nshould \"Zoe\" pass?""#),
        (#"{"reply": {"pattern": "^why"}}"#, "reply", #"pattern "^why""#, #""And why\nshould \"Zoe\" pass?""#),
        (#"{"error": "ended"}"#, "error", "ended", "none"),
    ]

    @Test("a difference has what was expected and what came", arguments: failing)
    func failed(_ expectation: String, _ key: String, _ expected: String, _ actual: String) throws {
        let failure = try #require(try Self.verdict(expectation).failure)
        let found = failure.mismatches.map { [$0.key, "\($0.line)", $0.expected, $0.actual] }
        #expect(found == [[key, "1", expected, actual]])
        #expect((failure.turn, failure.action) == (1, #"say "x""#))
        #expect(failure.explanation == ["because"])
    }

    @Test("a word that no story can expect is neither what was expected nor none")
    func foreign() throws {
        let loud = Self.result { ($0.decision, $0.outcome) = (.value("PASS"), .value("won")) }
        for (expectation, actual) in [
            (#"{"decision": null}"#, "PASS"), (#"{"decision": "pass"}"#, "PASS"), (#"{"outcome": null}"#, "won"),
        ] {
            #expect(try Self.verdict(expectation, loud).failure?.mismatches.map(\.actual) == [actual])
        }
    }

    @Test("texts that differ are whole, with the place of the difference")
    func whole() throws {
        let (long, other) = (String(repeating: "a", count: 99) + "b", String(repeating: "a", count: 99) + "c")
        let verdict = try Self.verdict(#"{"reply": "\#(long)"}"#, Self.result { $0.reply = .value(other) })
        let mismatch = try #require(verdict.failure?.mismatches.first)
        #expect((mismatch.expected, mismatch.actual) == ("\"\(long)\"", "\"\(other)\""))
        #expect(mismatch.difference?.description == "character 100: U+0062 expected, U+0063 came")
        var report = StoryReport()
        report.add(verdict)
        var writer = JSONWriter(capacity: 1024)
        report.write(into: &writer)
        for text in [report.junit, writer.bytes].map({ String(decoding: $0, as: UTF8.self) }) {
            #expect(text.contains(long) && text.contains(other) && text.contains("character 100"))
        }
    }

    static let named: [(StoryError.Reason, Int, Bool)] = [
        (.locked, 403, true), (.noSession, 404, true), (.ended, 400, true), (.unknownEvent, 400, true),
        (.ended, 404, false), (.nudgeCap, 400, false),
    ]

    @Test("a status passes for the reason that an API answers with it", arguments: named)
    func status(_ reason: StoryError.Reason, _ status: Int, _ passes: Bool) throws {
        let refused = Self.result { $0.error = .reason(reason) }
        #expect(try Self.verdict(#"{"error": \#(status)}"#, refused).passed == passes)
    }

    @Test("a broken answer passes for no expected error")
    func damaged() throws {
        let broken = Self.result { ($0.error, $0.message) = (.damaged, "200: the answer is no JSON object") }
        #expect(
            try Self.verdict("{}", broken).failure?.mismatches.map(\.actual)
                == ["a broken answer (200: the answer is no JSON object)"])
        #expect(try !Self.verdict(#"{"error": 400}"#, broken).passed)
    }

    @Test("an expected error passes, another one fails, and so does one that nobody expects")
    func errors() throws {
        let locked = Self.result { ($0.error, $0.message) = (.reason(.locked), nil) }
        let busy = Self.result { ($0.error, $0.message) = (.status(503), "Try again") }
        #expect(try Self.verdict(#"{"error": "locked"}"#, locked).passed)
        #expect(try Self.verdict(#"{"error": 503}"#, busy).passed)
        #expect(
            try Self.verdict(#"{"error": "locked"}"#, busy).failure?.mismatches.map(\.actual) == ["503 (Try again)"])
        let unexpected = try Self.verdict(#"{"state": "s1"}"#, locked).failure?.mismatches
        #expect(unexpected == [Mismatch(key: "error", line: 1, expected: "none", actual: "locked")])
    }

    @Test("an error that an API answers as several reasons passes for each of them")
    func possible() throws {
        let either = Self.result { ($0.error, $0.possible) = (.status(400), [.ended, .unknownEvent]) }
        #expect(try Self.verdict(#"{"error": "ended"}"#, either).passed)
        #expect(try Self.verdict(#"{"error": 400}"#, either).passed)
        #expect(try !Self.verdict(#"{"error": "locked"}"#, either).passed)
    }

    @Test("a story that was not played has neither passed nor failed")
    func notPlayed() throws {
        var report = StoryReport()
        report.add(StoryVerdict(notPlayed: try Samples.expecting("{}"), because: "it cannot"))
        #expect((report.passed, report.failed, report.notPlayed, report.obstacles) == (true, 0, 1, ["it cannot"]))
        #expect(!report.verdicts[0].passed)
        #expect(String(decoding: report.junit, as: UTF8.self).contains(#"<skipped message="it cannot"/>"#))
    }

    static let hiding = [
        #"{"decision": "pass"}"#, #"{"state": "s1"}"#, #"{"score": 3}"#, #"{"outcome": null}"#,
        #"{"follow_up": false}"#, #"{"redirect_count": 1}"#, #"{"unlocks": []}"#, #"{"variables": {"town": "x"}}"#,
        #"{"reply": "x"}"#,
    ]

    @Test("what is not shown is neither passed nor failed: it is unchecked", arguments: hiding)
    func hidden(_ expectation: String) throws {
        let verdict = try Self.verdict(expectation, TurnResult())
        #expect(verdict.passed && verdict.checked == 0 && verdict.unchecked.count == 1)
    }

    @Test("nothing is played after the first turn that fails")
    func first() throws {
        let text = #"{"say": "x", "expect": {"state": "open"}}, {"say": "y", "expect": {"state": "open"}}"#
        let story = try #require(
            try Samples.stories(#"{"persona": "warden", "turns": [{"say": "a"}, \#(text)]}"#).first)
        var played: [String] = []
        let verdict = StoryVerdict(
            of: story, begin: { Self.result() },
            play: {
                played.append($0.action.description)
                return Self.result()
            })
        #expect(played == [#"say "a""#, #"say "x""#])
        #expect((verdict.turns, verdict.failure?.turn) == (2, 2))
    }

    @Test("a story begins its session itself, unless the player or its first turn does")
    func beginning() throws {
        let texts = [
            #"{"persona": "maya", "turns": [{"say": "x"}]}"#,
            #"{"persona": "maya", "begins": "opener", "turns": [{"say": "x"}]}"#,
            #"{"persona": "maya", "begins": "player", "turns": [{"say": "x"}]}"#,
            #"{"persona": "maya", "turns": [{"init": "dm"}]}"#,
        ]
        #expect(
            try texts.map { try #require(try Samples.stories($0).first).beginsItself } == [true, true, false, false])
    }

    @Test("a story that cannot begin fails before its first turn")
    func unbegun() throws {
        var refused = TurnResult()
        refused.error = .reason(.noOpener)
        let verdict = StoryVerdict(
            of: try Samples.expecting("{}"), begin: { refused }, play: { _ in Self.result() })
        #expect(
            (verdict.turns, verdict.failure?.turn, verdict.failure?.mismatches.first?.actual) == (0, 0, "no_opener"))
    }

    private static func report() throws -> StoryReport {
        var report = StoryReport()
        report.add(try verdict(#"{"state": "s1"}"#))
        report.add(
            try verdict(
                #"{"reply": "a & <b>\u0001"}"#, result { $0.reply = .value("\"c\"") }))
        report.add(try verdict(#"{"score": 3}"#, TurnResult()))
        report.seconds = 0.25
        return report
    }

    @Test("the JSON report has the counts, and of each story where it is and what is wrong")
    func json() throws {
        var writer = JSONWriter(capacity: 1024)
        try Self.report().write(into: &writer)
        let value = try JSONReader.read(writer.bytes)
        #expect((value["passed"]?.integer, value["failed"]?.integer, value["turns"]?.integer) == (2, 1, 3))
        #expect(value["seconds"]?.number == 0.25)
        let stories = try #require(value["stories"]?.array)
        #expect(stories.map { $0["passed"]?.bool } == [true, false, true])
        #expect(stories.map { $0["failure"]?.isNull } == [true, false, true])
        #expect(stories[1]["failure"]?["mismatches"]?.array?.first?["key"]?.string == "reply")
        #expect(stories[2]["unchecked"]?.array?.map(\.string) == ["score"])
    }

    @Test("the JUnit report is XML: a suite a file, a case a story")
    func junit() throws {
        let text = String(decoding: try Self.report().junit, as: UTF8.self)
        #expect(
            text == """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuites tests="3" failures="1" skipped="0" time="0.250000">
                  <testsuite name="stories/s.story.json" tests="3" failures="1">
                    <testcase name="s" classname="warden" file="stories/s.story.json" line="1"/>
                    <testcase name="s" classname="warden" file="stories/s.story.json" line="1">
                      <failure message="reply: expected &quot;a &amp; &lt;b&gt;\\u0001&quot;, actual &quot;\\&quot;c\\&quot;&quot; (character 1: U+0061 expected, U+0022 came)">turn 1: say &quot;x&quot;
                stories/s.story.json:1: reply: expected &quot;a &amp; &lt;b&gt;\\u0001&quot;, actual &quot;\\&quot;c\\&quot;&quot; (character 1: U+0061 expected, U+0022 came)
                because</failure>
                    </testcase>
                    <testcase name="s" classname="warden" file="stories/s.story.json" line="1"/>
                  </testsuite>
                </testsuites>

                """)
    }
}
