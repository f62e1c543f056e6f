import Dialogue
import Emulator
import Fixtures
import Store
import Support
import Testing

extension World {
    func play(
        _ key: String = "pk_test_a", channel: String = "sdk", player: String = "sam", persona: Int = 0
    ) throws -> PlayerCall {
        let play = Playthrough(
            emulator, account: try account(key), channel: channel, persona: emulator.catalog.personas[persona],
            player: player)
        return try emulator.playerCall(Call(request: World.request), of: play)
    }
}

extension PlayerCall {
    @discardableResult
    func begin(_ machine: MachineID = gateID) throws -> Session {
        try begin(try #require(persona.machine(machine)), as: Player(name: "Sam", gender: .female)).session
    }

    /// Passes once on that machine, or on the one active last.
    @discardableResult
    func pass(on machine: MachineID? = nil) throws -> (turn: Turn, unlocks: [Unlock]) {
        let (session, machine) = try #require(try session(on: machine.flatMap(persona.machine)))
        let answered = try say(Message("[[pass]]"), in: .session(session, on: machine, for: nil))
        return (answered.turn, answered.unlocks)
    }

    func session(on machine: Machine?) throws -> (session: Session, machine: Machine)? {
        try play.session(on: machine)
    }

    func sessions() throws -> [Session] { try play.sessions() }

    func progress() throws -> Progress { try play.progress() }

    func history(_ machine: MachineID) throws -> [Turn] {
        let next = try play.history(of: try #require(persona.machine(machine)))
        var turns: [Turn] = []
        while let some = try next() { turns += some }
        return turns
    }

    func reset(only machine: MachineID? = nil) throws -> Bool { try play.reset(machine.flatMap(persona.machine)) }
}

@Suite("A playthrough")
struct PlaythroughTests {
    @Test("a new session replaces the one on its machine, and has another id")
    func begin() throws {
        let play = try World().play()
        let first = try play.begin()
        try play.pass()
        let second = try play.begin()
        #expect(second.id != first.id)
        #expect(try play.session(on: nil)?.session == second)
        #expect(try play.history(gateID).map(\.number) == [0])
        #expect(try play.sessions().count == 1)
    }

    @Test("the same requests give the same ids, whatever else runs")
    func deterministic() throws {
        let play = try World().play()
        let ids = try [play.begin(), play.begin(), play.begin(roadID)].map(\.id)
        let world = try World()
        let stranger = try world.play("pk_test_b")
        try stranger.begin()
        let again = try world.play()
        #expect(try [again.begin(), again.begin(), again.begin(roadID)].map(\.id) == ids)
        #expect(Set(ids).count == 3)
    }

    @Test("an answer is recorded with its turn")
    func answer() throws {
        let world = try World()
        try world.play().begin()
        world.clock.advance(seconds: 5)
        let play = try world.play()
        let turn = try play.pass().turn
        #expect(turn.at == world.clock.now)
        #expect(try play.history(gateID).last == turn)
        let session = try #require(try play.session(on: nil)).session
        #expect((session.stateKey.text, session.score, session.turnCount) == ("middle", 2, 1))
        #expect(session.lastMessageAt == world.clock.now)
    }

    @Test("completing a machine unlocks what it links to, once (G-24)")
    func unlock() throws {
        let play = try World().play()
        try play.begin()
        #expect(try play.pass().unlocks.isEmpty)
        #expect(try play.pass().unlocks.map(\.machine.key) == ["road"])
        #expect(try play.progress().unlocked == [roadID])
        try play.begin()
        try play.pass()
        #expect(try play.pass().unlocks.isEmpty)
        #expect(try play.progress().unlocked == [roadID])
    }

    @Test("players, channels, personas and accounts have sessions apart (H-3)")
    func apart() throws {
        let world = try World(personas: [samplePersona(number: 1), samplePersona(number: 2)])
        let plays = try [
            world.play(), world.play(player: "Sam"), world.play(channel: "web"), world.play(persona: 1),
            world.play("pk_test_b"),
        ]
        try plays[0].begin()
        #expect(try plays.map { try $0.session(on: nil) != nil } == [true, false, false, false, false])
        for play in plays.dropFirst() { try play.begin() }
        #expect(Set(try plays.map { try #require(try $0.session(on: nil)).session.id }).count == plays.count)
        #expect(try plays[1].reset())
        #expect(try plays.map { try $0.session(on: nil) != nil } == [true, false, true, true, true])
    }
}

@Suite("H-5: reset")
struct ResetTests {
    /// A player who completed the gate and began the road.
    static func played() throws -> (play: PlayerCall, first: Session) {
        let play = try World().play()
        let first = try play.begin()
        try play.pass()
        try play.pass()
        try play.begin(roadID)
        return (play, first)
    }

    @Test("a reset without a machine removes sessions, histories, unlocks and the count of inits")
    func everything() throws {
        let (play, first) = try Self.played()
        #expect(try play.reset())
        #expect(try play.session(on: nil) == nil)
        #expect(try play.sessions().isEmpty)
        #expect(try play.history(gateID).isEmpty)
        #expect(try play.history(roadID).isEmpty)
        #expect(try play.progress() == Progress())
        #expect(try play.begin().id == first.id)
    }

    @Test("a reset with a machine removes the session and history of that machine only")
    func one() throws {
        let (play, first) = try Self.played()
        #expect(try play.reset(only: gateID))
        #expect(try play.history(gateID).isEmpty)
        #expect(try play.history(roadID).count == 1)
        #expect(try play.sessions().map(\.machine) == [roadID])
        #expect(
            try play.progress()
                == Progress(inits: 2, unlocked: [roadID], variables: ["outcome.gate": "ACCEPT", "score.gate": "4"]))
        #expect(try play.begin().id != first.id)
    }

    @Test("a reset returns false when there is nothing to reset")
    func nothing() throws {
        let (play, _) = try Self.played()
        #expect(try play.reset(only: gateID))
        #expect(try !play.reset(only: gateID))
        #expect(try play.reset())
        #expect(try !play.reset())
        #expect(try !play.reset(only: roadID))
    }

    @Test("a reset after the last session is gone still removes the progress")
    func progressOnly() throws {
        let play = try World().play()
        try play.begin()
        #expect(try play.reset(only: gateID))
        #expect(try play.reset())
        #expect(try play.progress() == Progress())
    }
}

@Suite("H-9 and H-11: the session of a request")
struct MeantSessionTests {
    @Test("without a machine the session active last is used, even when all have the same time (H-11)")
    func latest() throws {
        let play = try World().play()
        func meant() throws -> MachineID? { try play.session(on: nil)?.machine.id }
        #expect(try meant() == nil)
        try play.begin(gateID)
        #expect(try meant() == gateID)
        try play.begin(roadID)
        #expect(try meant() == roadID)
        try play.pass(on: gateID)
        #expect(try meant() == gateID)
        #expect(try play.sessions().map(\.machine) == [gateID, roadID])
        #expect(try play.reset(only: gateID))
        #expect(try meant() == roadID)
    }

    @Test("a session that is begun again counts as the one active last")
    func begunAgain() throws {
        let play = try World().play()
        try play.begin(gateID)
        try play.begin(roadID)
        try play.begin(gateID)
        #expect(try play.session(on: nil)?.machine.id == gateID)
    }

    @Test("with a machine its session is used, or none (H-11)")
    func named() throws {
        let play = try World().play()
        try play.begin(roadID)
        #expect(try play.session(on: play.persona.machine(roadID))?.session.machine == roadID)
        #expect(try play.session(on: play.persona.machine(gateID)) == nil)
    }

    @Test("a history holds its machine's turns only (H-11)")
    func history() throws {
        let play = try World().play()
        try play.begin(gateID)
        try play.begin(roadID)
        try play.pass(on: gateID)
        #expect(try play.history(gateID).map(\.number) == [0, 1])
        #expect(try play.history(roadID).map(\.number) == [0])
    }

    @Test("a session whose state is gone from the fixtures is gone, with the reason in the log (H-9)")
    func gone() throws {
        let before = try World()
        let play = try before.play()
        try play.begin()
        try play.pass()
        let after = try World(store: before.store, personas: [samplePersona(states: ["begin", "other", "end"])])
        let again = try after.play()
        #expect(try again.session(on: nil) == nil)
        #expect(try again.session(on: again.persona.machine(gateID)) == nil)
        let warning =
            "a player's session counts as gone: the machine \"gate\" of the persona \"\(again.persona.slug)\" no longer has its "
            + "state \"middle\"; give the state back, or begin anew"
        #expect(after.warnings == [warning, warning])
        try again.begin()
        #expect(try again.session(on: nil) != nil)
    }

    @Test("a session whose machine is gone from the fixtures is gone")
    func machineGone() throws {
        let before = try World()
        try before.play().begin(roadID)
        let persona = samplePersona()
        let gateOnly = Persona(id: persona.id, slug: persona.slug, name: "Mira", machines: [persona.machines[0]])
        let after = try World(store: before.store, personas: [gateOnly])
        #expect(try after.play().session(on: nil) == nil)
        #expect(after.warnings.count == 1)
    }

    @Test("a session whose state is still there goes on after a restart")
    func restart() throws {
        let before = try World()
        let play = try before.play()
        try play.begin()
        try play.pass()
        let after = try World(store: before.store)
        #expect(try after.play().pass().turn.number == 2)
        #expect(after.warnings.isEmpty)
    }
}
