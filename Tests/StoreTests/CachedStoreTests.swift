import Dialogue
import Support
import Testing

@testable import Store

/// What a `CachedStore` asks the store behind it. That it answers the same is in the tests of all stores.
@Suite("The cached store") struct CachedStoreTests {
    private let base = FailingStore(MemoryStore())

    private func cached(players: Int = 100, bytes: Int = CachedStore.standardBytes) -> CachedStore {
        CachedStore(base, players: players, bytes: bytes)
    }

    /// So many calls of `body` reach the store behind.
    private func calls<Result>(
        _ count: Int, at location: SourceLocation = #_sourceLocation, _ body: () throws -> Result
    ) throws -> Result {
        let before = base.calls
        let result = try body()
        #expect(base.calls - before == count, sourceLocation: location)
        return result
    }

    private func lines(_ store: any Store, atMost count: Int = .max) throws -> [String] {
        var lines: [String] = []
        try store.latestLines(of: player(), machine: machineA) { line in
            lines.append(line)
            return lines.count < count
        }
        return lines
    }

    @Test("after the first message, a message is one append and reads nothing")
    func message() throws {
        let store = cached()
        try store.begin(of: player())
        try store.say(of: player())
        try calls(5) { for _ in 0..<5 { try store.say(of: player()) } }
        #expect(try store.history(of: player(), machine: machineA) == (0...6).map { sampleTurn($0) })
    }

    @Test("sessions and progress are read once, also those that do not exist")
    func reads() throws {
        try base.begin(of: player())
        let store = cached()
        for (key, count) in [(player(), 2), (player(), 0), (player("nobody"), 2), (player("nobody"), 0)] {
            try calls(count) {
                _ = try (store.latestSession(of: key), store.sessions(of: key), store.progress(of: key))
                _ = try store.session(of: key, machine: machineB)
            }
        }
    }

    @Test("progress that was saved is not read")
    func progress() throws {
        let store = cached()
        _ = try store.progress(of: player())
        try store.save(Progress(inits: 3), of: player())
        #expect(try calls(0) { try store.progress(of: player()).inits } == 3)
    }

    @Test("a rollback forgets what was read or written since the commit, and nothing else")
    func rollback() throws {
        let store = cached()
        for name in ["a", "b", "c"] {
            try store.begin(of: player(name))
            _ = try store.sessions(of: player(name))
            _ = try store.progress(of: player(name))
        }
        try store.commit()
        try store.say(of: player("a"))
        _ = try store.sessions(of: player("new"))
        store.rollback()
        #expect(try calls(1) { try store.sessions(of: player("a"))[0].turnCount } == 0)
        try calls(1) { _ = try store.sessions(of: player("new")) }
        try calls(0) { _ = try (store.sessions(of: player("b")), store.progress(of: player("c"))) }
    }

    @Test("a player who left and came back within a batch is forgotten at its rollback")
    func leftAndBack() throws {
        let store = cached(players: 1)
        try store.begin(of: player("a"))
        try store.commit()
        try store.say(of: player("a"))
        _ = try store.sessions(of: player("b"))
        _ = try store.sessions(of: player("a"))
        store.rollback()
        #expect(try store.sessions(of: player("a"))[0].turnCount == 0)
    }

    /// The failing store carries a failing write out all the same.
    @Test("after a write or a commit that failed, a rollback restores everything", arguments: [1, 2])
    func failures(failing: Int) throws {
        let store = cached()
        try store.begin(of: player())
        try store.say(of: player())
        try store.commit()
        base.fail(in: failing)
        #expect(throws: FailingStore.failure) {
            try store.say(of: player())
            try store.commit()
        }
        #expect(try store.sessions(of: player())[0].turnCount == 2)
        store.rollback()
        #expect(try store.sessions(of: player())[0].turnCount == 1)
    }

    @Test("a read that fails is tried again")
    func failedRead() throws {
        try base.begin(of: player())
        try base.save(Progress(inits: 7), of: player())
        let store = cached()
        base.fail(in: 1)
        #expect(throws: FailingStore.failure) { try store.sessions(of: player()) }
        #expect(try store.sessions(of: player()).count == 1)
        base.fail(in: 1)
        #expect(throws: FailingStore.failure) { try store.progress(of: player()) }
        #expect(try store.progress(of: player()).inits == 7)
    }

    /// Calls that change sessions otherwise than by a turn.
    static let changes: [(name: String, call: @Sendable (CachedStore) throws -> Void)] = [
        ("save", { _ = try $0.save(sampleSession(), of: player()) }),
        ("moveSession", { try $0.moveSession(of: player(), machine: machineA, to: player("other")) }),
        ("moveSession to", { try $0.moveSession(of: player("other"), machine: machineA, to: player()) }),
        ("removeSession", { _ = try $0.removeSession(of: player(), machine: machineA) }),
        ("removeAll", { _ = try $0.removeAll(of: player()) }),
        ("removeAll(on:)", { try $0.removeAll(on: player().persona) }),
        ("clearAccount", { try $0.clearAccount(player().sandbox) }),
        ("removeAccount", { try $0.removeAccount(player().sandbox) }),
    ]

    @Test("a change that is not a turn makes the player forgotten, and no one elsewhere", arguments: changes)
    func changed(name: String, call: @Sendable (CachedStore) throws -> Void) throws {
        let store = cached()
        let elsewhere = player(sandbox: 2, persona: 2)
        for key in [player(), player("other"), elsewhere] {
            try store.begin(of: key)
            _ = try store.sessions(of: key)
        }
        try call(store)
        try calls(1) { _ = try store.sessions(of: player()) }
        try calls(0) { _ = try store.sessions(of: elsewhere) }
    }

    @Test("a session whose id was replaced takes no turn")
    func replaced() throws {
        let store = cached()
        try store.begin(1, of: player())
        let old = try #require(try store.latestSession(of: player()))
        try store.begin(2, of: player())
        #expect(throws: StoreError.self) { try store.append(sampleTurn(1), to: old, of: player()) }
        #expect(try store.history(of: player(), machine: machineA) == [sampleTurn(0)])
    }

    @Test("players that were not looked up for long leave first")
    func limit() throws {
        let store = cached(players: 3)
        for name in ["a", "b", "c", "d", "a", "e"] { _ = try store.sessions(of: player(name)) }
        #expect(store.cache.count == 3)
        _ = try store.sessions(of: player("e"))
        try calls(0) { _ = try store.sessions(of: player("e")) }
        try calls(1) { _ = try store.sessions(of: player("b")) }
    }

    @Test("players leave when they take too much memory, and one who takes all of it is not kept")
    func memory() throws {
        let store = cached(bytes: 4_000)
        for number in 1...20 { _ = try store.sessions(of: player("\(number)")) }
        #expect((2...15).contains(store.cache.count))
        #expect(store.cache.bytes <= 4_000)
        var large = sampleSession()
        large.memory.captures = ["word": String(repeating: "x", count: 9_000)]
        try store.begin(large, greeting: sampleTurn(0), of: player())
        #expect(try store.latestSession(of: player()) == large)
        #expect(store.cache.bytes <= 4_000)
        try store.say(of: player())
        #expect(try store.latestSession(of: player())?.turnCount == 1)
    }

    @Test("the memory is counted down to nothing when all players have left")
    func counted() throws {
        let store = cached(players: 5)
        for number in 1...20 {
            try store.begin(of: player("\(number % 7)"))
            try store.say(of: player("\(number % 7)"))
        }
        try store.removeAccount(player().sandbox)
        #expect(store.cache.bytes == 0)
        #expect(store.cache.count == 0)
    }

    @Test("lines are read once, and grow with the session")
    func lines() throws {
        let store = cached()
        try store.begin(of: player())
        for line in ["1", "2", "3", "4"] { try store.say(line, of: player()) }
        #expect(try calls(1) { try lines(store, atMost: 2) } == ["4", "3"])
        try store.say("5", of: player())
        #expect(try calls(0) { try lines(store, atMost: 3) } == ["5", "4", "3"])
        // Those before were not asked for yet.
        #expect(try calls(1) { try lines(store) } == ["5", "4", "3", "2", "1"])
        try store.say("6", of: player())
        #expect(try calls(0) { try lines(store) } == ["6", "5", "4", "3", "2", "1"])
    }

    @Test("no more lines are kept than a few turns can ask for")
    func manyLines() throws {
        let store = cached()
        try store.begin(of: player())
        try store.say(of: player())
        _ = try lines(store)
        let long = String(repeating: "x", count: 10_000)
        for number in 0..<100 { try store.say("\(number) \(long)", of: player()) }
        #expect(store.cache.bytes < 3 * Session.Input.earlierBytes)
        #expect(try calls(0) { try lines(store, atMost: 20).count } == 20)
        #expect(try lines(store).count == 101)
    }

    @Test("a damaged session does not keep the player's others from being read, and is not kept")
    func damage() throws {
        try closing(SQLiteStore(path: ":memory:")) { database in
            let store = CachedStore(database, players: 10)
            try store.begin(1, machine: machineA, of: player())
            try store.begin(2, machine: machineB, of: player())
            try store.commit()
            try database.database.run("UPDATE sessions SET score = \(Int64.max) WHERE session = ?") {
                $0.bind(SessionID(1))
            }
            #expect(throws: StoreError.self) { try store.session(of: player(), machine: machineA) }
            #expect(try store.latestSession(of: player())?.id == SessionID(2))
            try store.say(machine: machineB, of: player())
            try database.database.run("UPDATE sessions SET score = 1")
            #expect(try store.session(of: player(), machine: machineA)?.score == 1)
            #expect(try store.session(of: player(), machine: machineB)?.turnCount == 1)
        }
    }

    @Test("no turn is appended to a damaged history, and the player's next session takes turns")
    func damagedHistory() throws {
        try closing(SQLiteStore(path: ":memory:")) { database in
            let store = CachedStore(database, players: 10)
            try store.begin(of: player())
            try store.commit()
            try database.database.run("DELETE FROM turns")
            for _ in 0..<2 {
                let error = try #require(throws: StoreError.self) { try store.say(of: player()) }
                #expect(error.isDamage)
            }
            try store.begin(of: player())
            try store.say(of: player())
            #expect(try store.history(of: player(), machine: machineA) == (0...1).map { sampleTurn($0) })
        }
    }

    @Test("a change behind the cache is reported where answers are compared")
    func compared() throws {
        var reports: [String] = []
        let store = CachedStore(base, players: 10) { reports.append($0) }
        try store.begin(of: player())
        for line in ["1", "2"] { try store.say(line, of: player()) }
        _ = try (store.sessions(of: player()), store.progress(of: player()), lines(store))
        #expect(reports == [])
        try base.say(of: player())
        try base.save(Progress(inits: 9), of: player())
        let reads: [(CachedStore) throws -> Void] = [
            { _ = try $0.sessions(of: player()) }, { _ = try $0.latestSession(of: player()) },
            { _ = try $0.session(of: player(), machine: machineA) }, { _ = try $0.progress(of: player()) },
            { _ = try lines($0) },
        ]
        for (index, read) in reads.enumerated() {
            try read(store)
            #expect(reports.count == index + 1)
        }
        #expect(throws: StoreError.self, "its last turn is not the one that the cache knows") {
            try store.append(sampleTurn(4), to: sampleSession(), of: player())
        }
    }
}
