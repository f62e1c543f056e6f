import Dialogue
import Emulator
import Fixtures
import HTTP
import JSON
import Store
import Support
import Testing

extension World {
    /// Adds a script from the body of a request.
    @discardableResult
    func script(_ body: String, in key: String = "pk_test_a") throws -> Script {
        let account = try account(key)
        let value = try JSONReader.read(Array(body.utf8))
        let findings = Findings(document: value)
        let reader = try #require(ObjectReader(value, "a script", findings))
        let request = ScriptRequest(reader, personas: emulator.roster.personas(for: account))
        reader.finish()
        if let summary = findings.summary { throw Mistake(message: summary) }
        return try emulator.add(try #require(request), to: account.sandbox)
    }
}

extension PlayerCall {
    /// Says something where the player was active last.
    @discardableResult
    func say(_ line: String) throws -> Turn {
        let nobody = Failure(.notFound, "there is no session")
        return try say(
            Message(line), in: .latest(on: nil, missing: { nobody }, ended: { nobody }, repeatsLast: false)
        ).turn
    }
}

@Suite("Scripts")
struct ScriptTests {
    @Test("each message takes the next step, whatever it says; after the last the machine decides")
    func steps() throws {
        let world = try World(personas: [samplePersona(states: ["begin", "middle", "late", "end"])])
        let play = try world.play()
        try play.begin()
        let script = try world.script(
            #"{"steps":[{"decision":"pass"},{"reply":"You again."},{},{"decision":"reject","reply":"No."},{"follow_up":true}]}"#
        )
        #expect((script.id, script.left) == ("s1", 5))
        let turns = try (1...5).map { try play.say("line \($0)") }
        #expect(turns.map(\.decision) == [.pass, .redirect, .redirect, .reject, nil])
        #expect(turns.map(\.followUp) == [false, false, false, false, true])
        #expect(turns[0].stateKey.text == "middle")
        #expect(turns[1].reply == "You again.")
        #expect(turns[2].reply != "You again.")
        #expect(turns[3].reply == "No.")
        #expect(turns.map(\.line) == (1...5).map { "line \($0)" })
        let sandbox = try world.account().sandbox
        #expect(world.emulator.scripts(in: sandbox).map(\.left) == [0])
    }

    @Test("an error of a script makes no turn")
    func error() throws {
        let world = try World()
        let play = try world.play()
        try play.begin()
        try world.script(#"{"steps":[{"error":503},{"error":429,"message":"Slow down"},{"decision":"pass"}]}"#)
        #expect(throws: Failure(.unavailable, "A script asked for this error")) { try play.say("a") }
        #expect(throws: Failure(Status(429), "Slow down")) { try play.say("a") }
        #expect(try play.say("a").number == 1)
        #expect(try play.history(gateID).count == 2)
    }

    @Test("a message with a directive of its own takes no step")
    func directive() throws {
        let world = try World()
        let play = try world.play()
        try play.begin()
        try world.script(#"{"steps":[{"decision":"kick_out"}]}"#)
        #expect(try play.say("[[pass]] hello").decision == .pass)
        #expect(throws: Failure.self) { try play.say("[[error 500 x1]] hello") }
        #expect(try play.say("[[error 500 x1]] hello").decision == .kickOut)
    }

    @Test("a script is for the player and persona it names, and the first that fits goes first")
    func whose() throws {
        let world = try World(personas: [samplePersona(number: 1), samplePersona(number: 2)])
        try world.script(#"{"player":"ann","steps":[{"reply":"To Ann."}]}"#)
        try world.script(#"{"persona":"p2","steps":[{"reply":"Of p2."}]}"#)
        try world.script(#"{"steps":[{"reply":"To anybody."},{"reply":"To anybody else."}]}"#)
        func say(_ player: String, _ persona: Int) throws -> String {
            let play = try world.play(player: player, persona: persona)
            try play.begin()
            return try play.say("hello").reply
        }
        #expect(try say("sam", 0) == "To anybody.")
        #expect(try say("ann", 1) == "To Ann.")
        #expect(try say("ann", 1) == "Of p2.")
        #expect(try say("ann", 0) == "To anybody else.")
        #expect(try !say("ann", 0).contains("To"))
    }

    @Test("a script applies in its own sandbox only, and a reset removes it")
    func apart() throws {
        let world = try World()
        try world.script(#"{"steps":[{"reply":"Scripted."}]}"#)
        let other = try world.play("pk_test_b")
        try other.begin()
        #expect(try other.say("hello").reply != "Scripted.")
        let account = try world.account()
        try world.emulator.reset(account)
        #expect(world.emulator.scripts(in: account.sandbox).isEmpty)
        #expect(try world.script(#"{"steps":[{}]}"#).id == "s1")
    }

    @Test("a script is deleted by its id, which is not given again")
    func delete() throws {
        let world = try World()
        let sandbox = try world.account().sandbox
        try world.script(#"{"steps":[{}]}"#)
        try world.script(#"{"steps":[{}]}"#)
        try world.emulator.removeScript("s1", of: sandbox)
        #expect(world.emulator.scripts(in: sandbox).map(\.id) == ["s2"])
        #expect(throws: Failure(.notFound, "There is no script \"s1\" in the sandbox \"pk_test_a\"")) {
            try world.emulator.removeScript("s1", of: sandbox)
        }
        world.emulator.removeScripts(of: sandbox)
        #expect(world.emulator.scripts(in: sandbox).isEmpty)
        #expect(try world.script(#"{"steps":[{}]}"#).id == "s3")
    }

    @Test("a script's steps can be posted again as they are returned")
    func told() throws {
        let world = try World()
        let step = #"{"decision":null,"follow_up":false,"reply":"Yes.","error":null,"message":null}"#
        #expect(
            try world.script(#"{"player":null,"persona":null,"steps":[\#(step)]}"#).steps == [.turn(nil, reply: "Yes.")]
        )
    }

    static let mistakes: [(body: String, message: String)] = [
        (#"{}"#, #"a script has no "steps""#),
        (#"{"steps":[]}"#, "must list 1 to 1000 steps, not 0"),
        (#"{"steps":[{"decision":"passs"}]}"#, #"steps[0].decision: "decision" of a step must be one of"#),
        (#"{"steps":[{"error":200}]}"#, "must be between 400 and 599, not 200"),
        (#"{"steps":[{"error":500,"reply":"x"}]}"#, #"steps[0].error: an "error" makes no turn"#),
        (#"{"steps":[{"message":"x"}]}"#, #"what the persona says is a "reply""#),
        (#"{"steps":[{"decision":"pass","follow_up":true}]}"#, "cannot stand beside"),
        (#"{"steps":[{"reply":" "}]}"#, "must not be empty"),
        (#"{"steps":[{"says":"x"}]}"#, #"steps[0].says: unknown key "says""#),
        (#"{"persona":"Mirra","steps":[{}]}"#, #"persona: names no persona: "Mirra"; did you mean "Mira"?"#),
        (#"{"plyer":"sam","steps":[{}]}"#, #"did you mean "player"?"#),
    ]

    @Test("a mistake in a script is refused, and no script is made", arguments: mistakes)
    func refused(_ body: String, _ message: String) throws {
        let world = try World()
        let mistake = try #require(throws: World.Mistake.self) { try world.script(body) }
        #expect(mistake.message.contains(message), "\(mistake.message)")
        #expect(world.emulator.scripts(in: try world.account().sandbox).isEmpty)
    }

    @Test("beyond 1000 scripts, those without a step left make room")
    func room() throws {
        let world = try World()
        let play = try world.play()
        try play.begin()
        for _ in 1...1_000 { try world.script(#"{"steps":[{}]}"#) }
        #expect(throws: Failure.self) { try world.script(#"{"steps":[{}]}"#) }
        try play.say("hello")
        #expect(try world.script(#"{"steps":[{}]}"#).id == "s1001")
        #expect(world.emulator.scripts(in: try world.account().sandbox).first?.id == "s2")
    }
}
