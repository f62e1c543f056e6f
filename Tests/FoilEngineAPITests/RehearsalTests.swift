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
}
