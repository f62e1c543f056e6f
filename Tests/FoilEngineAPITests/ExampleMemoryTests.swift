import Dialogue
import Emulator
import Fixtures
import JSON
import Testing

@Suite("Variables from one conversation to the next (B.10, G-46)")
struct ExampleMemoryTests {
    @Test("a variable survives a new init, and a full reset removes it (H-5)")
    func lifetimes() throws {
        let visitor = try Visitor("warden")
        _ = ExampleTests.gate(visitor)
        _ = visitor.begin("gate")
        #expect(visitor.begin("road")["message"]?.string == "Keep close, Kestrel. Lowmarsh is a night away.")
        #expect(visitor.reset().status == 200)
        #expect(visitor.machines == ["gate"])
        #expect(try visitor.play().progress().variables == [:])
    }

    @Test("variables, outcome and score are those of the latest completion")
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

    @Test("captures of a conversation that did not end are no variables for the next")
    func unfinished() throws {
        let visitor = try Visitor("warden")
        _ = ExampleTests.gate(visitor)
        _ = visitor.begin("gate")
        _ = visitor.say("call me Robin")
        #expect(visitor.begin("road")["message"]?.string == "Keep close, Kestrel. Lowmarsh is a night away.")
    }

    @Test("a player does not see the variables of another player")
    func players() throws {
        let visitor = try Visitor("warden")
        _ = ExampleTests.gate(visitor)
        let other = try Visitor("warden", player: "ann", client: visitor.client)
        #expect(other.machines == ["gate"])
        #expect(try other.play().progress().variables == [:])
    }
}

@Suite("Conditions on lines of a persona")
struct PersonaLineTests {
    static let files: [FixtureFile] = [
        (
            "persona.json",
            #"{"name": "Mira", "says_on": {"redirect": [{"text": "As you said.", "when": {"said": ["gold"]}}]}}"#
        ),
        ("machines/talk.json", #"{"states": [{"state_key": "talk", "is_initial_state": true, "says": "Hello."}]}"#),
    ].map { FixtureFile(path: "personas/mira/\($0)", bytes: Array($1.utf8)) }

    /// The built-in line for a redirect.
    static let plain = "That is not what we were talking about."

    @Test("said on a line of the persona searches the earlier lines of the session")
    func said() throws {
        let visitor = try Visitor("mira", client: TestClient(files: Self.files))
        _ = visitor.begin()
        #expect(["gold", "hm"].map { visitor.say($0)["message"]?.string } == [Self.plain, "As you said."])
        _ = visitor.begin()
        #expect(visitor.say("hm")["message"]?.string == Self.plain, "another session")
    }
}
