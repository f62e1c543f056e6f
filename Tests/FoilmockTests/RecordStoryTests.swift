import Dialogue
import Fixtures
import JSON
import Stories
import Support
import Testing

@testable import Program

@Suite("A story of a session")
struct RecordStoryTests {
    static let zoe = """
        {"number": 0, "at": "2026-03-10T12:00:00.000000000Z", "line": null, "reply": "Halt. Who goes there?",
         "decision": null, "follow_up": false, "state_key": "s0", "score": 0},
        {"number": 1, "at": "2026-03-10T12:00:05.000000000Z", "line": "I am Zoe", "reply": "And why should Zoe pass?",
         "decision": "pass", "follow_up": false, "state_key": "s1", "score": 3}
        """

    /// A snapshot with one session on a machine of a shipped persona.
    static func snapshot(
        _ slug: String, _ key: String, _ turns: String, nudges: Int = 0, variables: String = "{}", at: String = "05",
        id: String = "one"
    ) throws -> JSONValue {
        let catalog = try FixtureSource.builtIn.load().catalog
        let persona = try #require(catalog.personas.first { $0.slug == slug })
        let machine = try #require(persona.machines.first { $0.key == key })
        let text = """
            {"players": [{"persona_id": "\(persona.id)", "progress": {"variables": \(variables)},
              "sessions": [{"session_id": "\(id)", "machine_id": "\(machine.id)", "player_name": "Ann",
                "player_gender": "female", "started_at": "2026-03-10T12:00:00.000000000Z",
                "last_message_at": "2026-03-10T12:00:\(at).000000000Z", "outcome": null,
                "memory": {"nudges": \(nudges)}, "turns": [\(turns)]}]}]}
            """
        return try JSONReader.read(Array(text.utf8))
    }

    static func story(_ snapshot: JSONValue, _ id: String? = nil) throws -> (text: String, remark: String?) {
        let story = try RecordStory.story(of: snapshot, id, FixtureSource.builtIn.load().catalog)
        return (String(decoding: story.file, as: UTF8.self), story.remark)
    }

    @Test("each turn is a step that expects what came of it, and the story passes")
    func recorded() throws {
        let (text, remark) = try Self.story(try Self.snapshot("warden", "gate", Self.zoe))
        #expect(
            text == """
                {
                  "persona": "warden",
                  "machine": "gate",
                  "player": {"name":"Ann","gender":"female"},
                  "clock": "2026-03-10T12:00:00.000000000Z",
                  "turns": [
                    {"init":"gate","expect":{"state":"s0","score":0,"reply":"Halt. Who goes there?"}},
                    {"say":"I am Zoe","expect":{"decision":"pass","state":"s1","score":3,"outcome":null,"reply":"And why should Zoe pass?"}}
                  ]
                }

                """)
        #expect(remark == nil)
    }

    @Test("variables that earlier machines have set are the story's, those of its own machine are not")
    func variables() throws {
        let variables = #"{"town": "X", "alias": "Zoe", "score.gate": "3", "outcome.gate": "ACCEPT"}"#
        let (text, _) = try Self.story(try Self.snapshot("warden", "gate", Self.zoe, variables: variables))
        #expect(text.contains(#""variables": {"town":"X"},"#))
    }

    @Test("a reply that is drawn otherwise is left out, and what else differs is said")
    func differing() throws {
        let other = Self.zoe.replacing("And why should Zoe pass?", with: "Another line.")
        let (text, remark) = try Self.story(try Self.snapshot("warden", "gate", other))
        #expect(
            text.contains(#"{"say":"I am Zoe","expect":{"decision":"pass","state":"s1","score":3,"outcome":null}}"#))
        #expect(remark == nil)
        let wrong = Self.zoe.replacing("\"s1\", \"score\": 3", with: "\"s1\", \"score\": 9")
        #expect(
            try Self.story(try Self.snapshot("warden", "gate", wrong)).remark
                == "in memory turn 2 of the story comes out otherwise: score was 9, is 3")
    }

    static let maya = """
        {"number": 0, "at": "2026-03-10T12:00:00.000000000Z", "line": null, "reply": "hey Ann, loved your last post",
         "decision": null, "follow_up": false, "state_key": "warm", "score": 0},
        {"number": 1, "at": "2026-03-10T13:00:00.500000000Z", "line": null, "reply": "still there?",
         "decision": null, "follow_up": false, "state_key": "warm", "score": 0}
        """

    @Test("an opener is found, and a nudge comes as much later as it did")
    func opener() throws {
        let (text, remark) = try Self.story(try Self.snapshot("maya", "dm", Self.maya, nudges: 1))
        #expect(text.contains(#""begins": "opener","#))
        #expect(text.contains(#"{"advance":3600.5},"#) && text.contains(#"{"nudge":true,"expect":{"state":"warm""#))
        #expect(remark == nil)
    }

    @Test("a session that began with the player's line begins so again")
    func silent() throws {
        let turn = """
            {"number": 1, "at": "2026-03-10T12:00:00.000000000Z", "line": "hi", "reply": "hey!\\nsaw my post?",
             "decision": "pass", "follow_up": false, "state_key": "warm", "score": 0}
            """
        let (text, remark) = try Self.story(try Self.snapshot("maya", "dm", turn))
        #expect(text.contains(#""begins": "player","#) && remark == nil)
    }

    @Test("what cannot be recorded is refused with the reason")
    func refused() throws {
        let event = try Self.snapshot("maya", "dm", Self.maya)
        #expect(
            throws: AppError.failure(
                "turn 1 answered an event, which a session does not keep: it cannot be played again")
        ) { try Self.story(event) }
        #expect(throws: AppError.failure("the session has no turns")) {
            try Self.story(try Self.snapshot("warden", "gate", ""))
        }
        let one = try Self.snapshot("warden", "gate", Self.zoe)
        #expect(throws: AppError.failure("there is no session \"two\"")) { try Self.story(one, "two") }
        #expect(throws: AppError.failure("there is no session")) { try Self.story(.object([])) }
        let text = String(decoding: one.bytes, as: UTF8.self).replacing("\"persona_id\":\"", with: "\"persona_id\":\"x")
        #expect(throws: AppError.self) { try Self.story(try JSONReader.read(Array(text.utf8))) }
    }

    @Test("a database that is cut off is named, with a remedy that the command has")
    func cutOff() throws {
        let folder = TemporaryFolder()
        let file = folder.write("SQLite format 3\0" + String(repeating: "x", count: 5000), to: "d.db")
        let recording = try #require(try command(["record-story", file]) as? RecordStory)
        do {
            _ = try recording.run([:])
            Issue.record("it was read")
        } catch {
            #expect(error.message.hasPrefix("Error: \(file) is "), "\(error.message)")
            #expect(error.message.hasSuffix("; if a server uses it, ask the server: --base-url URL"))
        }
    }

    /// A session on the gate that ended, with what it unlocked and set.
    static func ended() throws -> JSONValue {
        let catalog = try FixtureSource.builtIn.load().catalog
        let road = try #require(catalog.personas.first { $0.slug == "warden" }?.machines.first { $0.key == "road" })
        let help = """
            , {"number": 2, "at": "2026-03-10T12:00:09.000000000Z", "line": "I bring help.", "reply": "Pass.",
               "decision": "pass", "follow_up": false, "state_key": "open", "score": 7}
            """
        let variables = #"{"alias": "Zoe", "score.gate": "7", "outcome.gate": "ACCEPT"}"#
        let snapshot = try snapshot("warden", "gate", zoe + help, variables: variables)
        let text = String(decoding: snapshot.bytes, as: UTF8.self)
            .replacing(#""outcome":null"#, with: #""outcome":"ACCEPT""#)
            .replacing(#""progress":{"#, with: #""progress":{"unlocked":["\#(road.id.description)"],"#)
        return try JSONReader.read(Array(text.utf8))
    }

    @Test("the end of a session expects what it unlocked and set, unless that was changed later")
    func results() throws {
        let (text, remark) = try Self.story(try Self.ended())
        #expect(
            text.contains(#""unlocks":["road"],"variables":{"alias":"Zoe","outcome.gate":"ACCEPT","score.gate":"7"}"#))
        #expect(remark == nil)
        let changed = String(decoding: try Self.ended().bytes, as: UTF8.self)
            .replacing(#""alias":"Zoe""#, with: #""alias":"Kim""#)
        let later = try Self.story(try JSONReader.read(Array(changed.utf8)))
        #expect(!later.text.contains("unlocks") && later.remark == nil)
    }

    @Test("without an id it is the session that was active last")
    func latest() throws {
        let first = try Self.snapshot("warden", "gate", Self.zoe, at: "07")
        let second = try Self.snapshot("maya", "dm", Self.maya, nudges: 1, at: "09", id: "two")
        let players = (first["players"]?.array ?? []) + (second["players"]?.array ?? [])
        for list in [players, players.reversed()] {
            let both = JSONValue.object([.init("players", .array(list))])
            #expect(try Self.story(both).text.contains("\"maya\""))
            #expect(try Self.story(both, "one").text.contains("\"warden\""))
        }
    }

    static let mistakes: [([String], String)] = [
        ([], "name a FILE or a server with --base-url"),
        (["a", "--base-url", "http://h", "--control-token-file", "t"], "name a FILE or a server with --base-url"),
        (["--base-url", "http://h"], "--base-url and --control-token-file come together"),
        (["a", "--control-token-file", "t"], "--base-url and --control-token-file come together"),
    ]

    @Test("a file or a server is named, and not both", arguments: mistakes)
    func arguments(_ words: [String], _ mistake: String) {
        #expect(throws: AppError.usage(mistake)) { try command(["record-story"] + words) }
    }

    @Test("a file that is none of the kinds is refused")
    func foreign() throws {
        let folder = TemporaryFolder()
        for (place, text) in ["", "x", "{}", "[1]", "SQLite format 3\0", "{\"foilmock\": 1}"].enumerated() {
            let file = folder.write(text, to: "file\(place)")
            let recording = try #require(try command(["record-story", file]) as? RecordStory)
            #expect(throws: AppError.self, "\(text)") { _ = try recording.run([:]) }
        }
    }
}
