import Dialogue
import Emulator
import Fixtures
import JSON
import Store
import Support
import Testing

extension World {
    /// What the control of a sandbox makes of a body.
    func change(_ body: String, of session: Session) throws -> Conversation {
        let conversation = try emulator.conversation(session.id.description, of: try account())
        let read = try SessionChanges.reader(for: conversation)
        let value = try JSONReader.read(Array(body.utf8))
        let findings = Findings(document: value)
        let reader = try #require(ObjectReader(value, "the changes", findings))
        let changes = read(reader)
        reader.finish()
        if let summary = findings.summary { throw Mistake(message: summary) }
        return try emulator.change(conversation, by: try #require(changes))
    }

    struct Mistake: Error {
        let message: String
    }

    /// What is wrong with a body.
    func mistake(_ body: String, of session: Session) throws -> String {
        try #require(throws: Mistake.self) { try change(body, of: session) }.message
    }
}

@Suite("Changes of a session")
struct SessionChangesTests {
    @Test("a change moves the session, keeps its history, and makes no turn")
    func jump() throws {
        let world = try World()
        let play = try world.play()
        let begun = try play.begin()
        let changed = try world.change(#"{"state_key":"middle","score":7}"#, of: begun)
        #expect((changed.session.stateKey.text, changed.session.score) == ("middle", 7))
        #expect(try play.session(on: nil)?.session == changed.session)
        #expect((changed.session.turnCount, changed.session.outcome) == (0, nil))
        #expect(try play.history(gateID).count == 1)
        #expect(try play.pass().turn.score == 9)
    }

    @Test("captures that are set have the same limits as in a turn")
    func captures() throws {
        let world = try World()
        let begun = try world.play().begin()
        let long = String(repeating: "x", count: 4_096)
        #expect(try world.change("{\"captures\":{\"a\":\"\(long)\"}}", of: begun).session.memory.captures["a"] == long)
        #expect(
            try world.mistake("{\"captures\":{\"a\":\"\(long)x\"}}", of: begun)
                == "$.captures: \"captures\": \"a\" may have 4096 bytes")
        let many = (0..<16).map { "\"b\($0)\":\"\(long)\"" }.joined(separator: ",")
        #expect(
            try world.mistake("{\"captures\":{\(many)}}", of: begun)
                == "$.captures: \"captures\": all of them may have 65536 bytes with their names, not 69671")
    }

    @Test("a change of state clears redirects and follow-ups")
    func anew() throws {
        let world = try World()
        var session = try world.play().begin()
        session.redirectCount = 2
        session.memory.asked = ["0": 1]
        session.memory.isInFollowUp = true
        #expect(try world.store.save(session, of: world.store.players(in: try world.account().sandbox.id)[0]))
        let changed = try world.change(#"{"state_key":"begin"}"#, of: session).session
        #expect((changed.redirectCount, changed.memory.asked, changed.memory.isInFollowUp) == (0, [:], false))
    }

    @Test(
        "a change to a terminal state ends the session by its score, with unlocks and variables",
        arguments: [(3, "ACCEPT"), (2, "REJECT")])
    func end(_ score: Int, _ outcome: String) throws {
        let world = try World()
        let play = try world.play()
        let session = try play.begin()
        let ended = try world.change(#"{"state_key":"end","score":\#(score)}"#, of: session)
        #expect(ended.session.outcome?.rawValue == outcome)
        #expect(
            try play.progress()
                == Progress(
                    inits: 1, unlocked: [roadID], variables: ["outcome.gate": outcome, "score.gate": "\(score)"]))
    }

    @Test("an outcome that is set goes before the rules, in any state")
    func outcome() throws {
        let world = try World()
        let session = try world.play().begin()
        #expect(try world.change(#"{"state_key":"end","outcome":"KICK_OUT"}"#, of: session).session.outcome == .kickOut)
        #expect(try world.change(#"{"state_key":"begin"}"#, of: session).session.outcome == nil)
        #expect(try world.change(#"{"outcome":"REJECT"}"#, of: session).session.outcome == .reject)
        #expect(try world.change(#"{"outcome":null}"#, of: session).session.outcome == nil)
    }

    @Test("an ended session goes on when it is moved to another state")
    func again() throws {
        let world = try World()
        let play = try world.play()
        let session = try play.begin()
        try play.pass()
        try play.pass()
        _ = try world.change(#"{"state_key":"begin"}"#, of: session)
        #expect(try play.pass().turn.stateKey.text == "middle")
    }

    @Test("captures and variables are set by name, and null removes one")
    func texts() throws {
        let world = try World()
        let play = try world.play()
        let session = try play.begin()
        _ = try world.change(#"{"captures":{"a":"1","b":"2"},"variables":{"x":"3","y":""}}"#, of: session)
        let changed = try world.change(#"{"captures":{"a":null,"c":"4"},"variables":{"x":null}}"#, of: session)
        #expect(changed.session.memory.captures == ["b": "2", "c": "4"])
        #expect(try play.progress().variables == ["y": ""])
    }

    static let mistakes: [(body: String, message: String)] = [
        (
            #"{"state_key":"midle"}"#,
            #"names no state of the machine "gate": "midle"; did you mean "middle"?; its states are begin, end, middle"#
        ),
        (#"{"score":"3"}"#, "of the changes must be a whole number, not a text"),
        (#"{"outcome":"WON"}"#, #"must be one of ACCEPT, REJECT, KICK_OUT, not "WON""#),
        (#"{"state_key":"end","outcome":null}"#, "cannot be null in the terminal state"),
        (#"{"captures":{"a":1}}"#, "must be a text, or null to take it away"),
        (#"{"captures":[]}"#, "must be an object of names and texts"),
        (#"{"state":"begin"}"#, #"unknown key "state" in the changes"#),
    ]

    @Test("a mistake in a change is refused, and changes nothing", arguments: mistakes)
    func refused(_ body: String, _ message: String) throws {
        let world = try World()
        let play = try world.play()
        let session = try play.begin()
        #expect(try world.mistake(body, of: session).contains(message))
        #expect(try play.session(on: nil)?.session == session)
    }

    @Test("sessions are listed by player, the one active last first, and found by their id")
    func list() throws {
        let world = try World()
        let sam = try world.play(player: "sam")
        let (first, second) = (try sam.begin(), try sam.begin(roadID))
        let ann = try world.play(player: "ann").begin()
        let account = try world.account()
        #expect(try world.emulator.conversations(of: account).map(\.session) == [ann, second, first])
        let found = try world.emulator.conversation(ann.id.description, of: account)
        #expect((found.player, found.channel, found.machine?.key) == ("ann", "sdk", "gate"))
        #expect(try world.emulator.conversations(of: try world.account("pk_test_b")).isEmpty)
        for text in ["", "x", SessionID(high: 0, low: 1).description] {
            #expect(throws: Failure.self) { try world.emulator.conversation(text, of: account) }
        }
    }
}
