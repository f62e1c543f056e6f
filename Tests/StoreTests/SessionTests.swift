import Dialogue
import Store
import Testing

@Suite("Sessions") struct SessionTests {
    @Test("a session is read as it was begun", arguments: StoreKind.allCases)
    func begun(kind: StoreKind) throws {
        try kind.with { store in
            let session = sampleSession()
            try store.begin(session, greeting: sampleTurn(0), of: player())
            #expect(try store.session(of: player(), machine: machineA) == session)
        }
    }

    @Test("a session is read with every field as the last turn left it", arguments: StoreKind.allCases)
    func appended(kind: StoreKind) throws {
        try kind.with { store in
            try store.begin(of: player())
            var session = sampleSession()
            session.lastMessageAt = .latest
            session.stateKey = StateKey("état ☕️")!
            session.score = -40
            session.outcome = .kickOut
            session.redirectCount = 2
            session.turnCount = 1
            session.memory = Memory(spoken: ["greeting/reply": 3, "haggle/redirect": 1])
            try store.append(sampleTurn(1), to: session, of: player())
            #expect(try store.session(of: player(), machine: machineA) == session)
        }
    }

    @Test("due sessions are those whose moment has come, those due first", arguments: StoreKind.allCases)
    func due(kind: StoreKind) throws {
        try kind.with { store in
            func begin(_ number: Int, sandbox: Int64 = 1, due seconds: Int64?) throws -> (PlayerKey, Session) {
                var session = sampleSession(UInt64(number))
                session.memory.dueAt = seconds.map { Timestamp(seconds: $0) }
                let key = PlayerKey(
                    sandbox: SandboxID(number: sandbox), channel: "c", persona: PersonaID(1), player: "p\(number)")
                try store.begin(session, greeting: sampleTurn(0), of: key)
                return (key, session)
            }
            func listed(until seconds: Int64, atMost most: Int = 9) throws -> [String] {
                var names: [String] = []
                try store.dueSessions(in: SandboxID(number: 1), until: Timestamp(seconds: seconds)) { found in
                    names.append(found.player.player)
                    return names.count < most
                }
                return names
            }
            _ = try begin(1, due: 20)
            let (key, begun) = try begin(2, due: 10)
            var session = begun
            _ = try begin(3, due: 20)
            _ = try begin(4, due: nil)
            _ = try begin(5, due: 30)
            _ = try begin(6, sandbox: 2, due: 10)
            #expect(try listed(until: 9) == [])
            #expect(try listed(until: 20) == ["p2", "p1", "p3"])
            #expect(try listed(until: 30, atMost: 2) == ["p2", "p1"])
            session.memory.dueAt = Timestamp(seconds: 25)
            session.turnCount = 1
            try store.append(sampleTurn(1), to: session, of: key)
            #expect(try listed(until: 30) == ["p1", "p3", "p2", "p5"])
            session.memory.dueAt = nil
            session.memory.facts = ["a": "b"]
            #expect(try store.save(session, of: key))
            #expect(try listed(until: 30) == ["p1", "p3", "p5"])
            #expect(try store.session(of: key, machine: session.machine)?.memory == session.memory)
        }
    }

    @Test("saving a session changes every field, and leaves its turns", arguments: StoreKind.allCases)
    func saved(kind: StoreKind) throws {
        try kind.with { store in
            try store.begin(of: player())
            try store.say(of: player())
            let session = Session(
                id: SessionID(1), machine: machineA, player: Player(name: "Bo", gender: .male),
                startedAt: .earliest, lastMessageAt: .latest,
                stateKey: StateKey("vault")!, score: 70, outcome: .accept, redirectCount: 3, turnCount: 9,
                memory: Memory(captures: ["alias": "Kestrel"]))
            #expect(try store.save(session, of: player()))
            try store.commit()
            #expect(try store.session(of: player(), machine: machineA) == session)
            #expect(try store.history(of: player(), machine: machineA) == (0...1).map { sampleTurn($0) })
        }
    }

    @Test("saving a session does not make it the one active last", arguments: StoreKind.allCases)
    func savedInPlace(kind: StoreKind) throws {
        try kind.with { store in
            try store.begin(1, machine: machineA, of: player())
            try store.begin(2, machine: machineB, of: player())
            #expect(try store.save(sampleSession(1), of: player()))
            #expect(try store.sessions(of: player()).map(\.machine) == [machineB, machineA])
            try store.say(machine: machineA, of: player())
            #expect(try store.history(of: player(), machine: machineA) == (0...1).map { sampleTurn($0) })
        }
    }

    @Test("saving a session that does not exist, or was replaced, does nothing", arguments: StoreKind.allCases)
    func savedNothing(kind: StoreKind) throws {
        try kind.with { store in
            #expect(try !store.save(sampleSession(), of: player()))
            #expect(try store.players(in: SandboxID(number: 1)).isEmpty)
            try store.begin(2, of: player())
            var old = sampleSession(1)
            old.score = 70
            #expect(try !store.save(old, of: player()))
            #expect(try !store.save(sampleSession(2, machine: machineB), of: player()))
            #expect(try !store.save(sampleSession(2), of: player("player-2")))
            #expect(try store.sessions(of: player()) == [sampleSession(2)])
        }
    }

    @Test("every gender, outcome and decision is read as it was written", arguments: StoreKind.allCases)
    func words(kind: StoreKind) throws {
        try kind.with { store in
            for gender in Gender.allCases {
                let session = Session(
                    id: SessionID(1), machine: machineA, player: Player(name: "", gender: gender),
                    startedAt: Timestamp(seconds: 0), lastMessageAt: Timestamp(seconds: 0), stateKey: StateKey("s")!)
                try store.begin(session, greeting: sampleTurn(0), of: player())
                #expect(try store.session(of: player(), machine: machineA) == session)
            }
            var session = try #require(try store.session(of: player(), machine: machineA))
            for outcome in Outcome.allCases {
                session.outcome = outcome
                session.turnCount += 1
                try store.append(sampleTurn(session.turnCount), to: session, of: player())
                #expect(try store.session(of: player(), machine: machineA)?.outcome == outcome)
            }
            for decision in Decision.allCases {
                session.turnCount += 1
                let turn = Turn(
                    number: session.turnCount, at: Timestamp(seconds: 0), line: "", reply: "", decision: decision,
                    followUp: false,
                    stateKey: StateKey("s")!, score: 0)
                try store.append(turn, to: session, of: player())
                #expect(try store.history(of: player(), machine: machineA).last == turn)
            }
        }
    }

    @Test("a moved session has its history, and replaces the other player's", arguments: StoreKind.allCases)
    func moved(kind: StoreKind) throws {
        try kind.with { store in
            let other = player("player-2", sandbox: 2, channel: "web")
            try store.begin(1, of: player())
            try store.say("kept", of: player())
            try store.begin(2, of: other)
            try store.begin(3, machine: machineB, of: other)
            let (session, turns) = (
                try store.session(of: player(), machine: machineA), try store.history(of: player(), machine: machineA)
            )
            try store.moveSession(of: player(), machine: machineA, to: other)
            #expect(try store.session(of: other, machine: machineA) == session)
            #expect(try store.history(of: other, machine: machineA) == turns)
            #expect(turns.count == 2)
            #expect(try store.session(of: player(), machine: machineA) == nil)
            #expect(try store.history(of: player(), machine: machineA).isEmpty)
            #expect(try store.latestSession(of: other)?.id == SessionID(3), "when it was active does not change")
            try store.say("on", of: other)
            #expect(try store.history(of: other, machine: machineA).count == 3)
        }
    }

    @Test("moving a session that does not exist changes nothing", arguments: StoreKind.allCases)
    func movedNothing(kind: StoreKind) throws {
        try kind.with { store in
            let other = player("player-2")
            try store.begin(2, of: other)
            try store.moveSession(of: player(), machine: machineA, to: other)
            #expect(try store.session(of: other, machine: machineA)?.id == SessionID(2))
        }
    }

    @Test("a player who never played has no session and no history", arguments: StoreKind.allCases)
    func nobody(kind: StoreKind) throws {
        try kind.with { store throws in
            #expect(try store.session(of: player(), machine: machineA) == nil)
            #expect(try store.latestSession(of: player()) == nil)
            #expect(try store.sessions(of: player()).isEmpty)
            #expect(try store.history(of: player(), machine: machineA).isEmpty)
            #expect(try !store.removeSession(of: player(), machine: machineA))
        }
    }

    @Test(
        "sessions are listed by their latest turns, not by the clock, the one active last first",
        arguments: StoreKind.allCases)
    func order(kind: StoreKind) throws {
        try kind.with { store in
            func order() throws -> [MachineID] {
                let sessions = try store.sessions(of: player())
                #expect(try store.latestSession(of: player()) == sessions.first)
                return sessions.map(\.machine)
            }
            let machineC = MachineID(0xC)
            try store.begin(1, machine: machineA, of: player())
            try store.begin(2, machine: machineC, of: player())
            try store.begin(3, machine: machineB, of: player())
            #expect(try order() == [machineB, machineC, machineA])
            try store.say(machine: machineA, of: player())
            #expect(try order() == [machineA, machineB, machineC])
            try store.commit()
            try store.begin(4, machine: machineC, of: player())
            #expect(try order() == [machineC, machineA, machineB])
        }
    }

    @Test("the order of sessions is kept when the newest is removed", arguments: StoreKind.allCases)
    func orderAfterRemoval(kind: StoreKind) throws {
        try kind.with { store in
            try store.begin(1, machine: machineA, of: player())
            try store.begin(2, machine: machineB, of: player())
            for _ in 0..<3 { try store.say(machine: machineB, of: player()) }
            #expect(try store.removeSession(of: player(), machine: machineB))
            try store.commit()
            try store.begin(3, machine: machineB, of: player())
            #expect(try store.sessions(of: player()).map(\.machine) == [machineB, machineA])
            try store.say(machine: machineA, of: player())
            #expect(try store.sessions(of: player()).map(\.machine) == [machineA, machineB])
        }
    }

    @Test("a session that is begun again replaces the old one and its history", arguments: StoreKind.allCases)
    func beginAgain(kind: StoreKind) throws {
        try kind.with { store in
            try store.begin(1, of: player())
            try store.say(of: player())
            try store.begin(sampleSession(2, name: "Bo"), greeting: sampleTurn(0, reply: "Again?"), of: player())
            #expect(try store.sessions(of: player()) == [sampleSession(2, name: "Bo")])
            #expect(try store.history(of: player(), machine: machineA) == [sampleTurn(0, reply: "Again?")])
        }
    }

    @Test("a turn of a session that was not begun, or was replaced, is refused", arguments: StoreKind.allCases)
    func notBegun(kind: StoreKind) throws {
        try kind.with { store in
            #expect(throws: StoreError.self) { try store.append(sampleTurn(1), to: sampleSession(1), of: player()) }
            try store.begin(2, of: player())
            #expect(throws: StoreError.self) { try store.append(sampleTurn(1), to: sampleSession(1), of: player()) }
            #expect(try store.history(of: player(), machine: machineA) == [sampleTurn(0)])
        }
    }

    @Test("removing a session leaves the player's other sessions and the progress", arguments: StoreKind.allCases)
    func remove(kind: StoreKind) throws {
        try kind.with { store in
            try store.begin(1, machine: machineA, of: player())
            try store.begin(2, machine: machineB, of: player())
            try store.save(Progress(inits: 2), of: player())
            #expect(try store.removeSession(of: player(), machine: machineA))
            #expect(try store.session(of: player(), machine: machineA) == nil)
            #expect(try store.history(of: player(), machine: machineA).isEmpty)
            #expect(try store.sessions(of: player()) == [sampleSession(2, machine: machineB)])
            #expect(try store.history(of: player(), machine: machineB) == [sampleTurn(0)])
            #expect(try store.progress(of: player()) == Progress(inits: 2))
            #expect(try !store.removeSession(of: player(), machine: machineA))
        }
    }

    /// Each differs from `player()` in one thing.
    static let strangers = [
        player(sandbox: 2), player(channel: "web"), player(persona: 2), player("player-2"), player(""),
        player("player-1 "), player("PLAYER-1"), player("player-1\0"),
    ]

    @Test("another sandbox, channel, persona or player sees nothing", arguments: StoreKind.allCases, strangers)
    func isolation(kind: StoreKind, stranger: PlayerKey) throws {
        try kind.with { store in
            try store.begin(of: player())
            try store.save(Progress(inits: 1), of: player())
            #expect(try store.sessions(of: stranger).isEmpty)
            #expect(try store.latestSession(of: stranger) == nil)
            #expect(try store.session(of: stranger, machine: machineA) == nil)
            #expect(try store.history(of: stranger, machine: machineA).isEmpty)
            #expect(try store.progress(of: stranger) == Progress())

            try store.begin(2, of: stranger)
            #expect(try store.removeAll(of: stranger))
            #expect(try store.sessions(of: player()) == [sampleSession()])
            #expect(try store.history(of: player(), machine: machineA) == [sampleTurn(0)])
            #expect(try store.progress(of: player()) == Progress(inits: 1))
        }
    }

    @Test("names that only look the same are two players", arguments: StoreKind.allCases)
    func bytes(kind: StoreKind) throws {
        try kind.with { store in
            let (composed, decomposed) = (player("caf\u{E9}"), player("cafe\u{301}"))
            try store.begin(1, of: composed)
            #expect(try store.session(of: decomposed, machine: machineA) == nil)
            try store.begin(2, of: decomposed)
            #expect(try store.session(of: composed, machine: machineA) == sampleSession(1))
        }
    }

    @Test("a session is found by its id, in its own sandbox", arguments: StoreKind.allCases)
    func byID(kind: StoreKind) throws {
        try kind.with { store in
            try store.begin(1, of: player("a"))
            try store.begin(2, of: player("b"))
            let found = try #require(try store.session(SessionID(2), in: SandboxID(number: 1)))
            #expect(found.player == player("b"))
            #expect(try found.session == store.session(of: player("b"), machine: machineA))
            #expect(try store.session(SessionID(2), in: SandboxID(number: 2)) == nil)
            #expect(try store.session(SessionID(3), in: SandboxID(number: 1)) == nil)
            #expect(try store.removeSession(of: player("b"), machine: machineA))
            #expect(try store.session(SessionID(2), in: SandboxID(number: 1)) == nil)
        }
    }
}
