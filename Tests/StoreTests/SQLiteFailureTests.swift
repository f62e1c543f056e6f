import Dialogue
import Testing

@testable import Store

@Suite("When the database fails") struct SQLiteFailureTests {
    /// Runs `body` on a store whose database cannot grow: it takes a few short turns more, and then is full.
    private func withFullStore(_ body: (SQLiteStore) throws -> Void) throws {
        try closing(SQLiteStore(path: ":memory:")) { store in
            try store.begin(of: player())
            try store.commit()
            let pages = try #require(try store.database.row("PRAGMA page_count") { $0.number(0) })
            try store.database.run("PRAGMA max_page_count = \(pages)")
            try body(store)
        }
    }

    private let tooLong = String(repeating: "x", count: 100_000)

    @Test("after a failed write only a rollback helps, and it restores everything")
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

    @Test("a full disk does not keep the store from closing")
    func closesWhenFull() throws {
        try withFullStore { store in
            #expect(throws: StoreError.self) { try store.say(tooLong, of: player()) }
            #expect(throws: Never.self) { try store.close() }
        }
    }

    @Test("a closed store refuses, and closes twice")
    func closed() throws {
        let store = try SQLiteStore(path: ":memory:")
        try store.close()
        #expect(throws: StoreError.self) { try store.accounts() }
        #expect(throws: StoreError.self) { try store.begin(of: player()) }
        store.rollback()
        try store.close()
    }
}
