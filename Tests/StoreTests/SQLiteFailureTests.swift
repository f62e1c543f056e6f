import Dialogue
import Testing

@testable import Store

@Suite("When the database fails") struct SQLiteFailureTests {
    /// Runs `body` on a store whose database cannot grow: it takes a few short turns more, and then is full.
    private func withFullStore(_ body: (SQLiteStore) throws -> Void) throws {
        try closing(SQLiteStore(path: ":memory:")) { store in
            try store.begin(of: player())
            try store.commit()
            let pages = try #require(
                try store.database.row("PRAGMA page_count") { row throws(SQLiteError) in try row.number(0) })
            try store.database.run("PRAGMA max_page_count = \(pages)")
            try body(store)
        }
    }

    private let tooLong = String(repeating: "x", count: 100_000)

    @Test("after a failed write a commit fails too, and a rollback restores everything")
    func failedWrite() throws {
        try withFullStore { store in
            let before = try Snapshot(of: store, players: [player()])
            try store.say(of: player())
            #expect(throws: StoreError.self) { try store.say(tooLong, of: player()) }
            #expect(throws: StoreError.self) { try store.commit() }
            #expect(throws: StoreError.self) { try store.commit() }
            store.rollback()
            #expect(try Snapshot(of: store, players: [player()]) == before)
        }
    }

    @Test("after a failed write and a rollback the store works again")
    func worksAgain() throws {
        try withFullStore { store in
            #expect(throws: StoreError.self) { try store.say(tooLong, of: player()) }
            store.rollback()
            try store.say(of: player())
            try store.commit()
            store.rollback()
            #expect(try store.history(of: player(), machine: machineA) == (0...1).map { sampleTurn($0) })
        }
    }

    @Test("an error names the statement and no value")
    func noValues() throws {
        try withFullStore { store in
            let error = try #require(throws: StoreError.self) {
                try store.say("secret" + tooLong, of: player("secret"))
            }
            #expect(error.message == "no session to talk in")
            let full = try #require(throws: StoreError.self) { try store.say("secret" + tooLong, of: player()) }
            #expect(full.message.contains("INSERT INTO turns"))
            #expect(full.message.contains("full"))
            #expect(!full.message.contains("secret"))
        }
    }

    /// What another program may have put into a column that this one cannot read.
    static let unreadableValues = [
        ("player_gender", "'secret'"), ("state_key", "''"), ("outcome", "'secret'"), ("session", "x'00'"),
        ("memory", "x'736563726574'"),
    ]

    @Test("a value that cannot be read is an error that names the column", arguments: unreadableValues)
    func unreadable(column: String, value: String) throws {
        try closing(SQLiteStore(path: ":memory:")) { store in
            try store.begin(of: player())
            try store.database.run("UPDATE sessions SET \(column) = \(value)")
            let error = try #require(throws: StoreError.self) {
                _ = try store.session(of: player(), machine: machineA)
            }
            #expect(error.message.contains("the value of \(column) cannot be read"))
            #expect(!error.message.contains("secret"))
        }
    }

    /// A table, a column of it that holds a number, and a number that no store has written there.
    static let unreadableNumbers: [(table: String, column: String, numbers: [Int64])] = [
        ("sessions", "started_at", [-1, Timestamp.latest.nanoseconds + 1, .max, .min]),
        ("sessions", "last_message_at", [-1, .max, .min]), ("sessions", "score", [1 << 31, -1 << 31 - 1, .max, .min]),
        ("sessions", "redirect_count", [-1, 1 << 31, .max, .min]),
        ("sessions", "turn_count", [-1, 1 << 31, .max, .min]),
        ("turns", "number", [-1, 1 << 31, .max, .min]), ("turns", "at", [-1, .max, .min]),
        ("turns", "score", [1 << 31, .min]), ("progress", "inits", [-1, 1 << 31, .max, .min]),
        ("personas", "number", [-1, 1 << 31, .max, .min]), ("counters", "value", [-1, 1 << 31, .max, .min]),
        ("api_keys", "created_at", [-1, .max, .min]), ("accounts", "last_used_at", [-1, .max, .min]),
    ]

    @Test("a number that is out of its bounds is an error that names the column", arguments: unreadableNumbers)
    func unreadable(_ table: String, _ column: String, _ numbers: [Int64]) throws {
        for number in numbers {
            try closing(SQLiteStore(path: ":memory:")) { store in
                let sandbox = try store.makeAccount(name: "a", isOpen: true, at: .latest).sandbox
                try store.begin(of: player())
                try store.save(Progress(inits: 1), of: player())
                try store.save(sampleRecord())
                try store.setCounter("c", of: sandbox, to: 1)
                try store.makeAPIKey(sampleKey(1, sandbox: sandbox.number))
                try store.database.run("UPDATE \(table) SET \(column) = \(number)")
                let error = try #require(throws: StoreError.self) {
                    _ = try (store.accounts(), store.personas(), store.counters(of: sandbox))
                    _ = try (store.apiKeys(of: sandbox), store.progress(of: player()))
                    _ = try (store.sessions(of: player()), store.history(of: player(), machine: machineA))
                }
                #expect(error.message.contains("the value of \(column) cannot be read"), "\(number)")
            }
        }
    }

    /// Memories that a session of one turn cannot have, as a store would keep them.
    static let unreadableMemories = [
        Memory(nudges: 2), Memory(nudges: 1 << 31), Memory(spoken: ["x": -1]), Memory(asked: ["0": .max]),
        Memory(nudgedAt: Timestamp(nanoseconds: -1)), Memory(nudgedAt: Timestamp(nanoseconds: .max)),
    ]

    @Test("a memory that does not fit its session is an error", arguments: unreadableMemories)
    func unreadable(memory: Memory) throws {
        try closing(SQLiteStore(path: ":memory:")) { store in
            try store.begin(of: player())
            try store.database.run("UPDATE sessions SET turn_count = 1, memory = ?") { $0.bind(memory.encoded) }
            let error = try #require(throws: StoreError.self) { try store.sessions(of: player()) }
            #expect(error.message.contains("the value of memory cannot be read"))
        }
    }

    @Test("a history that leads to itself is an error, and can be removed")
    func circle() throws {
        try closing(SQLiteStore(path: ":memory:")) { store in
            try store.begin(of: player())
            try store.say(of: player())
            try store.database.execute(script: "PRAGMA ignore_check_constraints = ON; UPDATE turns SET previous = 2")
            let error = try #require(throws: StoreError.self) {
                try store.history(of: player(), machine: machineA)
            }
            #expect(error.message.contains("names the later turn"))
            #expect(try store.removeSession(of: player(), machine: machineA))
        }
    }

    /// What another program may have done to the turns of a removed session, whose rows are 1 to 4. Rows 5 and 6 are
    /// those of a session that is there.
    static let damagedLeftovers = [
        "DELETE FROM turns WHERE id = 4", "DELETE FROM turns WHERE id = 2",
        "UPDATE turns SET previous = 4 WHERE id = 3",
        "UPDATE turns SET previous = 1 WHERE id IN (3, 4); INSERT INTO leftovers VALUES (3)",
        "INSERT INTO leftovers VALUES (777), (-1)",
    ]

    @Test("damage in the turns of a removed session stops no commit", arguments: damagedLeftovers)
    func damagedLeftover(damage: String) throws {
        try closing(SQLiteStore(path: ":memory:")) { store in
            try store.begin(of: player())
            for _ in 0..<3 { try store.say(of: player()) }
            try store.begin(of: player("other"))
            try store.say(of: player("other"))
            _ = try store.removeSession(of: player(), machine: machineA)
            try store.commit()
            try store.database.execute(script: "PRAGMA ignore_check_constraints = ON; \(damage)")
            for _ in 0..<8 {
                try store.say(of: player("other"))
                try store.removeLeftovers(atMost: 2)
                try store.commit()
            }
            #expect(try store.history(of: player("other"), machine: machineA) == (0...9).map { sampleTurn($0) })
            #expect(try store.database.row("SELECT 1 FROM leftovers") { _ in true } == nil)
        }
    }

    @Test("a leftover that is the last turn of a session takes no turn of it")
    func leftoverOfSession() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/store.db"
            try closing(SQLiteStore(path: path)) { store in
                try store.begin(of: player())
                try store.say(of: player())
                try store.commit()
            }
            try runSQL("INSERT INTO leftovers SELECT last_turn FROM sessions", on: path)
            try closing(SQLiteStore(path: path)) { store in
                try store.begin(of: player("other"))
                try store.removeLeftovers(atMost: 100)
                try store.commit()
                #expect(try store.history(of: player(), machine: machineA) == (0...1).map { sampleTurn($0) })
            }
        }
    }

    @Test("a store with a full disk can be closed")
    func closesWhenFull() throws {
        try withFullStore { store in
            #expect(throws: StoreError.self) { try store.say(tooLong, of: player()) }
            #expect(throws: Never.self) { try store.close() }
        }
    }

    @Test("a closed store refuses calls, and can be closed again")
    func closed() throws {
        let store = try SQLiteStore(path: ":memory:")
        try store.close()
        #expect(throws: StoreError.self) { try store.accounts() }
        #expect(throws: StoreError.self) { try store.begin(of: player()) }
        store.rollback()
        try store.close()
    }
}
