import Dialogue
import Emulator
import Fixtures
import HTTP
import Store
import Support
import Testing

@Suite("A fork")
struct ForkTests {
    /// A player who passed twice and so completed the gate.
    private static func played(_ world: World) throws -> PlayerCall {
        let play = try world.play()
        try play.begin()
        world.clock.advance(seconds: 5)
        try world.play().pass()
        world.clock.advance(seconds: 5)
        try world.play().pass()
        return play
    }

    private static func fork(
        _ world: World, at turn: Int, to player: String = "sam-2"
    ) throws -> (fork: Conversation, isExact: Bool) {
        let account = try world.account()
        let found = try world.emulator.conversations(of: account)
        return try world.emulator.fork(
            try #require(found.first { $0.player == "sam" }), at: turn, to: player, in: account)
    }

    @Test("a fork has the session as it was at the turn, with its history, and goes on apart", arguments: [0, 1, 2])
    func fork(_ turn: Int) throws {
        let world = try World()
        let play = try Self.played(world)
        let (fork, isExact) = try Self.fork(world, at: turn)
        #expect(isExact)
        let other = try world.play(player: "sam-2")
        let history = Array(try play.history(gateID)[...turn])
        #expect(try other.history(gateID) == history)
        let session = try #require(try other.session(on: nil)).session
        #expect(session == fork.session)
        #expect((session.turnCount, session.score) == (turn, 2 * turn))
        #expect((session.stateKey, session.lastMessageAt) == (history[turn].stateKey, history[turn].at))
        #expect((session.outcome == nil) == (turn < 2))
        #expect(session.id != (try play.session(on: nil))?.session.id)
        if turn < 2 { #expect(try other.pass().turn.number == turn + 1) }
        #expect(try play.history(gateID).count == 3)
    }

    @Test("a fork after a restart replays the turns, and comes out the same", arguments: [0, 1])
    func replayed(_ turn: Int) throws {
        let store = MemoryStore()
        let world = try World(store: store)
        _ = try Self.played(world)
        let kept = try Self.fork(world, at: turn, to: "sam-2").fork.session
        store.commit()
        let (fork, isExact) = try Self.fork(try World(store: store), at: turn, to: "sam-3")
        #expect(isExact)
        #expect(fork.session.identified(as: kept.id) == kept)
    }

    @Test("a fork whose replay differs takes state and score from the history, and is not exact")
    func changed() throws {
        let store = MemoryStore()
        _ = try Self.played(try World(store: store))
        store.commit()
        let world = try World(store: store, personas: [samplePersona(states: ["begin", "other", "middle", "end"])])
        let (fork, isExact) = try Self.fork(world, at: 1)
        #expect(!isExact)
        #expect((fork.session.stateKey.text, fork.session.score, fork.session.turnCount) == ("middle", 2, 1))
        #expect(try world.play(player: "sam-2").pass().turn.stateKey.text == "end")
    }

    @Test("a fork brings the player's unlocks, and keeps those of the other player")
    func progress() throws {
        let world = try World()
        _ = try Self.played(world)
        let other = try world.play(player: "sam-2")
        try other.begin(roadID)
        try other.pass()
        try other.pass()
        _ = try Self.fork(world, at: 1)
        let progress = try other.progress()
        #expect((progress.inits, progress.unlocked) == (2, [roadID]))
        #expect(Set(progress.variables.keys) == ["outcome.gate", "score.gate", "outcome.road", "score.road"])
    }

    @Test("a fork over a running session and one at an unknown turn are refused")
    func refused() throws {
        let world = try World()
        _ = try Self.played(world)
        #expect(
            throws: Failure(.badRequest, "$.turn: the session has no turn 3; its turns are 0 to 2")
        ) { try Self.fork(world, at: 3) }
        try world.play(player: "sam-2").begin()
        let refusal = #expect(throws: Failure.self) { try Self.fork(world, at: 1) }
        #expect(refusal?.status == .conflict)
        #expect(try world.play(player: "sam-2").history(gateID).count == 1)
    }

    @Test("a session of more than 2000 turns is not forked, and only its remembered turns are explained")
    func long() throws {
        let store = MemoryStore()
        let world = try World(store: store)
        let play = try Self.played(world).play
        var session = try #require(try play.session(on: nil)).session
        session.turnCount = 2_001
        let key = PlayerKey(
            sandbox: play.account.sandbox.id, channel: "sdk", persona: play.persona.id, player: play.player)
        #expect(store.save(session, of: key))
        let refusal = #expect(throws: Failure.self) { try Self.fork(world, at: 1) }
        #expect(refusal?.status == .badRequest)
        let message = "The session has 2001 turns, and one of more than 2000 cannot be forked"
        #expect(refusal?.message.hasPrefix(message) == true)

        let account = try world.account()
        let conversation = try #require(try world.emulator.conversations(of: account).first)
        #expect(try world.emulator.answeredTurn("2", of: conversation, in: account).number == 2)
        let forgotten = #expect(throws: Failure.self) {
            try world.emulator.answeredTurn("3", of: conversation, in: account)
        }
        #expect(forgotten?.status == .notFound)
        #expect(forgotten?.message.hasPrefix("Turn 3 cannot be explained: it is not among the last 50") == true)
        let none = Failure(.notFound, "The session has no turn 2002; its turns are 0 to 2001")
        #expect(throws: none) { try world.emulator.answeredTurn("2002", of: conversation, in: account) }
    }
}
