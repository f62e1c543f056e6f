import Dialogue
import Emulator
import Fixtures
import JSON
import Support
import Testing

@Suite("A rehearsal")
struct RehearsalTests {
    private static let lines = ["Nobody", "My name is Zoe", "mercy", "more"]

    @Test("a conversation in memory is that of a server with the same seed, id by id and line by line")
    func same() throws {
        let visitor = try Visitor("warden", player: "Alex")
        let catalog = visitor.client.emulator.catalog
        let persona = try #require(catalog.personas.first { $0.slug == "warden" })
        let gate = try #require(persona.machines.first { $0.key == "gate" })
        let now = visitor.client.clock.clock.now()
        let rehearsal = try Rehearsal(
            catalog, persona, on: gate, in: Rehearsal.Place(sandbox: "pk_test_a", channel: "sdk"),
            Rehearsal.Setting(player: Player(name: "Alex", gender: .male), clock: now), warn: { _ in })

        let begun = visitor.begin()
        #expect(try rehearsal.begin(gate).said?.text == begun["message"]?.string)
        #expect(try rehearsal.session()?.id.description == begun["session_id"]?.string)
        for line in Self.lines.dropLast() {
            let answer = visitor.say(line)
            let step = try rehearsal.say(line)
            let session = try #require(try rehearsal.session())
            #expect(step.said?.text == answer["message"]?.string)
            #expect(step.decision?.rawValue == answer["decision"]?.string)
            #expect(session.stateKey.text == answer["current_state"]?.string)
            #expect(session.score == answer["score"]?.integer)
            #expect(
                step.unlocks.map(\.machine.key) == answer["unlocked_machines"]?.array?.map { $0["machine_key"]?.string }
            )
        }
        #expect(throws: Rehearsal.Refusal.ended) { try rehearsal.say(Self.lines[3]) }
        #expect(visitor.say(Self.lines[3]).status == 400)
        #expect(try rehearsal.variables()["alias"] == "Zoe")
    }

    @Test("a machine that only links open is locked, unless the rehearsal begins on it", arguments: ["gate", "vault"])
    func locks(_ key: String) throws {
        let catalog = try Visitor("warden").client.emulator.catalog
        let persona = try #require(catalog.personas.first { $0.slug == "warden" })
        let machine = { (key: String) in try #require(persona.machines.first { $0.key == key }) }
        let rehearsal = try Rehearsal(
            catalog, persona, on: try machine(key), in: Rehearsal.Place(sandbox: "s", channel: "c"),
            Rehearsal.Setting(player: Player(name: "A", gender: .male), clock: Timestamp(seconds: 0)),
            warn: { _ in })
        #expect(throws: Rehearsal.Refusal.locked) { try rehearsal.begin(try machine("road")) }
        #expect(try rehearsal.begin(try machine(key)).said != nil)
        #expect(rehearsal.machine.key == key)
    }

    // MARK: Trying a persona

    private static func rehearsal(on key: String = "gate") throws -> Rehearsal {
        let catalog = try Visitor("warden").client.emulator.catalog
        let persona = try #require(catalog.personas.first { $0.slug == "warden" })
        return try Rehearsal(
            catalog, persona, on: try #require(persona.machines.first { $0.key == key }),
            in: Rehearsal.Place(sandbox: "s", channel: "c"),
            Rehearsal.Setting(player: Player(name: "A", gender: .male), clock: Timestamp(seconds: 0)),
            warn: { _ in })
    }

    private static func seen(_ rehearsal: Rehearsal) throws -> String {
        let sessions = try rehearsal.sessions().map { "\($0)" }
        return "\(rehearsal.machine.key) \(sessions) \(try rehearsal.history()) "
            + "\(try rehearsal.variables().map { "\($0.key) \($0.value)" }.sorted()) \(rehearsal.now)"
    }

    @Test("a step that is taken back leaves no trace, whatever it was")
    func takingBack() throws {
        let rehearsal = try Self.rehearsal()
        let road = try #require(rehearsal.persona.machines.first { $0.key == "road" })
        let gate = rehearsal.machine
        let steps: [(removes: Bool, take: () throws -> Void)] = [
            (true, { _ = try rehearsal.begin(gate) }), (false, { _ = try rehearsal.say("Nobody") }),
            (false, { _ = try rehearsal.say("I am Zoe") }),
            (false, { try rehearsal.change(try JSONReader.read(Array(#"{"score": 7}"#.utf8))) }),
            (false, { _ = try rehearsal.advance(bySeconds: 60) }), (false, { _ = try rehearsal.say("mercy") }),
            (true, { _ = try rehearsal.begin(road) }), (true, { _ = try rehearsal.begin(road) }),
            (true, { try rehearsal.restart(on: gate) }),
        ]
        var before: [(Rehearsal.Checkpoint, String)] = []
        for step in steps {
            before.append((try rehearsal.checkpoint(removes: step.removes), try Self.seen(rehearsal)))
            try step.take()
            #expect(try Self.seen(rehearsal) != before.last?.1)
        }
        for (checkpoint, seen) in before.reversed() {
            try rehearsal.goBack(to: checkpoint)
            #expect(try Self.seen(rehearsal) == seen)
        }
    }

    @Test("a rehearsal that restarts is a new one, also on a machine that is locked", arguments: ["gate", "vault"])
    func restarting(_ key: String) throws {
        let rehearsal = try Self.rehearsal(on: key)
        let machine = rehearsal.machine
        _ = try rehearsal.begin(machine)
        let first = try Self.seen(rehearsal)
        _ = try rehearsal.say("mercy")
        try rehearsal.restart(on: machine)
        _ = try rehearsal.begin(machine)
        #expect(try Self.seen(rehearsal) == first)
    }

    @Test("a session is changed as over the control API, and mistakes are a 400")
    func changing() throws {
        let rehearsal = try Self.rehearsal()
        func change(_ text: String) throws { try rehearsal.change(try JSONReader.read(Array(text.utf8))) }
        #expect(throws: Rehearsal.Refusal.noSession) { try change("{}") }
        _ = try rehearsal.begin(rehearsal.machine)
        try change(#"{"state_key": "open", "score": 9}"#)
        #expect(try rehearsal.session()?.outcome == .accept)
        #expect(try rehearsal.variables()["score.gate"] == "9")
        let road = try #require(rehearsal.persona.machines.first { $0.key == "road" })
        #expect(try rehearsal.isAvailable(road))
        #expect {
            try change(#"{"state_key": "opne"}"#)
        } throws: { error in
            guard case .failure(400, let message)? = error as? Rehearsal.Refusal else { return false }
            return message.contains("did you mean \"open\"?")
        }
    }

    @Test("other fixtures keep the session, as far as they have its state")
    func replacing() throws {
        let rehearsal = try Self.rehearsal()
        _ = try rehearsal.begin(rehearsal.machine)
        _ = try rehearsal.say("I am Zoe")
        let catalog = try Visitor("warden").client.emulator.catalog
        let persona = try #require(catalog.personas.first { $0.slug == "warden" })
        let gate = try #require(persona.machines.first { $0.key == "gate" })
        try rehearsal.replace(catalog, persona, gate)
        #expect(rehearsal.machine === gate)
        #expect(try rehearsal.say("mercy").unlocks.map(\.machine.key) == ["road"])
        let other = Machine(
            id: gate.id, key: "gate", name: "Gate",
            states: [State(key: try #require(StateKey("other")), isInitial: true)], transitions: [])
        let changed = Persona(id: persona.id, slug: "warden", name: "Warden", machines: [other])
        try rehearsal.replace(Catalog(personas: [changed]), changed, other)
        #expect(try rehearsal.session() == nil)
    }

    @Test("a conversation that an entry begins at its end completes its machine at once", arguments: [true, false])
    func beginsAtItsEnd(_ opens: Bool) throws {
        let entry = #"{"to_state_key": "end", "says": "Closed."}"#
        let states =
            #""states": [{"state_key": "s", "is_initial_state": true}, {"state_key": "end", "is_terminal_state": true}]"#
        let files = [
            (
                "persona.json",
                #"{"name": "P", "machines": ["a", "b"], "machine_links": [{"source_machine_key": "a", "target_machine_key": "b", "condition_type": "always"}]}"#
            ),
            (
                "machines/a.json",
                #"{"is_entry": true, "scoring_mode": "pass_fail", "entries": {"opener": \#(entry), "events": {"x": \#(entry)}}, \#(states), "#
                    + #""output_variables": [{"key": "seen", "from": {"constant": "yes"}}]}"#
            ),
            ("machines/b.json", "{\(states)}"),
        ]
        let catalog = try Catalog.load(
            files.map { FixtureFile(path: "personas/p/\($0)", bytes: Array($1.utf8)) }, dialects: [],
            identify: Identifiers.fixture)
        let persona = catalog.personas[0]
        let rehearsal = try Rehearsal(
            catalog, persona, on: persona.machines[0], in: Rehearsal.Place(sandbox: "s", channel: "c"),
            Rehearsal.Setting(player: Player(name: "A", gender: .male), clock: Timestamp(seconds: 0)), warn: { _ in })
        let step =
            opens
            ? try rehearsal.begin(persona.machines[0], opens: true)
            : try rehearsal.happen(MatchContext.Event(id: "x", context: [:]))
        #expect(step.said?.text == "Closed." && step.unlocks.map(\.machine.key) == ["b"])
        #expect(try rehearsal.session()?.outcome == .accept)
        #expect(try rehearsal.variables()["seen"] == "yes")
        #expect(try rehearsal.isAvailable(persona.machines[1]))
        #expect(throws: Rehearsal.Refusal.ended) { try rehearsal.say("hello") }
    }
}
