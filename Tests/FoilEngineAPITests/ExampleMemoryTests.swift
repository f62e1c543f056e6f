import Dialogue
import Emulator
import Fixtures
import JSON
import Testing

@Suite("What one conversation leaves to the next (B.10, G-46)")
struct ExampleMemoryTests {
    @Test("a variable is kept over a new init, and gone after a full reset (H-5)")
    func lifetimes() throws {
        let visitor = try Visitor("warden")
        _ = ExampleTests.gate(visitor)
        _ = visitor.begin("gate")
        #expect(visitor.begin("road")["message"]?.string == "Keep close, Kestrel. Lowmarsh is a night away.")
        #expect(visitor.reset().status == 200)
        #expect(visitor.machines == ["gate"])
        #expect(try visitor.play().progress().variables == [:])
    }

    @Test("the latest completion wins, and outcome and score are those of the latest")
    func latest() throws {
        let visitor = try Visitor("warden")
        _ = ExampleTests.gate(visitor)
        _ = visitor.begin("gate")
        _ = visitor.say("My name is Robin")
        _ = visitor.say("Because.")
        #expect(
            try visitor.play().progress().variables
                == ["alias": "Robin", "outcome.gate": "ACCEPT", "score.gate": "3"])
        #expect(visitor.begin("road")["message"]?.string == "Keep close, Robin. Lowmarsh is a night away.")
    }

    @Test("what was caught in a conversation that did not end is left to nobody")
    func unfinished() throws {
        let visitor = try Visitor("warden")
        _ = ExampleTests.gate(visitor)
        _ = visitor.begin("gate")
        _ = visitor.say("call me Robin")
        #expect(visitor.begin("road")["message"]?.string == "Keep close, Kestrel. Lowmarsh is a night away.")
    }

    @Test("one player's variables are not another's")
    func players() throws {
        let visitor = try Visitor("warden")
        _ = ExampleTests.gate(visitor)
        let other = try Visitor("warden", player: "ann", client: visitor.client)
        #expect(other.machines == ["gate"])
        #expect(try other.play().progress().variables == [:])
    }
}

@Suite("What lines of a persona may ask")
struct PersonaLineTests {
    static let files: [FixtureFile] = [
        (
            "persona.json",
            #"{"name": "Mira", "says_on": {"redirect": [{"text": "As you said.", "when": {"said": ["gold"]}}]}}"#
        ),
        ("machines/talk.json", #"{"states": [{"state_key": "talk", "is_initial_state": true, "says": "Hello."}]}"#),
    ].map { FixtureFile(path: "personas/mira/\($0)", bytes: Array($1.utf8)) }

    /// What is said where nobody has words.
    static let plain = "That is not what we were talking about."

    @Test("said in a line of the persona knows the earlier lines, without their directives")
    func said() throws {
        let visitor = try Visitor("mira", client: TestClient(files: Self.files))
        _ = visitor.begin()
        #expect(["gold", "hm"].map { visitor.say($0)["message"]?.string } == [Self.plain, "As you said."])
        _ = visitor.begin()
        #expect(visitor.say("hm")["message"]?.string == Self.plain, "another session")
    }
}
